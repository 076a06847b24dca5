/**
 * State that is genuine but not the state of now, where the enclave demands proofs.
 * @module
 */
import { fromHex, toHex } from "@enclavenet/common";
import type { OcallHandlers } from "@enclavenet/enclave-api";
import type { Check } from "../../../../../tests/support/checks.ts";
import { cut } from "../../../../../tests/support/checks.ts";
import { bindRequest, birthOf } from "../chain.ts";
import { enclaveOf } from "../enclave-of.ts";
import { recordKey } from "../proven-records.ts";
import { World } from "../world.ts";
import type { Attack, Steps } from "./attack.ts";
import { storedContracts } from "./stored-contracts.ts";

type Contract = ReturnType<World["instantiate"]>;
type Values = ReadonlyMap<string, Uint8Array>;

/** The host's answers to reads, from records of its choice. */
function answering(records: Values): Partial<OcallHandlers> {
  return { readState: ({ key }) => ({ value: records.get(toHex(key)), legacyValue: undefined, sdkGas: 100n }) };
}

interface Scene {
  readonly world: World;
  readonly contract: Contract;
  /** The contract's records before the block that was executed last. */
  readonly old: Values;
}

type Prove = OcallHandlers["proveState"];

/** Lies about proofs of the records of contracts; those of accounts stay as they are. */
function proving(
  { world }: Scene,
  lie: (request: Parameters<Prove>[0], prove: Prove) => ReturnType<Prove>,
): Partial<OcallHandlers> {
  const prove: Prove = (request) => world.proofs.prove(request);
  return { proveState: (request) => (request.store === "compute" ? lie(request, prove) : prove(request)) };
}

/** A counter that was changed in the last block: its old records are genuine, and stale. */
function attack(name: string, check: Check, step: (scene: Scene) => Steps): Attack {
  return {
    name,
    status: "StateUnproven",
    check,
    prepare: (create) => {
      const world = new World(create, { stateProofs: true });
      const contract = world.instantiate(1);
      const old = new Map(world.host.recordsOf(contract.address));
      world.execute(world.bob, contract, { add: { n: 1 } });
      world.end();
      return step({ world, contract, old });
    },
  };
}

function increment({ world, contract }: Scene, lie: Partial<OcallHandlers>): Steps {
  const run = (handlers: Partial<OcallHandlers>) => {
    const result = world.execute(world.bob, contract, { increment: {} }, { handlers });
    world.end();
    return result;
  };
  const inNextBlock = () => {
    world.end();
    return run({});
  };
  return { lie: () => run(lie), honest: inNextBlock };
}

function asksWhileOpen({ world, contract }: Scene, lie: Partial<OcallHandlers>): Steps {
  world.begin([]);
  const ask = (handlers: Partial<OcallHandlers>) => () => world.query(contract, { get_count: {} }, { handlers });
  return { lie: ask({ ...answering(new Map()), ...lie }), honest: ask({}) };
}

/** Whether a key of the store is that of a contract's own record. */
const isState = (key: Uint8Array): boolean => key[0] === 0x03;

const COMPARISON = cut("record-before");

export const stateProofs: readonly Attack[] = [
  attack("a record as it was a block ago", COMPARISON, (scene) => increment(scene, answering(scene.old))),
  attack("a record that is said to be absent", COMPARISON, (scene) => increment(scene, answering(new Map()))),
  attack("a record with its proof of a block ago", cut("store-membership"), (scene) =>
    increment(scene, {
      ...answering(scene.old),
      ...proving(scene, (request, prove) => prove({ ...request, version: request.version - 1n })),
    }),
  ),
  attack(
    "an old record in another store",
    cut("store-membership", ["proof, name", "proof, proof.exist?.key ?? name"]),
    (scene) => {
      const { world, contract, old } = scene;
      const bank = world.proofs.store.kvStore("bank");
      for (const [key, value] of world.host.notes) bank.set(fromHex(key), value);
      for (const [name, value] of old) bank.set(recordKey(toHex(contract.address), name), value);
      world.begin([]);
      world.end();
      const lie = proving(scene, (request, prove) => prove({ ...request, store: "bank" }));
      return increment(scene, { ...answering(old), ...lie });
    },
  ),
  attack("an old record in a tree of the host's own", cut("record-membership"), (scene) =>
    increment(scene, {
      ...answering(scene.old),
      ...proving(scene, (request, prove) => ({
        ...prove(request),
        proofs: prove({ ...request, version: request.version - 1n }).proofs,
      })),
    }),
  ),
  attack("the absence of another record", cut("record-absence"), (scene) =>
    asksWhileOpen(scene, {
      proveState: (request) =>
        scene.world.proofs.prove({
          ...request,
          keys: request.keys.map((key) => (isState(key) ? Uint8Array.of(...key, 1) : key)),
        }),
    }),
  ),
  attack("no proof at all", cut("number-of-proofs"), (scene) =>
    asksWhileOpen(scene, {
      proveState: (request) =>
        scene.world.proofs.prove({ ...request, keys: request.keys.filter((key) => !isState(key)) }),
    }),
  ),
  attack(
    "a write of this block that another transaction has seen is gone",
    cut("write-missing"),
    ({ world, contract }) => {
      const before = new Map(world.host.recordsOf(contract.address));
      const step = world.executeInOneBlock(contract, [{ add: { n: 1 } }, { add: { n: 1 } }, { add: { n: 1 } }]);
      step(0);
      step(1);
      return {
        lie: () => step(2, answering(before)),
        honest: () => increment({ world, contract, old: before }, {}).honest(),
      };
    },
  ),
  ...storedContracts,
  attack("a query of the state of many blocks ago", cut("query-state"), ({ world, contract, old }) => {
    const { height, timeNs } = world.chain.last?.header ?? { height: 0n, timeNs: 0n };
    world.begin([]);
    world.end();
    world.begin([]);
    world.end();
    return {
      lie: () => world.query(contract, { get_count: {} }, { request: { height, timeNs }, handlers: answering(old) }),
      honest: () => world.query(contract, { get_count: {} }),
    };
  }),
  {
    name: "a query of a state that is a block older than the network allows",
    status: "StateUnproven",
    check: cut("query-window", ["queryBlocks", "queryBlocks + 1"]),
    prepare: (create) => {
      const world = new World(create, { stateProofs: true, policy: '{"query_blocks":2}' });
      const contract = world.instantiate(1);
      const { height, timeNs } = world.chain.last?.header ?? { height: 0n, timeNs: 0n };
      const old = new Map(world.host.recordsOf(contract.address));
      for (let i = 0; i < 2; i++) {
        world.execute(world.bob, contract, { increment: {} });
        world.end();
      }
      world.begin([]);
      return {
        lie: () => world.query(contract, { get_count: {} }, { request: { height, timeNs }, handlers: answering(old) }),
        honest: () => world.query(contract, { get_count: {} }),
      };
    },
  },
  {
    name: "a network that is bound without proofs, against its evidence",
    status: "KeychainConflict",
    check: cut("born-state-proofs", ["born !== undefined", 'born === "off"']),
    prepare: (create) => {
      const world = new World(create);
      const enclave = enclaveOf(world.createProgram("development", new Map()));
      const birth = birthOf(world.chain, '{"state_proofs":"all"}');
      enclave.call("createKeychain", birth);
      const bind = (proofs: boolean) => () => enclave.call("bindNetwork", bindRequest(birth.validatorSet, proofs));
      return { lie: bind(false), honest: bind(true) };
    },
  },
  {
    name: "a production network without proofs",
    status: "DevelopmentOnly",
    check: cut("production-state-proofs"),
    production: true,
    prepare: (create) => {
      const world = new World(create);
      const enclave = enclaveOf(world.createProgram("production", new Map()));
      const birth = birthOf(world.chain);
      enclave.call("createKeychain", birth);
      const bind = (proofs: boolean) => () => enclave.call("bindNetwork", bindRequest(birth.validatorSet, proofs));
      return { lie: bind(false), honest: bind(true) };
    },
  },
];
