/**
 * The primitives of a verifier that was given none, everywhere but on Node: JavaScript without a platform library.
 * @module
 */
import { nobleHashes, nobleP256 } from "@enclavenet/crypto/noble";
import type { AttestationPrimitives } from "./primitives.ts";

export const platformPrimitives: AttestationPrimitives = {
  sha256: nobleHashes.sha256,
  p256VerifySha256: nobleP256.p256VerifySha256,
};
