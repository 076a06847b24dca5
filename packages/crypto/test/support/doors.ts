/**
 * Both implementations in one process: every rule is tested on each.
 * @module
 */
import type { Primitives } from "@enclavenet/crypto";
import { noblePrimitives } from "@enclavenet/crypto/noble";
import { createNodePrimitives } from "@enclavenet/crypto/node";

/** The node door. */
export const node: Primitives = createNodePrimitives();
/** The noble door. */
export const noble: Primitives = noblePrimitives;
/** Both, for `describe.each`; `name` is the test's name. */
export const doors: readonly Primitives[] = [node, noble];
