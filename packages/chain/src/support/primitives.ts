/**
 * The part of the cryptographic primitives that the chain uses.
 * @module
 */
import type { Ed25519Primitives, HashPrimitives, P256Primitives, Secp256k1Primitives } from "@enclavenet/crypto";

/** The primitives that the chain needs: hashes, and verification of users' signatures and of evidence. */
export type ChainPrimitives = HashPrimitives &
  Pick<Secp256k1Primitives, "secp256k1Verify" | "secp256k1IsPublicKey"> &
  Pick<Ed25519Primitives, "ed25519Verify"> &
  P256Primitives;
