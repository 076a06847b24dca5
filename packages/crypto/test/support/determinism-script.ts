/**
 * Run as a bundled program in a process of its own: prints what both doors compute from the seed given on the command
 * line, as one line of JSON.
 * @module
 */
import { fromHex, toHex, utf8ToBytes } from "@enclavenet/common";
import {
  contractRandom,
  createContractKey,
  deriveNetworkKeys,
  encryptMessage,
  type Primitives,
  SecretBytes,
  StateCipher,
  stateSalt,
} from "@enclavenet/crypto";
import { noblePrimitives } from "@enclavenet/crypto/noble";
import { createNodePrimitives } from "@enclavenet/crypto/node";

/** A sample of everything that must not depend on the process. */
export function deterministicSample(primitives: Primitives, seedHex: string): Record<string, string> {
  const seed = SecretBytes.from(fromHex(seedHex));
  const second = SecretBytes.take(primitives.sha256(seed.expose()));
  const keys = deriveNetworkKeys(primitives, [seed, second]);
  const genesisIkm = keys.stateIkms[0] as SecretBytes;
  const digest = primitives.sha256(utf8ToBytes("digest"));
  const signer = { sender: new Uint8Array(20).fill(1), height: 7n };
  const binding = { codeHash: digest, contractAddress: new Uint8Array(20).fill(2) };
  const contractKey = createContractKey(primitives, genesisIkm, signer, binding);
  const cipher = new StateCipher(primitives, keys.stateIkms, contractKey);
  const records = ["a", "b", "c", "d"].map((name) => ({
    name: utf8ToBytes(name),
    value: utf8ToBytes(name.repeat(40)),
  }));
  const sealed = cipher.sealRecords(records, stateSalt(1n, 2n, 3n));
  const client = {
    clientPrivateKey: seed,
    ioPublicKey: primitives.x25519PublicKey(keys.last.ioExchange),
    nonce: digest,
  };
  return {
    contractKey: toHex(contractKey),
    records: sealed.map((record) => toHex(record.dbKey) + toHex(record.dbValue)).join(),
    message: toHex(encryptMessage(primitives, client, { codeHash: toHex(digest), json: "{}" })),
    random: toHex(contractRandom(primitives, { blockRandom: digest, height: 7n, contractKey, counter: 1n })),
    secp256k1: toHex(primitives.secp256k1Sign(digest, seed) as Uint8Array),
    ed25519: toHex(primitives.ed25519Sign(digest, seed)),
  };
}

const seedHex = process.argv[2];
if (seedHex !== undefined && process.env.ENCLAVENET_DETERMINISM_RUN === "1") {
  const samples = [createNodePrimitives(), noblePrimitives].map((door) => deterministicSample(door, seedHex));
  process.stdout.write(JSON.stringify(samples));
}
