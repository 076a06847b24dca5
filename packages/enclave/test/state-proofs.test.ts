/**
 * Proofs of state: what an honest host needs for every kind of read, and what the enclave concludes from what it wrote itself.
 * Lies are in the table of attacks.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { EnclaveError, encode, type OcallHandlers, SEALED_FORMAT, StateProofs } from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { decodeKeychain, keychainSchema } from "../src/keychain/keychain-record.ts";
import { type ChainRecord, stateRecords } from "../src/state-proofs/chain-records.ts";
import { ProvenRecords } from "../src/state-proofs/proven-records.ts";
import { WriteJournal, type WritingCall } from "../src/state-proofs/write-journal.ts";
import { executeMsg, instantiateMsg, signTx } from "./support/chain.ts";
import { ProvenRecordStore } from "./support/proven-records.ts";
import { type Contract, World } from "./support/world.ts";

const refused = expect.objectContaining({ name: "EnclaveError", status: "StateUnproven" });

function fillAll(records: Map<string, Uint8Array>, value: Uint8Array): void {
  for (const name of records.keys()) records.set(name, value);
}

/** Counts the proofs that the enclave asks for. */
function counting(world: World) {
  const asked: number[] = [];
  const proveState: OcallHandlers["proveState"] = (request) => {
    asked.push(request.keys.length);
    return world.proofs.prove(request);
  };
  return { asked, handlers: { proveState } };
}

function proven(): { world: World; contract: Contract } {
  const world = new World(createEnclave, { stateProofs: true });
  return { world, contract: world.instantiate(1, 5) };
}

describe("an honest host", () => {
  it("is believed in blocks, between transactions of one block, and in queries of both states of the open block", () => {
    const { world, contract } = proven();
    expect(world.enclave.call("status", {}).stateProofs).toBe(StateProofs.all);
    const run = world.executeInOneBlock(contract, [{ add: { n: 1 } }, { add: { n: 2 } }]);
    run(0);
    run(1);
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 8 });
    world.end();
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 8 });
    world.begin([]);
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 8 });
  });

  it("may drop the writes of a transaction that failed on its side", () => {
    const { world, contract } = proven();
    const run = world.executeInOneBlock(contract, [{ add: { n: 1 } }, { add: { n: 2 } }]);
    const before = new Map(world.host.recordsOf(contract.address));
    run(0);
    world.host.state.set(toHex(contract.address), before);
    run(1);
    world.end();
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 7 });
  });

  it("proves a record once a block, hinted ones together, and nothing that the block wrote", () => {
    const { world, contract } = proven();
    const { asked, handlers } = counting(world);
    const run = world.executeInOneBlock(contract, [{ add: { n: 1 } }, { add: { n: 2 } }]);
    run(0, handlers);
    run(1, handlers);
    expect(world.query(contract, { get_count: {} }, { handlers })).toEqual({ count: 8 });
    // The sender's account, the contract's keys, then the record.
    expect(asked).toEqual([1, 1, 1]);
    world.end();
    const records = [...world.host.recordsOf(contract.address)];
    const hints = records.map(([key, value]) => ({ key: Uint8Array.from(Buffer.from(key, "hex")), value, sdkGas: 1n }));
    world.execute(world.bob, contract, { increment: {} }, { request: { hints }, handlers });
    expect(asked).toEqual([1, 1, 1, 1, 1 + hints.length]);
  });

  it("may answer from as many blocks ago as the network's policy allows", () => {
    const world = new World(createEnclave, { stateProofs: true, policy: '{"state_proofs":"all","query_blocks":3}' });
    const contract = world.instantiate(1, 5);
    const { height, timeNs } = world.chain.last?.header ?? { height: 0n, timeNs: 0n };
    const old = new Map(world.host.recordsOf(contract.address));
    const readState: OcallHandlers["readState"] = ({ key }) => ({
      value: old.get(toHex(key)),
      legacyValue: undefined,
      sdkGas: 100n,
    });
    for (let i = 0; i < 2; i++) {
      world.execute(world.bob, contract, { increment: {} });
      world.end();
    }
    world.begin([]);
    const past = { request: { height, timeNs }, handlers: { readState } };
    expect(world.query(contract, { get_count: {} }, past)).toEqual({ count: 5 });
    expect(() => world.query(contract, { get_count: {} }, { request: { height, timeNs } })).toThrowError(refused);
  });

  it("answers no query before the enclave has seen a header since its start", () => {
    const { world, contract } = proven();
    world.start();
    expect(() => world.query(contract, { get_count: {} })).toThrowError(refused);
    world.begin([]);
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 5 });
  });
});

describe("the first block", () => {
  /** A chain whose genesis document has a counter of 5, made by the same seeds in an earlier chain. */
  function restarted() {
    const { world: before, contract } = proven();
    const world = new World(createEnclave, { stateProofs: true });
    const { seeds } = decodeKeychain(before.sealed.get("keychain") as Uint8Array);
    const own = decodeKeychain(world.sealed.get("keychain") as Uint8Array);
    world.sealed.set("keychain", encode(keychainSchema, { ...own, version: SEALED_FORMAT, seeds: [...seeds] }));
    world.start();
    world.host.state.set(toHex(contract.address), before.host.recordsOf(contract.address));
    for (const [key, value] of before.host.notes) world.host.notes.set(key, value);
    // Version 1 of this store stands for the state after block 0, which the chain keeps apart.
    world.proofs.commit(world.host);
    const proveState: OcallHandlers["proveState"] = (request) =>
      world.proofs.prove({ ...request, version: request.version + 1n });
    const { bob } = world;
    const message = bob.encrypt(before.ioPublicKey, world.codeHash, { increment: {} });
    const tx = signTx(bob, [executeMsg({ sender: bob.address, contract: contract.address, msg: message })]);
    return { world, contract, tx, handlers: { proveState } };
  }

  it("runs contracts of the genesis document, where its header proves them", () => {
    const { world, contract, tx, handlers } = restarted();
    world.begin([tx]);
    const { result } = world.run(contract, { handlers });
    expect(result.error).toBeUndefined();
    world.host.apply(contract.address, result.writes);
    world.end();
  });

  it.each<[string, (world: World, contract: Contract) => void]>([
    ["another record", ({ host }, { address }) => fillAll(host.recordsOf(address), new Uint8Array(60))],
    ["no record", ({ host }, { address }) => host.recordsOf(address).clear()],
  ])("refuses a host that shows %s of such a contract", (_name, lie) => {
    const { world, contract, tx, handlers } = restarted();
    world.begin([tx]);
    lie(world, contract);
    expect(() => world.run(contract, { handlers })).toThrowError(refused);
  });

  it("takes all for absent under a header that is over nothing", () => {
    const { world, contract, tx, handlers } = restarted();
    world.begin([tx], { header: { appHash: world.primitives.sha256(new Uint8Array(0)) } });
    expect(() => world.run(contract, { handlers })).toThrowError(refused);
  });

  it("makes contracts from the first number on", () => {
    const world = new World(createEnclave, { stateProofs: true });
    const header = { appHash: world.primitives.sha256(new Uint8Array(0)) };
    const make = () =>
      signTx(world.alice, [instantiateMsg(world.alice.address, world.encrypt(world.alice, { count: 1 }))]);
    world.begin([make(), make()], { header });
    const [first, second] = [1, 2].map((n) => world.runInstantiate(n, world.codeHash, world.origin(n - 1)));
    expect(first?.address).not.toEqual(second?.address);
  });
});

describe("the journal of a block", () => {
  const digest = (n: number): Uint8Array => new Uint8Array(32).fill(n);
  const call = (txIndex: number): WritingCall => ({ txIndex, effect: "unknown" });

  it("holds the host to what it said of a call, for all records of that call", () => {
    const journal = new WriteJournal();
    const first = call(0);
    journal.add("a", first, digest(1));
    journal.add("b", first, undefined);
    expect(journal.explains("a", digest(9), call(1))).toBe(false);
    // The call had no effect, so its removal had none either.
    expect(journal.explains("b", undefined, call(1))).toBe(false);
  });

  it("takes a write that a later transaction has seen for lasting, one that the same transaction has seen not yet", () => {
    const journal = new WriteJournal();
    const [first, second] = [call(0), call(1)];
    journal.add("a", first, digest(1));
    journal.add("b", second, digest(2));
    expect(journal.explains("a", digest(1), call(1))).toBe(true);
    expect(() => journal.explains("a", digest(9), call(1))).toThrowError(refused);
    expect(journal.explains("b", digest(2), call(1))).toBe(true);
    expect(journal.explains("b", digest(9), call(1))).toBe(false);
  });

  it("forgets what a failed call wrote, and never lets a call miss its own removal", () => {
    const journal = new WriteJournal();
    const [failed, running] = [call(0), call(0)];
    journal.add("a", failed, digest(1));
    failed.effect = "none";
    expect(journal.explains("a", digest(1), call(0))).toBe(false);
    journal.add("a", running, undefined);
    expect(() => journal.explains("a", digest(1), running)).toThrowError(refused);
  });
});

describe("a proof", () => {
  const { primitives } = new World(createEnclave);
  const contract = new Uint8Array(20).fill(0xc0);
  const record = (n: number): ChainRecord => stateRecords(contract)(Uint8Array.of(n));
  const store = new ProvenRecordStore();
  const records = new Map([2, 4, 6].map((n) => [`0${n}`, Uint8Array.of(n)] as const));
  store.commit({
    state: new Map([[toHex(contract), records]]),
    notes: new Map(),
    sequences: new Map(),
    registrations: new Map(),
  });
  const header = { height: store.store.lastCommit.version + 1n, appHash: store.appHash };

  /** What the enclave makes of the host's answer for a record: "there", "absent", or the check that refused. */
  function judge(
    n: number,
    change: (answer: ReturnType<typeof store.prove>) => ReturnType<typeof store.prove>,
  ): string {
    const proveState: OcallHandlers["proveState"] = (request) => change(store.prove(request));
    const host = { proveState } as OcallHandlers;
    try {
      return new ProvenRecords(primitives, header).before(host, record(n), []) === undefined ? "absent" : "there";
    } catch (error) {
      if (!EnclaveError.is(error, "StateUnproven")) throw error;
      return error.check ?? "";
    }
  }

  const keyOf = (n: number): Uint8Array => Uint8Array.of(0x03, ...contract, n);
  const version = header.height - 1n;
  const proofOf = (n: number): Uint8Array =>
    store.prove({ store: "compute", keys: [keyOf(n)], version, withStore: false }).proofs[0] as Uint8Array;

  it("of presence and of absence is accepted", () => {
    expect([2, 3, 7].map((n) => judge(n, (answer) => answer))).toEqual(["there", "absent", "absent"]);
  });

  it.each([
    ["of another record", 4, "PROOF_KEY", () => [proofOf(6)]],
    ["of another absence", 3, "PROOF_KEY", () => [proofOf(5)]],
    ["cut short", 4, "PROOF_DECODE", () => [proofOf(4).subarray(0, -5)]],
    ["that is empty", 4, "PROOF_KEY", () => [new Uint8Array(0)]],
    ["too many", 4, "number of proofs", () => [proofOf(4), proofOf(4)]],
  ] as const)("%s is refused", (_name, n, check, proofs) => {
    expect(judge(n, (answer) => ({ ...answer, proofs: [...proofs()] }))).toBe(check);
  });

  it.each([
    ["of another store", "PROOF_KEY", "bank"],
    ["that is empty", "PROOF_KEY", undefined],
  ] as const)("of the store's root %s is refused", (_name, check, from) => {
    const other =
      from === undefined
        ? new Uint8Array(0)
        : store.prove({ store: from, keys: [], version, withStore: true }).storeProof;
    expect(judge(4, (answer) => ({ ...answer, storeProof: other }))).toBe(check);
  });

  it("is not needed for the absence of anything before the first block", () => {
    const empty = { height: 1n, appHash: primitives.sha256(new Uint8Array(0)) };
    const host = {} as OcallHandlers;
    expect(new ProvenRecords(primitives, empty).before(host, record(4), [])).toBeUndefined();
  });
});
