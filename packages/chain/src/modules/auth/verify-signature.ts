/**
 * Verifies one signer's signature over the transaction's sign bytes in its mode.
 *
 * Spec: 04 §6.3 (sign bytes), §2.9 (modes). Textual and auxiliary modes are not served.
 * @module
 */
import { bytesToUtf8, concatBytes, LocalError, toHex, utf8ToBytes } from "@enclavenet/common";
import { aminoSignBytes, cosmosTx, create, encode } from "@enclavenet/proto";
import { indentJson, parseJson } from "@enclavenet/wire";
import type { DecodedTx } from "../../baseapp/tx.ts";
import { plainError } from "../../support/errors.ts";
import type { ChainPrimitives } from "../../support/primitives.ts";
import type { PublicKey } from "./public-key.ts";
import { type SignatureData, SignMode } from "./signature-data.ts";

/** What a signer binds the signature to. */
export interface Signer {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

function directSignBytes(tx: DecodedTx, signer: Signer): Uint8Array {
  const { bodyBytes, authInfoBytes } = tx.raw;
  const { chainId, accountNumber } = signer;
  return encode(
    cosmosTx.SignDocSchema,
    create(cosmosTx.SignDocSchema, { bodyBytes, authInfoBytes, chainId, accountNumber }),
  );
}

function legacyAminoSignBytes(tx: DecodedTx, signer: Signer): Uint8Array {
  try {
    return aminoSignBytes(tx.body, tx.authInfo.fee, signer);
  } catch (error) {
    if (error instanceof LocalError) throw plainError(error.message);
    throw error;
  }
}

/** The amino document indented by four spaces, behind Ethereum's prefix. */
function eip191SignBytes(tx: DecodedTx, signer: Signer): Uint8Array {
  const document = parseJson(bytesToUtf8(legacyAminoSignBytes(tx, signer)));
  const text = utf8ToBytes(indentJson(document, { sortKeys: true, escapeHtml: true }));
  return concatBytes(utf8ToBytes(`\x19Ethereum Signed Message:\n${text.length}`), text);
}

interface SignedBytes {
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
}

function signedBytes(primitives: ChainPrimitives, tx: DecodedTx, mode: number, signer: Signer): SignedBytes {
  switch (mode) {
    case SignMode.DIRECT: {
      const bytes = directSignBytes(tx, signer);
      return { bytes, digest: primitives.sha256(bytes) };
    }
    case SignMode.LEGACY_AMINO_JSON: {
      const bytes = legacyAminoSignBytes(tx, signer);
      return { bytes, digest: primitives.sha256(bytes) };
    }
    case SignMode.EIP_191: {
      const bytes = eip191SignBytes(tx, signer);
      return { bytes, digest: primitives.keccak256(bytes) };
    }
    default:
      throw plainError(`unsupported sign mode ${mode}`);
  }
}

function verifySingle(
  primitives: ChainPrimitives,
  tx: DecodedTx,
  key: PublicKey,
  data: Extract<SignatureData, { kind: "single" }>,
  signer: Signer,
): void {
  if (key.kind !== "secp256k1") throw plainError(`a ${key.kind} key cannot verify a single signature`);
  const { bytes, digest } = signedBytes(primitives, tx, data.mode, signer);
  if (data.signature.length === 64 && primitives.secp256k1Verify(digest, data.signature, key.key)) return;
  const texts = `${toHex(data.signature)} for signBytes ${toHex(bytes)}`;
  throw plainError(`unable to verify single signer signature ${texts}`);
}

function verifyMulti(
  primitives: ChainPrimitives,
  tx: DecodedTx,
  key: Extract<PublicKey, { kind: "multisig" }>,
  data: Extract<SignatureData, { kind: "multi" }>,
  signer: Signer,
): void {
  const { members, threshold } = key;
  const { signed, signatures } = data;
  // SECURITY: Cosmos SDK refuses to make such a key, and accepts one that comes over the wire; anybody could spend its coins.
  if (threshold < 1) throw plainError("threshold k of n multisignature: k <= 0");
  if (members.length !== signed.length) {
    throw plainError(`bit array size is incorrect, expecting: ${members.length}`);
  }
  if (signatures.length < threshold || signatures.length > signed.length) {
    throw plainError(`signature size is incorrect ${signatures.length}`);
  }
  const count = members.filter((_, i) => signed.has(i)).length;
  if (count < threshold) throw plainError(`not enough signatures set, have ${count}, expected ${threshold}`);
  if (count !== signatures.length) throw plainError(`signature size is incorrect ${signatures.length}`);
  let next = 0;
  for (const [i, member] of members.entries()) {
    if (signed.has(i)) verifySignature(primitives, tx, member, signatures[next++] as SignatureData, signer);
  }
}

/** Throws a plain error with the reason when the signature does not verify. */
export function verifySignature(
  primitives: ChainPrimitives,
  tx: DecodedTx,
  key: PublicKey,
  data: SignatureData,
  signer: Signer,
): void {
  if (data.kind === "single") {
    verifySingle(primitives, tx, key, data, signer);
    return;
  }
  if (key.kind !== "multisig") throw plainError(`a ${key.kind} key cannot verify a multisignature`);
  verifyMulti(primitives, tx, key, data, signer);
}
