/**
 * Bad transactions through the public door of the real command: each gets the code that upstream gives it, costs what it
 * costs there, and leaves everything else as it was (spec 04 §6.1, §6.2; 03 §2.1).
 * @module
 */
import { gzipSync } from "node:zlib";
import { cosmosBank, cosmosTx, create, decode, encode, secretCompute } from "@enclavenet/proto";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { message, type TxOptions, testAccount } from "../../packages/chain/test/support/accounts.ts";
import { binary, body } from "../../packages/wasm-engine/test/support/binary.ts";
import { type HostileModule, hostileModules } from "../../packages/wasm-engine/test/support/hostile-modules.ts";
import { CometClient } from "../support/comet.ts";
import { hostileBytes } from "../support/hostile-bytes.ts";
import {
  attributeOf,
  clientOf,
  type Deployed,
  deploy,
  execute,
  FAST,
  type Localnet,
  MNEMONICS,
  startLocalnet,
} from "../support/localnet.ts";
import { RawAccount } from "../support/raw-transactions.ts";
import { RestClient } from "../support/rest.ts";

const FUNDS = 1_000_000_000n;
const [sender, receiver] = [testAccount(71), testAccount(72)];

let net: Localnet;
let rest: RestClient;
let comet: CometClient;
let a: ReturnType<typeof clientOf>;
let counter: Deployed;
let raw: RawAccount;

beforeAll(async () => {
  net = await startLocalnet();
  rest = new RestClient(net.ready.rest);
  comet = new CometClient(net.ready.rpc);
  a = clientOf(net.ready, MNEMONICS.a);
  counter = await deploy(a, "counter", { count: 7 });
  const amount = [{ denom: "uscrt", amount: `${FUNDS}` }];
  await a.tx.bank.send({ from_address: a.address, to_address: sender.text, amount }, { gasLimit: 50_000, ...FAST });
  raw = new RawAccount(sender, rest, comet);
});

afterAll(async () => {
  await net?.stop();
});

const send = (amount = "1") =>
  message(cosmosBank.MsgSendSchema, {
    fromAddress: sender.text,
    toAddress: receiver.text,
    amount: [{ denom: "uscrt", amount }],
  });

/** Everything that bad input must not change. */
async function everything() {
  const count = await a.query.compute.queryContract({
    contract_address: counter.address,
    code_hash: counter.codeHash,
    query: { get_count: {} },
  });
  return { ...(await raw.state()), count };
}

/** The node goes on: a sound transaction commits, and every block so far names the one before. */
async function lives(): Promise<void> {
  expect(net.process.exitCode).toBeNull();
  const before = await raw.state();
  const { code, height } = await raw.commit(await raw.signed([send()]));
  expect(code).toBe(0);
  const after = await raw.state();
  expect([after.sequence - before.sequence, before.balance - after.balance]).toEqual([1n, 20_001n]);
  let previous = "";
  for (let at = 1n; at <= height; at++) {
    const { block_id: id, block } = await comet.call("block", { height: `${at}` });
    expect(block.header.last_block_id.hash).toBe(previous);
    previous = id.hash;
  }
}

describe("CheckTx refuses, and neither fee nor sequence is taken for", () => {
  let before: Awaited<ReturnType<typeof everything>>;
  beforeEach(async () => {
    before = await everything();
  });

  async function refused(tx: Uint8Array, codespace: string, code: number): Promise<void> {
    const verdict = await raw.broadcast(tx);
    expect([verdict.codespace, verdict.code], verdict.log).toEqual([codespace, code]);
    expect(await everything()).toEqual(before);
  }

  it.each<[string, Partial<TxOptions>, number]>([
    ["another chain id", { chainId: "secret-4" }, 4],
    ["another account number", { accountNumber: 99_999n }, 4],
    ["a signature of zeros", { signature: new Uint8Array(64) }, 4],
    ["a signature of 63 bytes", { signature: new Uint8Array(63).fill(1) }, 4],
    ["a sequence to come", { sequence: 99n }, 32],
    ["a fee below the node's price", { fee: [{ denom: "uscrt", amount: "1" }] }, 13],
    ["a fee in another coin", { fee: [{ denom: "uatom", amount: "1000000" }] }, 13],
    ["no fee", { fee: [] }, 13],
    ["a fee that the account does not have", { fee: [{ denom: "uscrt", amount: `${FUNDS * 2n}` }] }, 5],
    ["no signature", { signatures: [] }, 15],
    ["two signatures", { signatures: [new Uint8Array(64), new Uint8Array(64)] }, 4],
    ["the key of somebody else", { publicKey: receiver.publicKey }, 8],
    ["no messages", { messages: [] }, 18],
    ["gas beyond 63 bits", { gas: 1n << 63n, fee: [] }, 18],
    ["no gas", { gas: 0n, fee: [] }, 11],
    ["a memo of 257 bytes", { memo: "x".repeat(257) }, 12],
    ["a height that has passed", { timeoutHeight: 1n }, 30],
    ["extension options", { extensionOptions: [send()] }, 31],
    ["a type that nobody knows", { messages: [{ ...send(), typeUrl: "/nobody.v1.MsgNothing" }] }, 2],
    ["a message that is none", { messages: [{ ...send(), value: Uint8Array.of(0xff) }] }, 2],
  ])("%s", async (_what, options, code) => {
    await refused(await raw.signed([send()], options), "sdk", code);
  });

  it("unknown fields, and lengths that are not minimal", async () => {
    const tx = await raw.signed([send()]);
    await refused(Uint8Array.of(...tx, 0x22, 0), "sdk", 2);
    const { bodyBytes, ...rest_ } = decode(cosmosTx.TxRawSchema, tx);
    const withField = (...field: number[]) =>
      encode(
        cosmosTx.TxRawSchema,
        create(cosmosTx.TxRawSchema, { ...rest_, bodyBytes: Uint8Array.of(...bodyBytes, ...field) }),
      );
    await refused(withField(0x78, 1), "sdk", 2); // field 15: critical
    await refused(withField(0xf8, 0x40, 1), "sdk", 4); // field 1039: not critical, but not what was signed
  });

  it("random and changed bytes", async () => {
    const honest = await raw.signed([send()]);
    const inputs = fc.sample(hostileBytes(fc.constant(honest)), { seed: 20_261_127, numRuns: 300 });
    const codes = new Set<number>();
    for (const tx of inputs) {
      if (tx.length === 0 || Buffer.from(tx).equals(honest)) continue;
      const { code, codespace } = await raw.broadcast(tx);
      // A changed address is refused with an error that upstream never registered.
      expect([code > 0, ["sdk", "undefined"].includes(codespace)]).toEqual([true, true]);
      codes.add(code);
    }
    expect(codes).toContain(2);
    expect(codes).toContain(4);
    expect(await everything()).toEqual(before);
  });

  it("afterwards the node lives", lives);
});

describe("a transaction that fails in its block takes fee and sequence, and nothing else, for", () => {
  const GAS = 8_000_000n;
  const storing = (wasm: Uint8Array) =>
    message(secretCompute.MsgStoreCodeSchema, { sender: sender.address, wasmByteCode: wasm });

  const zeros = new Uint8Array(64 * 1024 * 1024);
  const truncated = gzipSync(zeros).subarray(0, 100);

  it.each<[string, () => TxOptions["messages"], string, number]>([
    ["an amount that is negative", () => [send("-1")], "sdk", 10],
    ["an amount of nothing", () => [send("0")], "sdk", 10],
    ["more coins than there are", () => [send(`${FUNDS * 5n}`)], "sdk", 5],
    ["a second message that fails", () => [send("5"), send(`${FUNDS * 5n}`)], "sdk", 5],
    ["code that is no wasm", () => [storing(new TextEncoder().encode("hello, I am no wasm"))], "compute", 15],
    ["wasm that is cut", () => [storing(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1))], "compute", 15],
    [
      "wasm without exports",
      () => [storing(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1))],
      "compute",
      15,
    ],
    ["gzip of 64 MiB", () => [storing(gzipSync(zeros))], "compute", 31],
    ["gzip that is cut", () => [storing(truncated)], "compute", 15],
  ])("%s", async (_what, messages, codespace, code) => {
    const before = await everything();
    const verdict = await raw.commit(await raw.signed(messages(), { gas: GAS }));
    expect([verdict.codespace, verdict.code], verdict.log).toEqual([codespace, code]);
    const after = await everything();
    const fee = (GAS + 9n) / 10n;
    expect(after).toEqual({ ...before, sequence: before.sequence + 1n, balance: before.balance - fee });
  });

  it("too little gas, at any point of a transfer", async () => {
    for (const gas of [40_000n, 45_000n]) {
      const before = await everything();
      const { code, codespace } = await raw.commit(await raw.signed([send()], { gas }));
      if (code === 0) continue;
      expect([codespace, code]).toEqual(["sdk", 11]);
      const after = await everything();
      expect(after).toEqual({ ...before, sequence: before.sequence + 1n, balance: before.balance - gas / 10n });
    }
  });

  it("afterwards the node lives", lives);
});

describe("code that is stored but cannot run is refused at its first call, each time:", () => {
  const I32 = 0x7f;
  const floats = body([], [0x43, 0, 0, 0, 0, 0x1a]);
  const nested = hostileModules.find(({ name }) => name === "nesting to the limit, again and again") as HostileModule;
  const parameters = hostileModules.find(
    ({ name }) => name === "many functions with 1,000 float parameters",
  ) as HostileModule;

  it.each<[string, () => Uint8Array, string]>([
    [
      "floating point",
      () => binary({ functions: [{ type: 0, body: floats }] }),
      "found floating point operation in module code",
    ],
    ["193 pages of memory", () => binary({ pages: 193 }), "failed to initialize wasm memory"],
    [
      "data beyond its memory",
      () => binary({ data: [[0, 0x41, 0xff, 0xff, 3, 0x0b, 2, 1, 1]] }),
      "tried to load invalid wasm code",
    ],
    [
      "a body that does not validate",
      () => binary({ functions: [{ type: 0, body: body([[1, I32]], [0x1a]) }] }),
      "tried to load invalid wasm code",
    ],
    ["2 MiB of nested blocks", () => nested.build(1), "failed to inject gas metering"],
    ["functions of a thousand parameters", () => parameters.build(1), "tried to load invalid wasm code"],
  ])("%s", async (_what, wasm, reason) => {
    const options = { gasLimit: 8_000_000, ...FAST };
    const stored = await a.tx.compute.storeCode(
      { sender: a.address, wasm_byte_code: gzipSync(wasm()), source: "", builder: "" },
      options,
    );
    expect(stored.code, stored.rawLog).toBe(0);
    const code_id = attributeOf(stored, "message", "code_id");
    const { code_hash = "" } = await a.query.compute.codeHashByCodeId({ code_id });
    for (const label of ["first", "second"]) {
      const made = await a.tx.compute.instantiateContract(
        { sender: a.address, code_id, code_hash, label: `${code_id} ${label}`, init_msg: {}, init_funds: [] },
        options,
      );
      expect([made.code, made.rawLog.includes(reason)], made.rawLog).toEqual([2, true]);
    }
  });

  it("afterwards the node lives", lives);
});

describe("requests", () => {
  const deep = `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`;

  it("of REST: deep, truncated and aimless JSON", async () => {
    for (const [payload, status] of [
      [deep, 400],
      [`{"body":${deep}}`, 400],
      ['{"tx_bytes":"AA', 400],
      ["null", 400],
      ["[]", 400],
    ] as const) {
      for (const path of ["/cosmos/tx/v1beta1/simulate", "/cosmos/tx/v1beta1/txs"]) {
        const answer = await rest.post(path, payload);
        expect([path, payload.slice(0, 20), answer.status]).toEqual([path, payload.slice(0, 20), status]);
        expect(answer.body.message).not.toBe("internal error");
      }
    }
  });

  it("of RPC: deep and truncated JSON, and batches without end", async () => {
    const batch = JSON.stringify(Array.from({ length: 101 }, (_, id) => ({ jsonrpc: "2.0", id, method: "health" })));
    const params = `{"jsonrpc":"2.0","id":1,"method":"abci_query","params":${deep}}`;
    for (const [payload, status, code] of [
      [deep, 200, -32600],
      [params, 200, -32602],
      ['{"jsonrpc"', 500, -32700],
      [batch, 200, -32600],
    ] as const) {
      const answer = await comet.post(payload);
      const [first] = [answer.body].flat();
      expect([payload.slice(0, 20), answer.status, first.error.code]).toEqual([payload.slice(0, 20), status, code]);
    }
  });

  it("afterwards the node lives", lives);
});

describe("messages to contracts", () => {
  const counted = async () => (await everything()).count;

  it.each<[string, object | string]>([
    ["deep JSON", JSON.parse(`${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`)],
    ["an unknown message", { no_such_message: {} }],
    ["a number beyond its type", { add: { n: "9".repeat(500) } }],
    ["a text instead of a message", "hello"],
  ])("%s: an encrypted error of the contract", async (_what, msg) => {
    const before = await counted();
    const tx = await execute(a, counter, msg as object);
    expect([tx.code, await counted()]).toEqual([3, before]);
  });

  it("with another code hash, or for a contract that is not there", async () => {
    const other = await execute(a, counter, { add: { n: 1 } }, { codeHash: "ab".repeat(32) });
    expect(other.code).toBe(3);
    expect(other.rawLog).toContain("failed to validate transaction");
    const nobody = await execute(a, { ...counter, address: receiver.text }, { add: { n: 1 } });
    expect([nobody.code, nobody.rawLog.includes("not found")]).toEqual([9, true]);
  });

  it("afterwards the contract works, and the node lives", async () => {
    const tx = await execute(a, counter, { add: { n: 1 } });
    expect(tx.code).toBe(0);
    expect(attributeOf(tx, "message", "contract_address")).toBe(counter.address);
    await lives();
  });
});
