/**
 * `priv_validator_key.json`: the validator's key in CometBFT's amino-JSON, so that a development chain's key can move
 * to a real CometBFT node (spec 05 §3.11).
 * @module
 */
import { concatBytes, equalBytes, toBase64, toUpperHex } from "@enclavenet/common";
import { type Ed25519Signer, ed25519Signer, type SigningPrimitives } from "../base/ed25519.ts";
import { asAminoKey, asHex, complainAs, parseJsonObject } from "../base/json.ts";
import { validatorAddress } from "../base/sha256.ts";

const PUBLIC_KEY_TYPE = "tendermint/PubKeyEd25519";
const PRIVATE_KEY_TYPE = "tendermint/PrivKeyEd25519";
const SEED_LENGTH = 32;

const complain = complainAs("PRIVVAL_KEY", "restore priv_validator_key.json from a backup, or reset the chain");

/** JSON text of the key file for a 32-byte seed. Secret: store it readable by its owner only. */
export function validatorKeyJson(primitives: SigningPrimitives, seed: Uint8Array): string {
  const { publicKey } = ed25519Signer(primitives, seed);
  const json = {
    address: toUpperHex(validatorAddress(publicKey)),
    pub_key: { type: PUBLIC_KEY_TYPE, value: toBase64(publicKey) },
    priv_key: { type: PRIVATE_KEY_TYPE, value: toBase64(concatBytes(seed, publicKey)) },
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

/** Signer of a key file's text. Throws LocalError `PRIVVAL_KEY` when seed, public key and address do not belong together. */
export function parseValidatorKey(primitives: SigningPrimitives, text: string): Ed25519Signer {
  const object = parseJsonObject(text, complain);
  const secret = asAminoKey(object.priv_key, PRIVATE_KEY_TYPE, 2 * SEED_LENGTH, "priv_key", complain);
  const publicKey = asAminoKey(object.pub_key, PUBLIC_KEY_TYPE, SEED_LENGTH, "pub_key", complain);
  const signer = ed25519Signer(primitives, secret.subarray(0, SEED_LENGTH));
  if (!equalBytes(signer.publicKey, publicKey) || !equalBytes(secret.subarray(SEED_LENGTH), publicKey)) {
    throw complain("pub_key does not belong to priv_key");
  }
  if (!equalBytes(asHex(object.address, "address", complain), validatorAddress(publicKey))) {
    throw complain("address does not belong to pub_key");
  }
  return signer;
}
