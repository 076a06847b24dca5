/**
 * The programs before this one: what they held it takes over, and networks that they began its nodes join. Written by whoever makes a
 * release, and measured with the rest: who trusts this program trusts these with the keys of its networks.
 * @module
 */
import type { Program } from "@enclavenet/attestation";

export const PREDECESSORS: readonly Program[] = [];
