/**
 * One attack of a lying host, and the check that refuses it.
 * @module
 */
import type { EnclaveStatusName } from "@enclavenet/enclave-api";
import type { Check } from "../../../../../tests/support/mutant.ts";
import type { createEnclave as CreateEnclave } from "../../../src/index.ts";
import { World } from "../world.ts";

export interface Attack {
  readonly name: string;
  readonly status: EnclaveStatusName;
  readonly check: Check;
  /** Prepares an honest world, then returns the one dishonest step. */
  readonly prepare: (create: typeof CreateEnclave) => () => unknown;
}

export const OPEN_BLOCK = "packages/enclave/src/block-verifier/open-block.ts";
export const OPEN_MESSAGE = "packages/enclave/src/contract-engine/open-message.ts";

/** A check that is one whole statement. */
export function statement(file: string, text: string): Check {
  return { file, text, without: "" };
}

/** An attack on a world with one contract. */
export function attack(
  name: string,
  status: EnclaveStatusName,
  check: Check,
  step: (world: World, contract: ReturnType<World["instantiate"]>) => () => unknown,
): Attack {
  return {
    name,
    status,
    check,
    prepare: (create) => {
      const world = new World(create);
      const contract = world.instantiate(1);
      return step(world, contract);
    },
  };
}
