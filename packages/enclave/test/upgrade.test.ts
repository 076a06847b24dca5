/** Upgrade of the enclave: who may take over, from whom, and that what comes after goes on where what was before stood. */
import { toHex } from "@enclavenet/common";
import { KeychainState } from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { decodeKeychain } from "../src/keychain/keychain-record.ts";
import { executeMsg, signTx } from "./support/chain.ts";
import { authenticate, beginWith, certificateOf, Joiner, networkQuote, POSITION } from "./support/registration.ts";
import {
  approve,
  approveMsg,
  beginApproval,
  handOver,
  importRequest,
  NEXT,
  namedWorld,
  successor,
} from "./support/upgrade.ts";
import { type Contract, World } from "./support/world.ts";

const refused = (status: string) => expect.objectContaining({ name: "EnclaveError", status });

/** Takes over from the world's enclave, and is the world's enclave from then on. */
function upgrade(world: World, next: Joiner): void {
  next.enclave.call("importKeychain", importRequest(world, handOver(world, next)));
  world.enclave = next.enclave;
}

function add(world: World, contract: Contract): void {
  const { alice } = world;
  const msg = alice.encrypt(world.ioPublicKey, world.codeHash, { increment: {} });
  world.begin([signTx(alice, [executeMsg({ sender: alice.address, contract: contract.address, msg })])]);
  const { result } = world.run(contract);
  world.host.apply(contract.address, result.writes);
  world.end();
}

describe("an upgrade", () => {
  it("goes on where the program before stood: keys, contracts, height", () => {
    const world = namedWorld(createEnclave);
    const contract = world.instantiate(1, 5);
    approve(world, NEXT);
    const next = successor(world, createEnclave);
    expect(next.enclave.call("status", {}).keychain).toBe(KeychainState.registering);
    const before = world.enclave.call("status", {});
    upgrade(world, next);
    expect(next.enclave.call("status", {})).toEqual(before);
    add(world, contract);
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 6 });
  });

  it("takes along the node's registration, so that it gets its share of later seeds", () => {
    const world = namedWorld(createEnclave);
    const { publicKey } = world.enclave.call("createRegistration", { chainId: "enclave-test-1" });
    world.instantiate(1, 5);
    approve(world, NEXT);
    const next = successor(world, createEnclave);
    upgrade(world, next);
    expect(next.enclave.call("status", {}).registrationPublicKey).toEqual(publicKey);
    expect(next.publicKey).not.toEqual(publicKey);
  });

  it("executes the last block again to the same outcome", () => {
    const world = namedWorld(createEnclave);
    const contract = world.instantiate(1, 5);
    approve(world, NEXT);
    const { alice } = world;
    const msg = alice.encrypt(world.ioPublicKey, world.codeHash, { increment: {} });
    world.begin([signTx(alice, [executeMsg({ sender: alice.address, contract: contract.address, msg })])]);
    const first = world.run(contract);
    world.end();
    upgrade(world, successor(world, createEnclave));
    world.enclave.call("beginBlock", world.chain.last?.request as never);
    expect(world.run(contract)).toEqual(first);
  });

  it("can be followed by the next one, and never goes back but by another approval", () => {
    const world = namedWorld(createEnclave);
    world.instantiate(1, 5);
    const after = new Uint8Array(32).fill(0xc1);
    approve(world, NEXT);
    approve(world, after);
    upgrade(world, successor(world, createEnclave, { measurement: after }));
    const back = successor(world, createEnclave, { predecessors: [after] });
    expect(() => handOver(world, back)).toThrowError(refused("UpgradeRejected"));
    approve(world, NEXT);
    expect(() => upgrade(world, back)).not.toThrow();
  });
});

describe("an approval", () => {
  it("counts from the next block on, and not at all when its transaction fails", () => {
    const world = namedWorld(createEnclave);
    world.instantiate(1, 5);
    const next = successor(world, createEnclave);
    beginApproval(world, NEXT);
    expect(() => handOver(world, next)).toThrowError(refused("UpgradeRejected"));
    world.end();
    expect(() => handOver(world, next)).toThrowError(refused("UpgradeRejected"));
    approve(world, NEXT);
    expect(() => handOver(world, next)).not.toThrow();
  });

  it("stands once, however often its block is executed", () => {
    const world = namedWorld(createEnclave);
    beginApproval(world, NEXT);
    for (let round = 0; round < 2; round++) {
      world.enclave.call("settleRegistrations", { positions: [POSITION] });
      world.start().call("beginBlock", world.chain.last?.request as never);
      world.enclave.call("approveUpgrade", POSITION);
    }
    const { programs } = decodeKeychain(world.sealed.get("keychain") as Uint8Array);
    expect(programs).toEqual([{ measurement: NEXT, rtmrs: [], approved: 1n }]);
  });

  it("is of a network whose policy names its programs", () => {
    const world = new World(createEnclave);
    expect(() => beginApproval(world, NEXT)).toThrowError(refused("UpgradeRejected"));
  });

  const mrtd = new Uint8Array(48);
  it.each<[string, Uint8Array, readonly Uint8Array[]]>([
    ["no measurement", new Uint8Array(0), []],
    ["firmware of a trust domain alone", mrtd, []],
    ["an enclave with registers", NEXT, [mrtd, mrtd, mrtd, mrtd]],
    ["three registers", mrtd, [mrtd, mrtd, mrtd]],
    ["a register of another length", mrtd, [mrtd, mrtd, mrtd, NEXT]],
  ])("names a whole program: %s is refused", (_, measurement, rtmrs) => {
    const world = namedWorld(createEnclave);
    beginWith(world, approveMsg(world, measurement, { rtmrs }));
    expect(() => world.enclave.call("approveUpgrade", POSITION)).toThrowError(refused("RegistrationInput"));
  });
});

describe("nodes that register around an upgrade", () => {
  const registers = (world: World, node: Joiner) => () => authenticate(world, certificateOf(world, node.quote()));

  it("run a program that the network named or approved, whichever program judges", () => {
    const world = namedWorld(createEnclave);
    world.instantiate(1, 5);
    const [old, next] = [new Joiner(world, createEnclave), successor(world, createEnclave)];
    expect(registers(world, next)).toThrowError(refused("MrEnclaveMismatch"));
    world.end();
    approve(world, NEXT);
    expect(registers(world, next)).not.toThrow();
    upgrade(world, successor(world, createEnclave));
    expect(registers(world, old)).not.toThrow();
    expect(registers(world, successor(world, createEnclave))).not.toThrow();
  });

  it("join a network that a program before theirs began, and replay what that one let in", () => {
    const world = namedWorld(createEnclave);
    const first = new Joiner(world, createEnclave);
    authenticate(world, certificateOf(world, first.quote()));
    const block = world.chain.last?.request;
    approve(world, NEXT);
    const next = successor(world, createEnclave);
    next.join();
    next.enclave.call("beginBlock", block as never);
    expect(next.enclave.call("authenticateNode", POSITION).publicKey).toEqual(first.publicKey);
  });

  it("do not join one that a program began which does not stand in theirs", () => {
    const world = namedWorld(createEnclave);
    approve(world, NEXT);
    const stranger = successor(world, createEnclave, { predecessors: [] });
    expect(() => stranger.join()).toThrowError(refused("MrEnclaveMismatch"));
  });
});

describe("a package", () => {
  it("holds nothing that can be read without the key", () => {
    const world = namedWorld(createEnclave);
    world.instantiate(1, 5);
    approve(world, NEXT);
    const { package: sealed } = handOver(world, successor(world, createEnclave));
    const { seeds } = decodeKeychain(world.sealed.get("keychain") as Uint8Array);
    for (const seed of seeds) expect(toHex(sealed)).not.toContain(toHex(seed));
  });

  it("is taken once: keys are never overwritten", () => {
    const world = namedWorld(createEnclave);
    world.instantiate(1, 5);
    approve(world, NEXT);
    const next = successor(world, createEnclave);
    const request = importRequest(world, handOver(world, next));
    next.enclave.call("importKeychain", request);
    expect(() => next.enclave.call("importKeychain", request)).toThrowError(refused("KeychainConflict"));
  });

  it("comes from an enclave that executed a block, to one that asked", () => {
    const world = namedWorld(createEnclave);
    const next = successor(world, createEnclave);
    expect(() => handOver(world, next)).toThrowError(refused("NotReady"));
    const { enclave } = new World(createEnclave);
    const certificate = certificateOf(world, networkQuote(world));
    const request = { certificate, package: new Uint8Array(99), time: 1_700_000_000n };
    expect(() => enclave.call("importKeychain", request)).toThrowError(refused("KeychainConflict"));
  });
});
