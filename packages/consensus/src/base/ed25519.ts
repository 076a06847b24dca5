/**
 * A validator's signing key over the crypto room's primitives (RFC 8032). The seed stays inside.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type Ed25519Primitives, SecretBytes } from "@enclavenet/crypto";

/** What signing needs; the `Primitives` of the crypto room fit. */
export type SigningPrimitives = Pick<Ed25519Primitives, "ed25519PublicKey" | "ed25519Sign">;

const SEED_LENGTH = 32;

/** A signing key whose seed is not readable through it. */
export interface Ed25519Signer {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** Signer of a 32-byte seed. Throws LocalError `PRIVVAL_KEY`. */
export function ed25519Signer(primitives: SigningPrimitives, seed: Uint8Array): Ed25519Signer {
  if (seed.length !== SEED_LENGTH) throw new LocalError("PRIVVAL_KEY", "an ed25519 seed has 32 bytes");
  const secret = SecretBytes.from(seed);
  return {
    publicKey: primitives.ed25519PublicKey(secret),
    sign: (message) => primitives.ed25519Sign(message, secret),
  };
}
