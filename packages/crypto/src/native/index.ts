/**
 * Faster forms for the host, which holds no secrets.
 *
 * Verification of secp256k1 signatures by libsecp256k1 as native code: four times as fast as the same library as wasm. It
 * serves CheckTx and blocks (spec 06 §0b.4): no native addon enters the enclave. The addon is loaded by itself, without the
 * slow substitute that its package falls back to in silence; the caller chooses what to use where there is no prebuilt
 * addon.
 * @module
 */
import { hash } from "node:crypto";
import { createRequire } from "node:module";
import { requireLength } from "../errors.ts";
import type { Secp256k1Primitives } from "../primitives.ts";

/** The part of the addon's interface that is used. */
interface Addon {
  /** False for a signature that does not verify, high-S included; throws for malformed signatures and keys. */
  ecdsaVerify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean;
}

function tryLoad(): Addon | undefined {
  try {
    return createRequire(import.meta.url)("secp256k1/bindings.js") as Addon;
  } catch {
    return undefined;
  }
}

/** {@link Secp256k1Primitives.secp256k1Verify} in native code; undefined on platforms without a prebuilt addon. */
export function nativeSecp256k1Verify(): Secp256k1Primitives["secp256k1Verify"] | undefined {
  const addon = tryLoad();
  if (addon === undefined) return undefined;
  return (digest, signature, publicKey) => {
    requireLength(digest, 32, "digest");
    if (signature.length !== 64) return false;
    try {
      return addon.ecdsaVerify(signature, digest, publicKey);
    } catch {
      return false;
    }
  };
}

const SHA256_BYTES = 32;

/**
 * SHA-256 of bytes that are no secret: the text in between cannot be overwritten.
 *
 * PERF: the answer as text, one character per byte, becomes a short array inside the heap; as a Buffer it would be memory of
 * its own that is allocated, swept and freed, at two and a half times the price in all.
 */
export function publicSha256(data: Uint8Array): Uint8Array {
  const text = hash("sha256", data, "binary");
  const out = new Uint8Array(SHA256_BYTES);
  for (let i = 0; i < SHA256_BYTES; i++) out[i] = text.charCodeAt(i);
  return out;
}
