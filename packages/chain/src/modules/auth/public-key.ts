/**
 * Public keys of accounts: their packed forms and the addresses they stand for.
 *
 * Spec: 02 §3.4 (addresses, multisig), 04 §6.1.
 * @module
 */
import type { Any } from "@bufbuild/protobuf/wkt";
import { concatBytes, fromHex, utf8ToBytes } from "@enclavenet/common";
import {
  cosmosCryptoEd25519,
  cosmosCryptoMultisig,
  cosmosCryptoSecp256k1,
  cosmosCryptoSecp256r1,
  unpackAs,
} from "@enclavenet/proto";
import type { ChainPrimitives } from "../../support/primitives.ts";
import { ErrInvalidPubKey } from "../../support/sdk-errors.ts";

export type PublicKey =
  | { readonly kind: "secp256k1" | "ed25519" | "secp256r1"; readonly key: Uint8Array; readonly packed: Any }
  | {
      readonly kind: "multisig";
      readonly threshold: number;
      readonly members: readonly PublicKey[];
      readonly packed: Any;
    };

/** Multisig keys may hold multisig keys, but not without end. */
const MAX_NESTING = 8;

const unpackedKeys = new WeakMap<Any, PublicKey>();

/** The key of a packed message. Throws sdk 8 for a type that accounts cannot have. */
export function unpackPublicKey(packed: Any): PublicKey {
  const known = unpackedKeys.get(packed);
  if (known !== undefined) return known;
  const key = unpack(packed, 0);
  unpackedKeys.set(packed, key);
  return key;
}

function unpack(packed: Any, nesting: number): PublicKey {
  const secp256k1 = unpackAs(cosmosCryptoSecp256k1.PubKeySchema, packed);
  if (secp256k1 !== undefined) return { kind: "secp256k1", key: secp256k1.key, packed };
  const ed25519 = unpackAs(cosmosCryptoEd25519.PubKeySchema, packed);
  if (ed25519 !== undefined) return { kind: "ed25519", key: ed25519.key, packed };
  const secp256r1 = unpackAs(cosmosCryptoSecp256r1.PubKeySchema, packed);
  if (secp256r1 !== undefined) return { kind: "secp256r1", key: secp256r1.key, packed };
  const multisig = unpackAs(cosmosCryptoMultisig.LegacyAminoPubKeySchema, packed);
  if (multisig === undefined || nesting >= MAX_NESTING) {
    throw ErrInvalidPubKey.wrap(`unrecognized public key type: ${packed.typeUrl}`);
  }
  const members = multisig.publicKeys.map((member) => unpack(member, nesting + 1));
  return { kind: "multisig", threshold: multisig.threshold, members, packed };
}

function uvarint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest > 127) {
    out.push((rest & 127) | 128);
    rest >>>= 7;
  }
  out.push(rest);
  return Uint8Array.from(out);
}

/** Amino prefixes of the key types (spec 02 §3.4). */
const AMINO_PREFIX = { secp256k1: fromHex("eb5ae987"), ed25519: fromHex("1624de64"), multisig: fromHex("22c1f7e2") };

/** Amino binary form, which multisig addresses are made of. */
export function aminoBytes(key: PublicKey): Uint8Array {
  if (key.kind === "multisig") {
    const members = key.members.map((member) => {
      const bytes = aminoBytes(member);
      return concatBytes(Uint8Array.of(0x12), uvarint(bytes.length), bytes);
    });
    return concatBytes(AMINO_PREFIX.multisig, Uint8Array.of(0x08), uvarint(key.threshold), ...members);
  }
  if (key.kind === "secp256r1") throw ErrInvalidPubKey.wrap("secp256r1 keys cannot be members of a multisig key");
  return concatBytes(AMINO_PREFIX[key.kind], uvarint(key.key.length), key.key);
}

/** The address that a key stands for. */
export function addressOfKey(primitives: ChainPrimitives, key: PublicKey): Uint8Array {
  switch (key.kind) {
    case "secp256k1":
      if (key.key.length !== 33) throw ErrInvalidPubKey.wrap("length of pubkey is incorrect");
      return primitives.ripemd160(primitives.sha256(key.key));
    case "ed25519":
      return primitives.sha256(key.key).slice(0, 20);
    case "secp256r1":
      return primitives.sha256(concatBytes(primitives.sha256(utf8ToBytes("secp256r1")), key.key));
    case "multisig":
      return primitives.sha256(aminoBytes(key)).slice(0, 20);
  }
}
