/**
 * X25519 from `@noble/curves`.
 * @module
 */
import { x25519 } from "@noble/curves/ed25519.js";
import { requireLength } from "../errors.ts";
import { isLowOrderPublicKey } from "../low-order.ts";
import type { X25519Primitives } from "../primitives.ts";
import { SecretBytes } from "../secret-bytes.ts";

/** X25519 part of the noble implementation. */
export const nobleX25519: X25519Primitives = {
  x25519PublicKey(privateKey) {
    requireLength(privateKey, 32, "private key");
    return x25519.getPublicKey(privateKey.expose());
  },
  x25519SharedSecret(privateKey, publicKey) {
    requireLength(privateKey, 32, "private key");
    requireLength(publicKey, 32, "public key");
    // The library refuses these; the protocol wants the zero that RFC 7748 gives.
    if (isLowOrderPublicKey(publicKey)) return SecretBytes.take(new Uint8Array(32));
    return SecretBytes.take(x25519.getSharedSecret(privateKey.expose(), publicKey));
  },
};
