/**
 * Both implementations in one process: every rule is tested on each.
 * @module
 */
import type { Primitives } from "@enclavenet/crypto";
import { nativeSecp256k1Verify, publicSha256 } from "@enclavenet/crypto/native";
import { noblePrimitives } from "@enclavenet/crypto/noble";
import { createNodePrimitives } from "@enclavenet/crypto/node";

/** The node door. */
export const node: Primitives = createNodePrimitives();
/** The noble door. */
export const noble: Primitives = noblePrimitives;
/** Both, for `describe.each`; `name` is the test's name. */
export const doors: readonly Primitives[] = [node, noble];
/** The node door as the host has it, with native verification where the platform has a prebuilt addon. */
export const host: Primitives = {
  ...node,
  name: "host",
  sha256: publicSha256,
  secp256k1Verify: nativeSecp256k1Verify() ?? node.secp256k1Verify,
};
