/**
 * State that is not the contract's, or not what the block ran on.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { OcallHandlers } from "@enclavenet/enclave-api";
import { cut } from "../../../../../tests/support/checks.ts";
import type { Contract, World } from "../world.ts";
import { type Attack, attack, type Steps } from "./attack.ts";

function fail(): never {
  throw new Error("the world has no block");
}

function expectDifferent(before: Map<string, Uint8Array>, after: Map<string, Uint8Array>): void {
  const same = [...after].every(([key, value]) => toHex(before.get(key) ?? new Uint8Array(0)) === toHex(value));
  if (same) throw new Error("the call changed nothing, so that this attack would prove nothing");
}

function increments(world: World, contract: Contract, lie: Partial<OcallHandlers>): Steps {
  const increment = (handlers: Partial<OcallHandlers>) => () =>
    world.execute(world.bob, contract, { increment: {} }, { handlers });
  return { lie: increment(lie), honest: increment({}) };
}

/** The last block runs again: on the state of now, and then on the state that it ran on. */
function runsAgain(world: World, contract: Contract, before: ReadonlyMap<string, Uint8Array>): Steps {
  const again = (handlers: Partial<OcallHandlers>) => () => {
    world.enclave.call("beginBlock", world.chain.last?.request ?? fail());
    return world.run(contract, { handlers });
  };
  const readState: OcallHandlers["readState"] = ({ key }) => ({
    value: before.get(toHex(key)),
    legacyValue: undefined,
    sdkGas: 100n,
  });
  return { lie: again({}), honest: again({ readState }) };
}

export const records: readonly Attack[] = [
  attack("a record moved from one contract to another", "DecryptionError", cut("record-seal"), (world, contract) => {
    const other = world.instantiate(2, 1000);
    const foreign = [...world.host.recordsOf(other.address).values()];
    let next = 0;
    const readState = () => ({ value: foreign[next++ % foreign.length], legacyValue: undefined, sdkGas: 1n });
    return increments(world, contract, { readState });
  }),
  attack("a made-up record in the old form", "HostMisbehavior", cut("record-legacy"), (world, contract) => {
    const honest = world.host.handlers(contract.address).readState;
    const readState: typeof honest = (request) => ({
      ...(honest?.(request) ?? { value: undefined, sdkGas: 1n }),
      legacyValue: new Uint8Array(80),
    });
    return increments(world, contract, { readState: readState as NonNullable<typeof honest> });
  }),
  attack("the executed block again, on other state", "OutputDiffers", cut("output-digest"), (world, contract) => {
    const before = new Map(world.host.recordsOf(contract.address));
    world.execute(world.bob, contract, { add: { n: 1 } });
    world.end();
    // Honest recovery would answer from the state before the block; the host answers from the state after it.
    expectDifferent(before, world.host.recordsOf(contract.address));
    return runsAgain(world, contract, before);
  }),
  attack("the open block again, on other state", "OutputDiffers", cut("output-digest"), (world, contract) => {
    const before = new Map(world.host.recordsOf(contract.address));
    world.execute(world.bob, contract, { add: { n: 1 } });
    return runsAgain(world, contract, before);
  }),
];
