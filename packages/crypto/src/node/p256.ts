/**
 * ECDSA over P-256 with SHA-256, on OpenSSL.
 * @module
 */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { P256Primitives } from "../primitives.ts";
import { base64Url } from "./plain-bytes.ts";

/** Key object of an uncompressed point; undefined when OpenSSL finds it is not on the curve. */
function tryImportPoint(publicKey: Uint8Array): KeyObject | undefined {
  const x = base64Url(publicKey.subarray(1, 33));
  const y = base64Url(publicKey.subarray(33));
  try {
    return createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  } catch {
    return undefined;
  }
}

/** P-256 part of the node implementation. */
export const nodeP256: P256Primitives = {
  p256VerifySha256(message, signature, publicKey) {
    if (signature.length !== 64 || publicKey.length !== 65 || publicKey[0] !== 4) return false;
    const key = tryImportPoint(publicKey);
    return key !== undefined && verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
  },
};
