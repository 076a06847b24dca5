/**
 * Public keys of accounts and the signatures of multisig accounts.
 *
 * Spec: 02 §3.4 (key types, amino bytes that the address of a multisig account is hashed from).
 * @module
 */
import { concatBytes, joinBytes } from "@enclavenet/common";
import { WireError } from "../errors.ts";
import { bytesType, repeatedBytes, repeatedMessage, uint32Type } from "../protobuf/fields.ts";
import { messageCodec } from "../protobuf/message.ts";
import { messageField, varintField } from "../protobuf/writer.ts";
import { type Any, anyCodec, type CompactBitArray } from "./tx.ts";
import { TypeUrl } from "./type-urls.ts";

const publicKey = messageCodec<{ readonly key: Uint8Array }>("PubKey", { key: [1, bytesType] });

export interface LegacyAminoPubKey {
  readonly threshold: number;
  readonly publicKeys: readonly Any[];
}

const legacyAminoPubKey = messageCodec<LegacyAminoPubKey>("LegacyAminoPubKey", {
  threshold: [1, uint32Type],
  publicKeys: [2, repeatedMessage(() => anyCodec)],
});

export interface MultiSignature {
  readonly signatures: readonly Uint8Array[];
}

const multiSignature = messageCodec<MultiSignature>("MultiSignature", { signatures: [1, repeatedBytes] });

/** cosmos.crypto.secp256k1.PubKey and cosmos.crypto.ed25519.PubKey have this same form. */
export const decodeSecp256k1PubKey = publicKey.decode;
export const encodeSecp256k1PubKey = publicKey.encode;
export const decodeLegacyAminoPubKey = legacyAminoPubKey.decode;
export const encodeLegacyAminoPubKey = legacyAminoPubKey.encode;
export const decodeMultiSignature = multiSignature.decode;
export const encodeMultiSignature = multiSignature.encode;

/** A key that can sign for an account. */
export type AccountPublicKey =
  | { readonly kind: "secp256k1"; readonly key: Uint8Array }
  | { readonly kind: "multisig"; readonly threshold: number; readonly members: readonly AccountPublicKey[] };

const COMPRESSED_KEY_BYTES = 33;

/** Multisig keys nest at most this deep. */
const MAX_KEY_DEPTH = 8;

function readPublicKey({ typeUrl, value }: Any, depth: number): AccountPublicKey {
  if (typeUrl === TypeUrl.secp256k1PubKey) {
    const { key } = decodeSecp256k1PubKey(value);
    if (key.length !== COMPRESSED_KEY_BYTES) throw new WireError("public key: a compressed key has 33 bytes");
    return { kind: "secp256k1", key };
  }
  if (typeUrl !== TypeUrl.legacyAminoPubKey) throw new WireError("public key: this type cannot sign");
  if (depth >= MAX_KEY_DEPTH) throw new WireError("public key: nested too deep");
  const { threshold, publicKeys } = decodeLegacyAminoPubKey(value);
  if (threshold < 1 || threshold > publicKeys.length) throw new WireError("public key: threshold is out of range");
  return { kind: "multisig", threshold, members: publicKeys.map((member) => readPublicKey(member, depth + 1)) };
}

/** The key in an Any. Throws `WireError` for other types, other lengths, and thresholds that nobody or everybody meets. */
export function parseAccountPublicKey(any: Any): AccountPublicKey {
  return readPublicKey(any, 0);
}

/** Amino prefixes of the key types (spec 02 §3.4). */
const AMINO_SECP256K1 = Uint8Array.of(0xeb, 0x5a, 0xe9, 0x87, COMPRESSED_KEY_BYTES);
const AMINO_MULTISIG = Uint8Array.of(0x22, 0xc1, 0xf7, 0xe2);

/** Amino bytes of a key. The address of a multisig account is made from them; that of a single key is not. */
export function aminoPublicKeyBytes(key: AccountPublicKey): Uint8Array {
  if (key.kind === "secp256k1") return concatBytes(AMINO_SECP256K1, key.key);
  const members = key.members.map((member) => messageField(2, aminoPublicKeyBytes(member)));
  return concatBytes(AMINO_MULTISIG, varintField(1, key.threshold), joinBytes(members));
}

/** Bits of a bit array, first member first. They are read in place: a transaction may hold millions of them. */
export interface BitArray {
  readonly length: number;
  has(index: number): boolean;
}

/**
 * The bits of a bit array. Eight extra bits are a whole byte, as Cosmos SDK counts them. Throws `WireError` when the two
 * parts do not fit.
 */
export function bitArrayOf({ extraBitsStored, elems }: CompactBitArray): BitArray {
  if (extraBitsStored > 8 || (extraBitsStored > 0 && elems.length === 0)) {
    throw new WireError("bit array: the number of extra bits does not fit");
  }
  const length = elems.length * 8 - (extraBitsStored === 0 ? 0 : 8 - extraBitsStored);
  return {
    length,
    has: (index) => index < length && (((elems[Math.floor(index / 8)] as number) >> (7 - (index % 8))) & 1) === 1,
  };
}
