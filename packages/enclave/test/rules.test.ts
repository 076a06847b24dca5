/**
 * Rules of single calls, each beside its honest control.
 * @module
 */
import { compareBytes, toHex, utf8ToBytes } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import type { OcallHandlers } from "@enclavenet/enclave-api";
import { inProcessEnclave } from "@enclavenet/enclave-host";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { executeMsg, signers, signTx, type TxOptions } from "./support/chain.ts";
import { memoryStorage } from "./support/memory-storage.ts";
import { World } from "./support/world.ts";

const refused = (status: string) => expect.objectContaining({ name: "EnclaveError", status });
const world = new World(createEnclave);
const contract = world.instantiate(1, 5);

/** Runs an honest increment in a transaction with `options`. */
function increment(options: TxOptions = {}): () => unknown {
  return () => {
    try {
      return world.execute(world.bob, contract, { increment: {} }, { tx: options });
    } finally {
      world.end();
    }
  };
}

describe("a flush", () => {
  it("is ordered by ciphertext, so that its order tells nothing of the plaintext keys", () => {
    const { result } = world.execute(world.alice, contract, { echo: { text: "many records" } });
    world.end();
    const sorted = (keys: readonly Uint8Array[]) => [...keys].sort(compareBytes).map(toHex);
    expect(result.writes.length).toBeGreaterThan(0);
    expect(result.writes.map(({ key }) => toHex(key))).toEqual(sorted(result.writes.map(({ key }) => key)));
    expect(result.legacyDeletes.map(toHex)).toEqual(sorted(result.legacyDeletes));
    expect(result.legacyDeletes).toHaveLength(result.writes.length);
  });
});

describe("signatures", () => {
  it("are good over this chain, this account and direct mode", () => {
    expect(increment()).not.toThrow();
  });

  it.each([
    ["another chain id", { chainId: "another-chain-1" }],
    ["another account number", { accountNumber: 6n }],
    ["EIP-191 mode over the direct document", { mode: 191 }],
    ["a mode that the enclave does not know", { mode: 2 }],
    ["amino mode over the direct document", { mode: 127 }],
  ] as [string, TxOptions][])("with %s are refused", (_name, options) => {
    expect(increment(options)).toThrowError(refused("FailedTxVerification"));
  });
});

describe("plaintext", () => {
  it("is refused as a user's message", () => {
    const msg = utf8ToBytes(JSON.stringify({ increment: {}, padding: "x".repeat(100) }));
    world.begin([signTx(world.bob, [executeMsg({ sender: world.bob.address, contract: contract.address, msg })])]);
    expect(() => world.run(contract)).toThrowError(refused("ValidationFailure"));
    world.end();
  });

  it("is refused as a query", () => {
    const query = utf8ToBytes(JSON.stringify({ get_count: {}, padding: "x".repeat(100) }));
    expect(() => world.query(contract, {}, { request: { query } })).toThrowError(refused("DecryptionError"));
  });
});

describe("validators", () => {
  it("may change with every block, all of them", () => {
    const changing = new World(createEnclave);
    for (const name of ["first", "second", "third"]) {
      changing.begin([], { next: signers(changing.primitives, 3, name) });
      changing.end();
    }
    const counter = changing.instantiate(1, 5);
    expect(changing.query(counter, { get_count: {} })).toEqual({ count: 5 });
  });
});

describe("positions", () => {
  it("after a refused message go on in the same block", () => {
    const message = (n: number) =>
      executeMsg({
        sender: world.bob.address,
        contract: contract.address,
        msg: world.encrypt(world.bob, { add: { n } }),
      });
    const bad = { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: new Uint8Array(0) };
    world.begin([signTx(world.bob, [bad]), signTx(world.bob, [message(1)])]);
    expect(() => world.run(contract)).toThrowError(refused("ValidationFailure"));
    expect(world.run(contract, { request: { origin: world.origin(1) } }).result.error).toBeUndefined();
    expect(() => world.run(contract, { request: { origin: world.origin(2) } })).toThrowError(
      refused("PositionRejected"),
    );
    expect(() => world.run(contract, { request: { origin: world.origin(1, 1) } })).toThrowError(
      refused("PositionRejected"),
    );
    world.end();
  });

  it("exist only in an open block", () => {
    expect(() => world.run(contract)).toThrowError(refused("PositionRejected"));
    expect(() => world.end()).toThrowError(refused("PositionRejected"));
  });
});

describe("queries in production", () => {
  const sealed = new Map<string, Uint8Array>();
  const production = new World(createEnclave, {
    stateProofs: true,
    start: () =>
      inProcessEnclave(
        createEnclave({
          primitives: createNodePrimitives(),
          storage: memoryStorage(sealed),
          networkClass: "production",
          measurement: new Uint8Array(32),
        }),
      ),
  });
  const counter = production.instantiate(1, 5);
  const at = (header: { height: bigint; timeNs: bigint } | undefined) => ({
    request: { height: header?.height ?? 0n, timeNs: header?.timeNs ?? 0n },
  });

  it("see the block that ended last, also while the next one is open, and none before it", () => {
    const first = production.chain.last?.header;
    expect(production.query(counter, { get_count: {} }, at(first))).toEqual({ count: 5 });
    const before = new Map(production.host.recordsOf(counter.address));
    const readState: OcallHandlers["readState"] = ({ key }) => ({
      value: before.get(toHex(key)),
      legacyValue: undefined,
      sdkGas: 1n,
    });
    const early = { ...at(first), handlers: { readState } };
    production.execute(production.bob, counter, { increment: {} });
    expect(production.query(counter, { get_count: {} }, early)).toEqual({ count: 5 });
    const second = production.chain.last?.header;
    production.end();
    expect(production.query(counter, { get_count: {} }, at(second))).toEqual({ count: 6 });
    production.begin([]);
    expect(() => production.query(counter, { get_count: {} }, early)).toThrowError(refused("StateUnproven"));
  });
});
