/**
 * One attack of a lying host, and the check that refuses it.
 * @module
 */
import type { EnclaveStatusName } from "@enclavenet/enclave-api";
import type { Check } from "../../../../../tests/support/checks.ts";
import type { createEnclave as CreateEnclave } from "../../../src/index.ts";
import { World } from "../world.ts";

export interface Attack {
  readonly name: string;
  readonly status: EnclaveStatusName;
  /** What refuses it; of several, each would. */
  readonly check: Check | readonly Check[];
  /** The enclave ends with this code, where it has no way to answer. */
  readonly exit?: number;
  /** The production bundle takes part, beside the development one. */
  readonly production?: true;
  /** The development enclave runs in a trust domain, which is emulated inside of it. */
  readonly machine?: "domain";
  /** Prepares an honest world. */
  readonly prepare: (create: typeof CreateEnclave) => Steps;
}

/** The one dishonest step, and the same step with that one thing as it should be. */
export interface Steps {
  readonly lie: () => unknown;
  /** Runs behind the lie, so that it also shows that a lie that was refused changed nothing. */
  readonly honest: () => unknown;
}

/** An attack on a world with one contract. */
export function attack(
  name: string,
  status: EnclaveStatusName,
  check: Check | readonly Check[],
  step: (world: World, contract: ReturnType<World["instantiate"]>) => Steps,
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
