/**
 * Honest calls of the counter contract through the enclave's door.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { executeMsg, signTx } from "./support/chain.ts";
import { World } from "./support/world.ts";

const status = (name: string) => expect.objectContaining({ name: "EnclaveError", status: name });

describe("contract calls", () => {
  const world = new World(createEnclave);
  const contract = world.instantiate(1, 5);

  it("run on encrypted messages and keep encrypted state", () => {
    world.execute(world.bob, contract, { add: { n: 3 } });
    world.end();
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 8 });
    for (const [key, value] of world.host.recordsOf(contract.address)) {
      expect(Buffer.from(key, "hex").toString("latin1")).not.toContain("count");
      expect(Buffer.from(value).toString("latin1")).not.toContain("count");
    }
  });

  it("answer only the sender", () => {
    const { message, result } = world.execute(world.bob, contract, { echo: { text: "for bob" } });
    world.end();
    const data = result.data ?? new Uint8Array(0);
    expect(new TextDecoder().decode(world.bob.open(world.ioPublicKey, message, data))).toContain("for bob");
    expect(world.alice.open(world.ioPublicKey, message, data)).toBeUndefined();
  });

  it("return a contract's error as ciphertext, with the gas it used", () => {
    const { result } = world.execute(world.bob, contract, { fail: { text: "no" } });
    world.end();
    expect(result.error).toMatch(/^[\w+/]+=*$/);
    expect(result.usedGas).toBeGreaterThan(0n);
    expect(result.data).toBeUndefined();
  });

  it("write the same value under another salt each time", () => {
    const first = world.execute(world.alice, contract, { reset: { count: 1 } }).result.writes;
    world.end();
    const second = world.execute(world.alice, contract, { reset: { count: 1 } }).result.writes;
    world.end();
    expect(second.map(({ key }) => toHex(key))).toEqual(first.map(({ key }) => toHex(key)));
    expect(second.map(({ value }) => toHex(value))).not.toEqual(first.map(({ value }) => toHex(value)));
  });

  it("give two instances of one code different keys and records", () => {
    const other = world.instantiate(2, 5);
    expect(toHex(other.key.og)).not.toBe(toHex(contract.key.og));
    const names = [...world.host.recordsOf(other.address).keys()];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(world.host.recordsOf(contract.address).has(name)).toBe(false);
  });

  it("draw randomness that differs from call to call", () => {
    const rolls = Array.from({ length: 3 }, () => {
      const { message, result } = world.execute(world.bob, contract, { roll: { sides: 1_000_000_000 } });
      world.end();
      return new TextDecoder().decode(world.bob.open(world.ioPublicKey, message, result.data ?? new Uint8Array(0)));
    });
    expect(new Set(rolls).size).toBe(3);
  });

  it("run several messages of one transaction in order", () => {
    const messages = [{ add: { n: 1 } }, { add: { n: 2 } }].map((msg) =>
      executeMsg({ sender: world.bob.address, contract: contract.address, msg: world.encrypt(world.bob, msg) }),
    );
    const before = world.query(contract, { get_count: {} }) as { count: number };
    world.begin([signTx(world.bob, messages)]);
    for (const msgIndex of [0, 1]) {
      const { result } = world.run(contract, { request: { origin: world.origin(0, msgIndex) } });
      world.host.apply(contract.address, result.writes);
    }
    world.end();
    expect(world.query(contract, { get_count: {} })).toEqual({ count: before.count + 3 });
  });

  it("fail with the gas they used when it runs out", () => {
    expect(() =>
      world.execute(
        world.bob,
        contract,
        { burn_gas: { iterations: 10_000_000 } },
        { request: { gasLimit: 50_000_000n } },
      ),
    ).toThrowError(
      expect.objectContaining({ status: "OutOfGas", usedGas: expect.toSatisfy((gas: bigint) => gas >= 50_000_000n) }),
    );
    world.end();
  });
});

describe("the keychain", () => {
  it("is drawn anew for every network and shows only public keys", () => {
    const keys = [new World(createEnclave), new World(createEnclave)].map(({ ioPublicKey }) => toHex(ioPublicKey));
    expect(keys[0]).not.toBe(keys[1]);
  });

  it("refuses calls before it is bound", () => {
    const fresh = new World(createEnclave);
    fresh.sealed.clear();
    const enclave = fresh.start();
    expect(() => enclave.call("endBlock", { height: 1n })).toThrowError(status("NotReady"));
  });
});
