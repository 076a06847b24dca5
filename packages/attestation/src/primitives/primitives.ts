/**
 * What this room needs of cryptography; the `Primitives` of the crypto room fit.
 * @module
 */
import type { HashPrimitives, P256Primitives } from "@enclavenet/crypto";

export type AttestationPrimitives = Pick<HashPrimitives, "sha256"> & P256Primitives;
