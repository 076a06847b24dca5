/**
 * ECDSA over secp256k1, and P-256 verification, from `@noble/curves`.
 * @module
 */
import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { requireLength } from "../errors.ts";
import type { P256Primitives, Secp256k1Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";

type Point = InstanceType<typeof secp256k1.Point>;

/** The library does not know hybrid keys: 06 for even and 07 for odd y. SEC 1 §2.3.4, X9.62 §4.3.6 */
function withoutHybridForm(publicKey: Uint8Array): Uint8Array | undefined {
  const first = publicKey[0];
  if (publicKey.length !== 65 || (first !== 6 && first !== 7)) return publicKey;
  if (((publicKey[64] as number) & 1) !== (first & 1)) return undefined;
  const plain = new Uint8Array(publicKey);
  plain[0] = 4;
  return plain;
}

function tryParsePoint(publicKey: Uint8Array): Point | undefined {
  const plain = withoutHybridForm(publicKey);
  if (plain === undefined || (plain.length !== 33 && plain.length !== 65)) return undefined;
  try {
    const point = secp256k1.Point.fromBytes(plain);
    return point.is0() ? undefined : point;
  } catch {
    return undefined;
  }
}

function privateKeyBytes(privateKey: SecretBytes): Uint8Array | undefined {
  requireLength(privateKey, 32, "private key");
  const bytes = privateKey.expose();
  return secp256k1.utils.isValidSecretKey(bytes) ? bytes : undefined;
}

function recover(digest: Uint8Array, signature: Uint8Array, recoveryId: number): Uint8Array | undefined {
  requireLength(digest, 32, "digest");
  if (signature.length !== 64 || !Number.isInteger(recoveryId) || recoveryId < 0 || recoveryId > 3) return undefined;
  try {
    const parsed = secp256k1.Signature.fromBytes(signature, "compact").addRecoveryBit(recoveryId);
    return parsed.recoverPublicKey(digest).toBytes(true);
  } catch {
    return undefined;
  }
}

/** secp256k1 part of the noble implementation. */
export const nobleSecp256k1: Secp256k1Primitives = {
  secp256k1PublicKey(privateKey) {
    const bytes = privateKeyBytes(privateKey);
    return bytes === undefined ? undefined : secp256k1.getPublicKey(bytes, true);
  },
  secp256k1IsPublicKey: (publicKey) => tryParsePoint(publicKey) !== undefined,
  secp256k1ConvertPublicKey: (publicKey, compressed) => tryParsePoint(publicKey)?.toBytes(compressed),
  secp256k1Verify(digest, signature, publicKey) {
    requireLength(digest, 32, "digest");
    const plain = withoutHybridForm(publicKey);
    if (signature.length !== 64 || plain === undefined) return false;
    return secp256k1.verify(signature, digest, plain, { prehash: false, lowS: true, format: "compact" });
  },
  secp256k1Recover: recover,
  secp256k1Sign(digest, privateKey) {
    requireLength(digest, 32, "digest");
    const bytes = privateKeyBytes(privateKey);
    if (bytes === undefined) return undefined;
    return secp256k1.sign(digest, bytes, { prehash: false, lowS: true, format: "compact", extraEntropy: false });
  },
};

/** P-256 part of the noble implementation. */
export const nobleP256: P256Primitives = {
  p256VerifySha256(message, signature, publicKey) {
    if (signature.length !== 64 || publicKey.length !== 65 || publicKey[0] !== 4) return false;
    return p256.verify(signature, message, publicKey, { prehash: true, lowS: false, format: "compact" });
  },
};
