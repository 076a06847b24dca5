/**
 * How large code, messages, answers, state and arguments of imports may be, at their ends: the error, and then the same
 * processes and a correct next block (design §3). Values: docs/reference/limits.md; spec 03 §1.2, §1.4, §2.1, §2.5.
 * @module
 */
import { gzipSync } from "node:zlib";
import { MsgExecuteContract, type TxResponse } from "secretjs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { binary, body, I32, NOTHING_TYPE } from "../../packages/wasm-engine/test/support/binary.ts";
import { callerWasm, LARGEST_REGION, NOTHING, type Poured, spoutWasm } from "../support/hostile-contracts.ts";
import { attributeOf, FAST } from "../support/localnet.ts";
import { data, failure, type Probe, Stage, text } from "../support/probe.ts";
import { Survival } from "../support/survival.ts";

let stage: Stage;
let survival: Survival;

beforeAll(async () => {
  stage = await Stage.open();
  survival = await Survival.of(stage);
});

afterEach(() => survival.check());

afterAll(async () => {
  if (stage === undefined) return;
  console.log(`memory at the end: ${survival.memory()}`);
  await stage.close();
});

const MIB = 1024 * 1024;
const coded = ({ codespace, code }: TxResponse) => [codespace, code];
const refused = (why: string, what = "execute", code = 3) => [
  "compute",
  code,
  `Execution error: Enclave: ${why}: ${what} contract failed`,
];

async function making(wasm: Uint8Array): Promise<Probe> {
  const code = await stage.store(wasm);
  const made = await stage.instantiate(code, NOTHING);
  return { address: attributeOf(made, "message", "contract_address"), code };
}

function call(of: Probe, msg: object = {}, gasLimit = 2_000_000, times = 1): Promise<TxResponse> {
  const message = {
    ...{ sender: stage.a.address, contract_address: of.address, code_hash: of.code.hash },
    ...{ msg, sent_funds: [] },
  };
  const messages = Array.from({ length: times }, () => new MsgExecuteContract(message));
  return stage.a.tx.broadcast(messages, { gasLimit, ...FAST });
}

describe("code", () => {
  it("is sent in at most 2 MiB, and unpacks to no more", async () => {
    await expect(stage.upload(new Uint8Array(2 * MIB + 1))).rejects.toThrow(
      /code 18 .*code bytes cannot be longer than 2097152 bytes: exceeds limit: invalid request/,
    );
    const bomb = await stage.upload(gzipSync(new Uint8Array(64 * MIB)));
    expect([...coded(bomb), bomb.rawLog]).toEqual([
      "compute",
      31,
      expect.stringContaining("max contract size exceeded"),
    ]);
  });

  const nothing = { type: NOTHING_TYPE, body: body([], []) };
  it.each<[string, () => Uint8Array]>([
    ["100,001 functions", () => binary({ functions: Array.from({ length: 99_997 }, () => nothing) })],
    ["8,001 locals in a function", () => binary({ functions: [{ ...nothing, body: body([[8_001, I32]], []) }] })],
    ["a table of 100,001 entries", () => binary({ table: 100_001 })],
    [
      "20,001 data segments",
      () => binary({ data: Array.from({ length: 20_001 }, () => Uint8Array.of(0, 0x41, 0, 0x0b, 1, 1)) }),
    ],
  ])("of %s is not stored", async (_what, wasm) => {
    const tx = await stage.upload(wasm());
    const why = "Error during static Wasm validation: Wasm bytecode could not be deserialized. ";
    expect([...coded(tx), tx.rawLog]).toEqual(["compute", 15, expect.stringContaining(why)]);
  });
});

describe("an answer", () => {
  const v1 = (messages: string, attributes: string, events: string, data = "null") =>
    `{"Ok":{"messages":[${messages}],"attributes":[${attributes}],"events":[${events}],"data":${data}}}`;
  /** `*` is where the unit stands, again and again. */
  const pour = (frame: string, unit: string, times: number): Poured => {
    const [head = "", tail = ""] = frame.split("*");
    return { head, unit: `${unit},`, times: times - 1, tail: `${unit}${tail}` };
  };
  const attribute = '{"key":"","value":"","encrypted":false}';
  const event = '{"type":"abc","attributes":[]}';
  const message = '{"id":0,"msg":{"bank":{"send":{"to_address":"a","amount":[]}}},"gas_limit":null,"reply_on":"never"}';
  const filled = (head: string, tail: string, bytes: number): Poured => ({
    head,
    unit: "AAAA",
    times: bytes / 4,
    tail,
  });
  const [dataHead = "", dataTail = ""] = v1("", "", "", '"*"').split("*");
  const withData = (bytes: number) => filled(dataHead, dataTail, bytes);

  it.each<[string, Poured]>([
    ["16,385 attributes", pour(v1("", "*", ""), attribute, 16_385)],
    ["4,097 events", pour(v1("", "", "*"), event, 4_097)],
    ["4,097 messages", pour(v1("*", "", ""), message, 4_097)],
    ["an error of 4 MiB", filled('{"Err":"', '"}', 4 * MIB)],
    ["data of 4 MiB", withData(4 * MIB)],
    ["11 MiB of empty lists", pour('{"Err":[*]}', "[]", 3_800_000)],
  ])("of %s is none", async (_what, poured) => {
    expect(failure(await call(await making(spoutWasm(poured))))).toEqual(refused("failed to deserialize data"));
  });

  // Fewer than there may be: the client tries to decrypt each of them. The ends: packages/enclave/test/output.test.ts.
  it("may hold a thousand events and messages, and much data", async () => {
    const events = await call(await making(spoutWasm(pour(v1("", "", "*"), event, 1_000))));
    expect([events.code, events.events?.filter(({ type }) => type === "wasm-abc").length]).toEqual([0, 1_000]);
    expect((await call(await making(spoutWasm(pour(v1("*", "", ""), message, 1_000))))).code).toBe(0);
    expect(data(await call(await making(spoutWasm(withData(MIB / 4)))))).toEqual(new Uint8Array((MIB / 16) * 3));
    const error = await call(await making(spoutWasm(filled('{"Err":"', '"}', MIB / 16))));
    expect(failure(error)).toEqual(["compute", 3, `${"A".repeat(MIB / 16)}: execute contract failed`]);
  });

  it("of a query is no larger", async () => {
    const spaces = (times: number) => ({ head: '{"Ok":"IiAg', unit: "ICAg", times, tail: 'ICAi"}' });
    const ask = async (times: number) => {
      const { address: contract_address, code } = await making(spoutWasm(spaces(times)));
      return stage.a.query.compute.queryContract({ contract_address, code_hash: code.hash, query: {} });
    };
    expect(await ask(MIB / 16)).toBe(" ".repeat((MIB / 16) * 3 + 4));
    await expect(ask(MIB)).rejects.toThrow(
      "query contract failed: Execution error: Enclave: failed to deserialize data",
    );
  });

  it("counts with the others of its transaction", async () => {
    const tx = await call(await making(spoutWasm(withData(3 * MIB))), {}, 2_000_000, 3);
    expect([...coded(tx), tx.rawLog]).toEqual([
      ...["compute", 12, "failed to execute message; message index: 2: results of contracts: exceeds limit"],
    ]);
  });
});

describe("a message", () => {
  it("is at most 2,048,000 bytes", async () => {
    const contract = await making(spoutWasm({ head: JSON.stringify(NOTHING), unit: " ", times: 2, tail: " " }));
    const tx = await call(contract, { padding: "x".repeat(2_048_000) }, 30_000_000);
    expect(failure(tx)).toEqual(refused("calling a function in the contract failed for an unexpected reason"));
    expect((await call(contract, { padding: "x".repeat(30_000) }, 1_000_000)).code).toBe(0);
  });
});

describe("arguments of an import", () => {
  const done = ["", 0];
  const failed = ["compute", 3];
  // What becomes of a call whose arguments fill the memory, with far more gas than it uses.
  const imports: readonly [
    name: string,
    parameters: number,
    result: "" | "i32" | "i64",
    code: unknown[],
    why: string,
  ][] = [
    ["debug", 1, "", done, ""],
    ["db_read", 1, "i32", failed, "Out of gas"],
    ["db_remove", 1, "", failed, "Out of gas"],
    ["db_write", 2, "", failed, "Out of gas"],
    ["addr_validate", 1, "i32", failed, "Out of gas"],
    ["addr_humanize", 2, "i32", failed, "Out of gas"],
    ["secp256k1_verify", 3, "i32", done, ""],
    ["secp256k1_sign", 2, "i64", failed, "Out of gas"],
    ["ed25519_verify", 3, "i32", failed, "Out of gas"],
    // Sections without content: three million signatures.
    ["ed25519_batch_verify", 3, "i32", failed, "Out of gas"],
    ["query_chain", 1, "i32", failed, "Out of gas"],
  ];

  it.each(imports.filter(([name]) => name !== "debug"))("of %s end with memory", async (name, parameters, result) => {
    const contract = await making(callerWasm(name, parameters, result, 0xffff_fff0));
    expect(failure(await call(contract))).toEqual(refused("failed to read memory"));
  });

  it.each(imports)("of %s may fill memory", async (name, parameters, result, code, why) => {
    const contract = await making(callerWasm(name, parameters, result, LARGEST_REGION));
    const tx = await call(contract, {}, 3_000_000);
    expect(coded(tx), tx.rawLog).toEqual(code);
    expect(tx.rawLog).toContain(why);
  });

  it.each(["db_read", "db_remove"])("of %s: a name of 64 KiB is one", async (name) => {
    const contract = await making(callerWasm(name, 1, name === "db_read" ? "i32" : "", 65_536));
    expect((await call(contract)).code).toBe(0);
  });
});

describe("a record of state", () => {
  it("may be large, and is paid by the byte", async () => {
    const probe = await stage.make("probe");
    const value = "v".repeat(20_000);
    expect((await stage.execute(probe, [{ set: { key: "k", value } }], { gasLimit: 1_000_000 })).code).toBe(0);
    expect(text(await stage.execute(probe, [{ get: { key: "k" } }]))).toBe(value);
    const poor = await stage.execute(probe, [{ set: { key: "k", value: `${value}${value}` } }], { gasLimit: 480_000 });
    expect(coded(poor)).toEqual(["sdk", 11]);
    expect(text(await stage.execute(probe, [{ get: { key: "k" } }]))).toBe(value);
  });
});
