/**
 * X25519 over OpenSSL, with private keys held as key objects.
 *
 * PERF(spec 06 §5): importing a raw public key as JWK costs 5 to 20 µs, as DER 60 to 140.
 * @module
 */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import { concatBytes, fromHex } from "@enclavenet/common";
import { requireLength } from "../errors.ts";
import { isLowOrderPublicKey } from "../low-order.ts";
import type { X25519Primitives } from "../primitives.ts";
import { SecretBytes } from "../secret-bytes.ts";
import { base64Url, plainBytes } from "./plain-bytes.ts";
import { SecretCache } from "./secret-cache.ts";

/** PKCS #8 wrapping of a raw X25519 private key. RFC 8410 §7 */
const PKCS8_PREFIX = fromHex("302e020100300506032b656e04220420");
const SPKI_PREFIX_LENGTH = 12;

function importPrivateKey(bytes: Uint8Array): KeyObject {
  const der = concatBytes(PKCS8_PREFIX, bytes);
  const key = createPrivateKey({ key: Buffer.from(der.buffer), format: "der", type: "pkcs8" });
  der.fill(0);
  return key;
}

/** X25519 with at most `cacheSize` private keys held as key objects. */
export function createNodeX25519(cacheSize: number): X25519Primitives {
  const privateKeys = new SecretCache(cacheSize, importPrivateKey);
  return {
    x25519PublicKey(privateKey) {
      requireLength(privateKey, 32, "private key");
      const spki = createPublicKey(privateKeys.get(privateKey)).export({ format: "der", type: "spki" });
      return new Uint8Array(spki.subarray(SPKI_PREFIX_LENGTH));
    },
    x25519SharedSecret(privateKey, publicKey) {
      requireLength(privateKey, 32, "private key");
      requireLength(publicKey, 32, "public key");
      const own = privateKeys.get(privateKey);
      // OpenSSL refuses these; the protocol wants the zero that RFC 7748 gives.
      if (isLowOrderPublicKey(publicKey)) return SecretBytes.take(new Uint8Array(32));
      const jwk = { kty: "OKP", crv: "X25519", x: base64Url(publicKey) };
      const peer = createPublicKey({ key: jwk, format: "jwk" });
      return SecretBytes.take(plainBytes(diffieHellman({ privateKey: own, publicKey: peer })));
    },
  };
}
