/**
 * The primitives of a verifier that was given none, on Node: OpenSSL, ten times as fast. package.json names this file
 * for Node and portable.ts for everything else; tests hold both to the same answers.
 * @module
 */
import { nodeHashes, nodeP256 } from "@enclavenet/crypto/node";
import type { AttestationPrimitives } from "./primitives.ts";

export const platformPrimitives: AttestationPrimitives = {
  sha256: nodeHashes.sha256,
  p256VerifySha256: nodeP256.p256VerifySha256,
};
