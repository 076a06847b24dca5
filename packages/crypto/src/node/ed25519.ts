/**
 * Ed25519: the strict rule over OpenSSL, ZIP-215 on the wasm curve.
 *
 * Why not OpenSSL first for ZIP-215: what it accepts, ZIP-215 accepts, too, but it is no faster, and whoever wants to cost time
 * sends what it refuses.
 * @module
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { isCanonicalEdwardsEncoding } from "../edwards-encoding.ts";
import { requireLength } from "../errors.ts";
import type { Ed25519Primitives } from "../primitives.ts";
import { SecretBytes } from "../secret-bytes.ts";
import { isZip215PublicKey, verifyZip215 } from "./edwards/zip215.ts";
import { base64Url, plainBytes } from "./plain-bytes.ts";

/** A JWK must name a public key; OpenSSL computes it from the seed. Node before 26 does not look, Node 26 refuses another. */
const NO_PUBLIC_KEY = base64Url(new Uint8Array(32));
const SPKI_PREFIX_LENGTH = 12;

/** PrivateKeyInfo of RFC 8410 up to the seed. */
const PKCS8_PREFIX = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/**
 * PERF: as JWK, because OpenSSL 3 takes 400 µs to find out what a DER is, and contracts choose how often they sign. The
 * price is a text of the seed, which the garbage collector erases, not we.
 */
function importAsJwk(seed: SecretBytes): KeyObject {
  const jwk = { kty: "OKP", crv: "Ed25519", d: base64Url(seed.expose()), x: NO_PUBLIC_KEY };
  return createPrivateKey({ key: jwk, format: "jwk" });
}

function importAsDer(seed: SecretBytes): KeyObject {
  const der = Buffer.concat([PKCS8_PREFIX, seed.expose()]);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } finally {
    der.fill(0);
  }
}

/** Both give the same key; a test compares them. */
export const seedImports = { jwk: importAsJwk, der: importAsDer };

function jwkIsTaken(): boolean {
  try {
    importAsJwk(SecretBytes.from(new Uint8Array(32)));
    return true;
  } catch {
    return false;
  }
}

const importOf = jwkIsTaken() ? importAsJwk : importAsDer;

function importSeed(seed: SecretBytes): KeyObject {
  requireLength(seed, 32, "seed");
  return importOf(seed);
}

/** OpenSSL's own verdict. Every 32 bytes import; a key that is no point fails in the verification. */
function openSslVerify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: base64Url(publicKey) }, format: "jwk" });
  return verify(null, message, key, signature);
}

/** Ed25519 part of the node implementation. */
export const nodeEd25519: Ed25519Primitives = {
  ed25519PublicKey(seed) {
    const spki = createPublicKey(importSeed(seed)).export({ format: "der", type: "spki" });
    return new Uint8Array(spki.subarray(SPKI_PREFIX_LENGTH));
  },
  ed25519Sign: (message, seed) => plainBytes(sign(null, message, importSeed(seed))),
  ed25519Verify(message, signature, publicKey) {
    if (signature.length !== 64 || publicKey.length !== 32) return false;
    return isCanonicalEdwardsEncoding(publicKey) && openSslVerify(message, signature, publicKey);
  },
  ed25519VerifyZip215: verifyZip215,
  ed25519IsPublicKey: isZip215PublicKey,
};
