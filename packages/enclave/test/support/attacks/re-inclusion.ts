/**
 * Transactions of the past that a block includes again: every validator signs such a block, as the ante handler of the chain refuses
 * them when it runs.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { cut } from "../../../../../tests/support/checks.ts";
import { executeMsg, signTx } from "../chain.ts";
import { World } from "../world.ts";
import type { Attack, Steps } from "./attack.ts";

type Contract = ReturnType<World["instantiate"]>;

/** Bob's transaction with that sequence. */
function incrementing(world: World, contract: Contract, sequence: bigint): Uint8Array {
  const { bob } = world;
  const msg = world.encrypt(bob, { increment: {} });
  return signTx(bob, [executeMsg({ sender: bob.address, contract: contract.address, msg })], { sequence });
}

function runs(world: World, contract: Contract, txIndex: number): () => unknown {
  return () => world.run(contract, { request: { origin: world.origin(txIndex) } });
}

/** A row in which bob's first transaction ran already, in this block or in the one before. */
function row(
  name: string,
  check: string,
  stateProofs: boolean,
  step: (world: World, contract: Contract) => Steps,
): Attack {
  return {
    name,
    status: "FailedTxVerification",
    check: cut(check),
    prepare: (create) => {
      const world = new World(create, { stateProofs });
      return step(world, world.instantiate(1));
    },
  };
}

export const reInclusion: readonly Attack[] = [
  row("a transaction of an earlier block, included again", "sequence-earlier-block", true, (world, contract) => {
    const [first, second] = [incrementing(world, contract, 0n), incrementing(world, contract, 1n)];
    world.begin([first]);
    const { result } = world.run(contract);
    world.host.apply(contract.address, result.writes);
    world.host.sequences.set(toHex(world.bob.address), 1n);
    world.end();
    world.begin([first, second]);
    return { lie: runs(world, contract, 0), honest: runs(world, contract, 1) };
  }),
  row("a transaction twice in a block, run twice", "sequence-this-block", false, (world, contract) => {
    const [first, second] = [incrementing(world, contract, 0n), incrementing(world, contract, 1n)];
    world.begin([first, first, second]);
    const { result } = world.run(contract);
    world.host.apply(contract.address, result.writes);
    return { lie: runs(world, contract, 1), honest: runs(world, contract, 2) };
  }),
];
