/**
 * The authority of the emulated machines in the place of Intel's, for builds of production programs on machines without a TEE.
 * @module
 */
import { developmentAuthority } from "@enclavenet/attestation/development";
import { toHex } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { EMULATED_CHAIN } from "../../packages/enclave/test/support/emulated-platform.ts";
import type { Edit } from "./mutant.ts";

/** Whoever certified the machines. */
export const emulatedAuthority = developmentAuthority(createNodePrimitives(), EMULATED_CHAIN);

/** The root that every production program trusts, and the one that it trusts in such a build. */
export const emulatedRoot: Edit = {
  file: "packages/attestation/src/roots.ts",
  text: '"040ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5" + "67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394",',
  without: JSON.stringify(toHex(emulatedAuthority.rootKey)),
};
