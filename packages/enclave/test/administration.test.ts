import { describe, expect, it } from "vitest";
import { puppetWasm } from "../../../tests/support/puppet.ts";
import { createEnclave } from "../src/index.ts";
import {
  administered,
  changeAdmin,
  clearAdminMsg,
  emitting,
  migrate,
  open,
  secondCode,
  updateAdminMsg,
} from "./support/administration.ts";
import { addCode } from "./support/probes.ts";
import { World } from "./support/world.ts";

const refused = (status: string) => expect.objectContaining({ name: "EnclaveError", status });

function start() {
  const world = new World(createEnclave);
  return { world, contract: administered(world, 1, world.alice.address) };
}

describe("migrate", () => {
  it("runs the new code on the old state and hands out the contract's next key", () => {
    const { world, contract } = start();
    world.execute(world.bob, contract, { echo: { text: "kept" } });
    world.end();
    const codeHash = secondCode(world);
    const { contractKey, proof, result } = migrate(world, world.alice, contract, { codeHash });
    world.end();
    expect(result.error).toBeUndefined();
    expect(contractKey).not.toEqual(contract.key.og);
    const moved = { ...contract, key: { og: contract.key.og, current: contractKey, proof } };
    const ask = (question: object) =>
      world.enclave.call(
        "query",
        {
          contractAddress: contract.address,
          codeHash,
          contractKey: moved.key,
          query: world.bob.encrypt(world.ioPublicKey, codeHash, question),
          height: world.chain.height,
          timeNs: world.chain.last?.header.timeNs ?? 0n,
          depth: 1,
          gasLimit: 1_000_000_000n,
        },
        world.host.handlers(contract.address),
      );
    expect(ask({ get_text: {} }).error).toBeUndefined();
    // The old code no longer owns the state, and neither does the new one under the original key alone.
    expect(() => world.query(moved, { get_count: {} })).toThrowError(refused("FailedContractAuthentication"));
    expect(() => world.query(contract, { get_count: {} }, { request: { codeHash } })).toThrowError(
      refused("FailedContractAuthentication"),
    );
    // A second migration starts from the current key.
    migrate(world, world.alice, moved, { currentCodeHash: codeHash });
    world.end();
  });

  it("may be to the code that runs already", () => {
    const { world, contract } = start();
    const { contractKey, proof } = migrate(world, world.alice, contract);
    world.end();
    const moved = { ...contract, key: { og: contract.key.og, current: contractKey, proof } };
    expect(world.query(moved, { get_count: {} })).toEqual({ count: 50 });
  });

  it("must be encrypted", () => {
    const { world, contract } = start();
    const msg = new TextEncoder().encode("{}".padEnd(200));
    expect(() => migrate(world, world.alice, contract, { msg })).toThrowError(refused("DecryptionError"));
  });

  it("names the new code, not the old one", () => {
    const { world, contract } = start();
    const codeHash = secondCode(world);
    const msg = world.encrypt(world.alice, {});
    expect(() => migrate(world, world.alice, contract, { codeHash, msg })).toThrowError(refused("ValidationFailure"));
  });

  it("needs a migrate export", () => {
    const { world, contract } = start();
    const codeHash = addCode(world, puppetWasm({ migrate: false }));
    expect(() => migrate(world, world.alice, contract, { codeHash })).toThrowError(refused("FailedFunctionCall"));
  });

  it("does not look for floats, which only instantiate does: one that runs is a panic", () => {
    const { world, contract } = start();
    const codeHash = addCode(world, puppetWasm({ floats: true }));
    const msg = world.alice.encrypt(world.ioPublicKey, codeHash, emitting());
    expect(() => migrate(world, world.alice, contract, { codeHash, msg })).toThrowError(refused("ContractPanic"));
  });

  it("pays for the bytes that it writes, which execute gets back", () => {
    const { world, contract } = start();
    const gasOf = (json: object) => {
      const msg = world.encrypt(world.alice, json);
      const { contractKey, proof, result } = migrate(world, world.alice, contract, { msg });
      world.end();
      expect(contractKey).toHaveLength(64);
      expect(proof).toHaveLength(32);
      return result.usedGas;
    };
    // 5000 for each of the eight bytes of the count.
    expect(gasOf({ count: 50 }) - gasOf({ count: null })).toBeGreaterThan(40_000n);
  });
});

describe("a change of admin", () => {
  it("is known to be stale only by its record: an old proof passes until reads are proven", () => {
    const { world, contract } = start();
    const [alice, bob] = [world.bech32(world.alice.address), world.bech32(world.bob.address)];
    open(world, world.alice, updateAdminMsg({ sender: alice, contract: world.bech32(contract.address) }, bob));
    changeAdmin(world, "updateAdmin", contract);
    world.end();
    expect(() => migrate(world, world.alice, contract)).not.toThrow();
  });

  it("moves the right to the new admin", () => {
    const { world, contract } = start();
    const [alice, bob] = [world.bech32(world.alice.address), world.bech32(world.bob.address)];
    open(world, world.alice, updateAdminMsg({ sender: alice, contract: world.bech32(contract.address) }, bob));
    const adminProof = changeAdmin(world, "updateAdmin", contract);
    world.end();
    const handedOver = { ...contract, adminProof };
    expect(() => migrate(world, world.alice, handedOver)).toThrowError(refused("ValidationFailure"));
    world.end();
    expect(() => migrate(world, world.bob, handedOver)).not.toThrow();
  });

  it("can leave nobody", () => {
    const { world, contract } = start();
    const sender = world.bech32(world.alice.address);
    open(world, world.alice, clearAdminMsg({ sender, contract: world.bech32(contract.address) }));
    const adminProof = changeAdmin(world, "clearAdmin", contract);
    world.end();
    expect(() => migrate(world, world.alice, { ...contract, adminProof })).toThrowError(refused("ValidationFailure"));
  });
});
