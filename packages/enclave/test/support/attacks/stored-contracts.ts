/**
 * What the chain notes of a contract, genuine but not as it is now, where the enclave demands proofs.
 * @module
 */

import type { Check } from "../../../../../tests/support/mutant.ts";
import type { createEnclave } from "../../../src/index.ts";
import { administered, changeAdmin, migrate, open, secondCode, updateAdminMsg } from "../administration.ts";
import { instantiateMsg, signTx } from "../chain.ts";
import { World } from "../world.ts";
import { type Attack, statement } from "./attack.ts";

const STORED_CONTRACT = "packages/enclave/src/contract-engine/stored-contract.ts";

const CURRENT_KEY = statement(
  STORED_CONTRACT,
  "proofs?.check(host, keyRecord(identity.contractAddress), storedKey(contractKey), ahead);",
);
const CURRENT_ADMIN = statement(STORED_CONTRACT, "proofs?.check(host, adminRecord(contract), adminProof);");

function attack(name: string, check: Check, step: (world: World) => () => unknown): Attack {
  return {
    name,
    status: "StateUnproven",
    check,
    prepare: (create: typeof createEnclave) => step(new World(create, { stateProofs: true })),
  };
}

/** A contract that alice moved to another code. */
function migrated(world: World) {
  const contract = administered(world, 1, world.alice.address);
  migrate(world, world.alice, contract, { codeHash: secondCode(world) });
  world.end();
  return contract;
}

/** A contract that alice gave to bob. */
function handedOver(world: World) {
  const contract = administered(world, 1, world.alice.address);
  const [sender, target] = [world.bech32(world.alice.address), world.bech32(contract.address)];
  open(world, world.alice, updateAdminMsg({ sender, contract: target }, world.bech32(world.bob.address)));
  changeAdmin(world, "updateAdmin", contract);
  return contract;
}

export const storedContracts: readonly Attack[] = [
  attack("the code and keys that a contract had before its migration", CURRENT_KEY, (world) => {
    const contract = migrated(world);
    return () => world.execute(world.bob, contract, { increment: {} });
  }),
  attack("a query of the code that a contract had before its migration", CURRENT_KEY, (world) => {
    const contract = migrated(world);
    return () => world.query(contract, { get_count: {} });
  }),
  attack("a migration by the admin of the past, with the proof of then", CURRENT_ADMIN, (world) => {
    const contract = handedOver(world);
    world.end();
    return () => migrate(world, world.alice, contract);
  }),
  attack("a change of admin by the admin of the past, later in the same block", CURRENT_ADMIN, (world) => {
    const contract = administered(world, 1, world.alice.address);
    const target = world.bech32(contract.address);
    const toBob = [world.alice, world.bob, world.alice].map((user) => {
      const parties = { sender: world.bech32(user.address), contract: target };
      return signTx(user, [updateAdminMsg(parties, world.bech32(world.bob.address))]);
    });
    world.begin(toBob);
    const change = (txIndex: number, adminProof: Uint8Array) =>
      changeAdmin(world, "updateAdmin", contract, { origin: world.origin(txIndex), adminProof });
    // The second transaction acts on what the first one did, so that nothing takes it back any more.
    change(1, change(0, contract.adminProof));
    return () => change(2, contract.adminProof);
  }),
  attack(
    "a contract under the number of another one",
    statement(STORED_CONTRACT, "proofs?.check(host, nextInstance, be64(instanceId));"),
    (world) => {
      world.instantiate(1);
      const message = world.encrypt(world.alice, { count: 1 });
      world.begin([signTx(world.alice, [instantiateMsg(world.alice.address, message, "again")])]);
      return () => world.runInstantiate(1, world.codeHash);
    },
  ),
];
