/**
 * Contracts that call each other and hear of the outcome, with the unmodified client: every `reply_on`, both interfaces,
 * failures across levels, rollback. Spec 03 §4.7, 02 §5.6.
 * @module
 */
import { toBase64, utf8ToBytes } from "@enclavenet/common";
import type { SecretNetworkClient, TxResponse } from "secretjs";
import { MsgExecuteContractResponse } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  execute as call,
  clientOf,
  contractWasm,
  type Deployed,
  deploy,
  FAST,
  instantiate,
  type Localnet,
  MNEMONICS,
  startLocalnet,
  storeCode,
} from "../support/localnet.ts";
import { puppetWasm } from "../support/puppet.ts";

const REPLIED = utf8ToBytes("told");
const puppetReply = JSON.stringify({
  Ok: { messages: [], attributes: [], events: [], data: toBase64(REPLIED) },
});

let net: Localnet;
let a: SecretNetworkClient;
let caller: Deployed;
let middle: Deployed;
let callee: Deployed;
let puppet: Deployed;
let old: Deployed;

const execute = (contract: Deployed, msg: object) => call(a, contract, msg, { gasLimit: 900_000 });

function query<T>({ address, codeHash }: Deployed, query: object): Promise<T> {
  return a.query.compute.queryContract<object, T>({ contract_address: address, code_hash: codeHash, query });
}

function relay(to: Deployed, msg: object, reply_on: string, more: object = {}) {
  return {
    relay: {
      contract: to.address,
      code_hash: to.codeHash,
      msg: toBase64(utf8ToBytes(JSON.stringify(msg))),
      reply_on,
      ...more,
    },
  };
}

const lastReply = (contract: Deployed) => query(contract, { get_last_reply: {} });
const countOf = async (contract: Deployed) => (await query<{ count: number }>(contract, { get_count: {} })).count;

/** Data of the first message, decrypted by the client. */
function dataOf(tx: TxResponse): string {
  expect(tx.rawLog).toBe("");
  return new TextDecoder().decode(MsgExecuteContractResponse.decode(tx.data[0] as Uint8Array).data);
}

beforeAll(async () => {
  net = await startLocalnet();
  a = clientOf(net.ready, MNEMONICS.a);
  const code = await storeCode(a, contractWasm("counter"));
  const make = () => instantiate(a, code, { count: 1 });
  [caller, middle, callee] = [await make(), await make(), await make()];
  const replying = await storeCode(a, puppetWasm({ reply: puppetReply }));
  puppet = await instantiate(a, replying, { Ok: { messages: [], attributes: [], events: [], data: null } });
  old = await deploy(a, "v010-echo", { count: 1 });
}, 60_000);

afterAll(() => net.stop());

describe("a contract that calls another", () => {
  it.each(["always", "success"])("hears of a success on %s, and passes the callee's data on", async (replyOn) => {
    const tx = await execute(caller, relay(callee, { echo: { text: replyOn } }, replyOn));
    expect(dataOf(tx)).toBe(replyOn);
    expect(await lastReply(caller)).toEqual({ id: 7, data: toBase64(utf8ToBytes(replyOn)), error: null });
  });

  it.each(["always", "error"])("hears of the callee's error on %s, whose changes are undone", async (replyOn) => {
    const before = await countOf(callee);
    const tx = await execute(caller, relay(callee, { fail: { text: replyOn } }, replyOn));
    expect(tx.rawLog).toBe("");
    expect(await lastReply(caller)).toEqual({ id: 7, data: null, error: `Generic error: ${replyOn}` });
    expect(await countOf(callee)).toBe(before);
  });

  it("hears nothing where it did not ask, and shares the failure", async () => {
    await execute(caller, relay(callee, { echo: { text: "known" } }, "always"));
    const known = await lastReply(caller);
    expect((await execute(caller, relay(callee, { echo: { text: "x" } }, "never"))).code).toBe(0);
    expect((await execute(caller, relay(callee, { echo: { text: "x" } }, "error"))).code).toBe(0);
    const failed = await execute(caller, relay(callee, { fail: { text: "why" } }, "success"));
    expect(failed.code).toBe(3);
    expect(failed.rawLog).toContain("dispatch: submessages: ");
    expect(failed.rawLog).toContain("Generic error: why: execute contract failed");
    expect(await lastReply(caller)).toEqual(known);
  });

  it("hears through a chain of three, each reply on its own level", async () => {
    const inner = relay(callee, { echo: { text: "deep" } }, "always");
    expect(dataOf(await execute(caller, relay(middle, inner, "always")))).toBe("deep");
    const told = { id: 7, data: toBase64(utf8ToBytes("deep")), error: null };
    expect([await lastReply(caller), await lastReply(middle)]).toEqual([told, told]);
  });

  it("is not told of a trap, of an error further down, or of a gas limit that was hit", async () => {
    const trap = await execute(caller, relay(callee, { panic: {} }, "always"));
    const nested = await execute(caller, relay(middle, relay(callee, { fail: { text: "x" } }, "never"), "always"));
    const burn = relay(callee, { burn_gas: { iterations: 1_000_000 } }, "always", { gas_limit: 40_000 });
    const limited = await execute(caller, burn);
    for (const tx of [trap, nested, limited]) {
      expect(tx.code).toBe(1);
      expect(tx.rawLog).toContain(
        "dispatch: submessages: an sdk error occurred while sending a sub-message: the error was redacted",
      );
    }
    expect(trap.rawLog).toContain("(codespace: compute, code: 3)");
    expect(limited.rawLog).toContain("(codespace: sdk, code: 11)");
  });

  it("hears of a v0.10 contract", async () => {
    const tx = await execute(caller, relay(old, { echo: { text: "old" } }, "always"));
    expect(tx.rawLog).toBe("");
    expect(await lastReply(caller)).toMatchObject({ id: 7, error: null });
    await execute(caller, relay(old, { no_such_action: {} }, "always"));
    expect(await lastReply(caller)).toMatchObject({ id: 7, data: null, error: expect.stringContaining("parse_err") });
  });

  it("shows the reply among the events", async () => {
    const tx = await execute(caller, relay(callee, { echo: { text: "x" } }, "always"));
    const types = tx.arrayLog?.filter(({ key }) => key === "contract_address").map(({ type, value }) => [type, value]);
    expect(types).toEqual(
      expect.arrayContaining([
        ["reply", caller.address],
        ["execute", callee.address],
      ]),
    );
  });
});

describe("a contract that moves coins", () => {
  it.each([
    ["0", "fails"],
    ["1", "goes through"],
  ])("hears of a transfer of %suscrt, which %s", async (amount) => {
    await a.tx.bank.send(
      { from_address: a.address, to_address: puppet.address, amount: [{ denom: "uscrt", amount: "10" }] },
      FAST,
    );
    const msg = { bank: { send: { to_address: a.address, amount: [{ denom: "uscrt", amount }] } } };
    const messages = [{ id: 3, msg, gas_limit: null, reply_on: "always" }];
    const tx = await execute(puppet, { Ok: { messages, attributes: [], events: [], data: null } });
    expect(dataOf(tx)).toBe("told");
  });
});
