/**
 * What the chain notes of a contract, genuine but not as it is now, where the enclave demands proofs.
 * @module
 */

import type { Check } from "../../../../../tests/support/checks.ts";
import { cut } from "../../../../../tests/support/checks.ts";
import type { createEnclave } from "../../../src/index.ts";
import { administered, changeAdmin, migrate, open, updateAdminMsg } from "../administration.ts";
import { instantiateMsg, signTx } from "../chain.ts";
import { World } from "../world.ts";
import type { Attack, Steps } from "./attack.ts";

const CURRENT_KEY = cut("proven-contract-key");
const CURRENT_ADMIN = cut("proven-admin");

function attack(name: string, check: Check, step: (world: World) => Steps): Attack {
  return {
    name,
    status: "StateUnproven",
    check,
    prepare: (create: typeof createEnclave) => step(new World(create, { stateProofs: true })),
  };
}

/** A contract before and after alice migrated it. */
function migrated(world: World) {
  const before = administered(world, 1, world.alice.address);
  const { contractKey, proof } = migrate(world, world.alice, before);
  world.end();
  return { before, now: { ...before, key: { og: before.key.og, current: contractKey, proof } } };
}

/** A contract before and after alice gave it to bob. */
function handedOver(world: World) {
  const before = administered(world, 1, world.alice.address);
  const [sender, target] = [world.bech32(world.alice.address), world.bech32(before.address)];
  open(world, world.alice, updateAdminMsg({ sender, contract: target }, world.bech32(world.bob.address)));
  const adminProof = changeAdmin(world, "updateAdmin", before);
  world.end();
  return { before, now: { ...before, adminProof } };
}

/** Closes the block that a refused lie left open, then runs the step. */
function inNextBlock(world: World, step: () => unknown): () => unknown {
  return () => {
    world.end();
    return step();
  };
}

export const storedContracts: readonly Attack[] = [
  attack("the keys that a contract had before its migration", CURRENT_KEY, (world) => {
    const { before, now } = migrated(world);
    return {
      lie: () => world.execute(world.bob, before, { increment: {} }),
      honest: inNextBlock(world, () => world.execute(world.bob, now, { increment: {} })),
    };
  }),
  attack("a query under the keys that a contract had before its migration", CURRENT_KEY, (world) => {
    const { before, now } = migrated(world);
    // The next header is over the migration: until it comes, a host may say that the migration had no effect.
    world.begin([]);
    return {
      lie: () => world.query(before, { get_count: {} }),
      honest: () => world.query(now, { get_count: {} }),
    };
  }),
  attack("a migration by the admin of the past, with the proof of then", CURRENT_ADMIN, (world) => {
    const { before, now } = handedOver(world);
    return {
      lie: () => migrate(world, world.alice, before),
      honest: inNextBlock(world, () => migrate(world, world.bob, now)),
    };
  }),
  attack("a change of admin by the admin of the past, later in the same block", CURRENT_ADMIN, (world) => {
    const contract = administered(world, 1, world.alice.address);
    const target = world.bech32(contract.address);
    const toBob = [world.alice, world.bob, world.alice, world.bob].map((user, index) => {
      const parties = { sender: world.bech32(user.address), contract: target };
      return signTx(user, [updateAdminMsg(parties, world.bech32(world.bob.address))], { sequence: BigInt(index) });
    });
    world.begin(toBob);
    const change = (txIndex: number, adminProof: Uint8Array) =>
      changeAdmin(world, "updateAdmin", contract, { origin: world.origin(txIndex), adminProof });
    // The second transaction acts on what the first one did, so that nothing takes it back any more.
    const given = change(1, change(0, contract.adminProof));
    return { lie: () => change(2, contract.adminProof), honest: () => change(3, given) };
  }),
  attack("a contract under the number of another one", cut("proven-instance"), (world) => {
    world.instantiate(1);
    const message = world.encrypt(world.alice, { count: 1 });
    world.begin([signTx(world.alice, [instantiateMsg(world.alice.address, message, "again")])]);
    return {
      lie: () => world.runInstantiate(1, world.codeHash),
      honest: inNextBlock(world, () => world.instantiate(2)),
    };
  }),
];
