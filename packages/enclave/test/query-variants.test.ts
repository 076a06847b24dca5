/**
 * Every query that a contract may ask, field by field: what goes out, and what is told to be no request. Spec 03 §4.6.
 * @module
 */
import { bytesToUtf8, toBase64, utf8ToBytes } from "@enclavenet/common";
import { SecretBytes } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { serializeJson } from "@enclavenet/wire";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../src/contract-engine/json.ts";
import { type QueryContext, queryChain } from "../src/contract-engine/query-chain.ts";

const ROWS: readonly [name: string, fields: JsonObject][] = [
  ["bank.balance", { address: "secret1x", denom: "uscrt" }],
  ["bank.all_balances", { address: "secret1x" }],
  ["staking.bonded_denom", {}],
  ["staking.validators", {}],
  ["staking.all_validators", {}],
  ["staking.validator", { address: "v" }],
  ["staking.all_delegations", { delegator: "d" }],
  ["staking.delegation", { delegator: "d", validator: "v" }],
  ["staking.unbonding_delegations", { delegator: "d" }],
  ["dist.rewards", { delegator: "d" }],
  ["mint.inflation", {}],
  ["mint.bonded_ratio", {}],
  ["gov.proposals", {}],
  ["ibc.port_id", {}],
  ["ibc.list_channels", {}],
  ["ibc.channel", { channel_id: "channel-0" }],
  ["wasm.raw", { contract_addr: "secret1x", callback_code_hash: "ab", key: "AQ==" }],
  ["wasm.contract_info", { contract_addr: "secret1x" }],
  ["stargate", { path: "/a.Query/B", data: "AQ==" }],
  ["custom", {}],
];

function build(name: string, fields: JsonObject): JsonObject {
  const [tag = "", kind] = name.split(".");
  return { [tag]: kind === undefined ? fields : { [kind]: fields } };
}

/** Asks, and tells what reached the chain, at which depth and gas limit, and what the contract is answered. */
function ask(request: JsonObject | string, depth = 1, response = '{"Ok":{"Ok":"AQ=="}}') {
  const asked: { readonly request: unknown; readonly depth: number; readonly gasLimit: bigint }[] = [];
  const host = {
    queryChain(bytes: Uint8Array, asDepth: number, gasLimit: bigint) {
      asked.push({ request: JSON.parse(bytesToUtf8(bytes)) as unknown, depth: asDepth, gasLimit });
      return { response: utf8ToBytes(response), sdkGas: 7n };
    },
  };
  const context = {
    primitives: createNodePrimitives(),
    host: host as unknown as QueryContext["host"],
    txKey: SecretBytes.from(new Uint8Array(32).fill(7)),
    header: { nonce: new Uint8Array(32), userPublicKey: new Uint8Array(32).fill(9) },
    depth,
  };
  const bytes = utf8ToBytes(typeof request === "string" ? request : serializeJson(request));
  const answer = queryChain(context, bytes, 1_000n);
  return { asked, answer: JSON.parse(bytesToUtf8(answer.response)) as unknown, externalGas: answer.externalGas, bytes };
}

describe("queries", () => {
  it.each(ROWS)("%s goes to the chain with its fields alone, one deeper: %o", (name, fields) => {
    const { asked, answer, externalGas } = ask(build(name, { ...fields, unheard_of: 1n }));
    expect(asked).toEqual([{ request: build(name, fields), depth: 2, gasLimit: 1_000n }]);
    expect(answer).toEqual({ Ok: { Ok: "AQ==" } });
    expect(externalGas).toBe(7n);
  });

  it.each(ROWS)("%s needs each of its fields, in its type", (name, fields) => {
    for (const field of Object.keys(fields)) {
      const { [field]: _left, ...rest } = fields;
      const missing = ask(build(name, rest));
      expect(missing.answer).toEqual({
        Err: { invalid_request: { error: `missing field \`${field}\``, request: toBase64(missing.bytes) } },
      });
      const wrong = ask(build(name, { ...fields, [field]: 5n }));
      expect(wrong.answer).toEqual({
        Err: { invalid_request: { error: `invalid type: field \`${field}\``, request: toBase64(wrong.bytes) } },
      });
      for (const { asked, externalGas } of [missing, wrong]) {
        expect(asked).toEqual([]);
        expect(externalGas).toBe(500n);
      }
    }
  });

  it.each([
    ["an unknown module", '{"teleport":{}}', "unknown variant"],
    ["an unknown kind", '{"bank":{"steal":{}}}', "unknown variant"],
    ["an inherited name", '{"constructor":{}}', "unknown variant"],
    ["nothing", "{}", "expected exactly one variant"],
    ["two at once", '{"custom":{},"mint":{"inflation":{}}}', "expected exactly one variant"],
    ["a list", "[]", "invalid type: query"],
    ["no JSON", "{", "json"],
    ["base64 that is none", '{"stargate":{"path":"","data":"*"}}', "invalid type: field `data`"],
  ])("%s is no request", (_what, request, error) => {
    const { asked, answer, externalGas, bytes } = ask(request);
    expect(answer).toEqual({ Err: { invalid_request: { error, request: toBase64(bytes) } } });
    expect(asked).toEqual([]);
    expect(externalGas).toBe(500n);
  });

  it("may leave out the port of a channel, or name it", () => {
    for (const name of ["ibc.list_channels", "ibc.channel"]) {
      const fields = ROWS.find(([other]) => other === name)?.[1] ?? {};
      expect(ask(build(name, { ...fields, port_id: null })).asked).toMatchObject([{ request: build(name, fields) }]);
      const named = build(name, { ...fields, port_id: "transfer" });
      expect(ask(named).asked).toMatchObject([{ request: named }]);
    }
  });

  it("of a contract go out encrypted, whatever else stands in them", () => {
    const fields = { contract_addr: "secret1x", callback_code_hash: "ab", msg: toBase64(utf8ToBytes("secret words")) };
    const failure = '{"Ok":{"Err":{"generic_err":{"msg":"contract: not found"}}}}';
    const { asked, answer } = ask(build("wasm.smart", { ...fields, unheard_of: "secret words" }), 1, failure);
    expect(answer).toEqual(JSON.parse(failure));
    expect(asked).toMatchObject([
      { request: { wasm: { smart: { contract_addr: "secret1x", callback_code_hash: "ab" } } }, depth: 2 },
    ]);
    const sent = JSON.stringify(asked, (_key, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
    expect(sent).not.toContain("secret words");
    expect(sent).not.toContain(fields.msg);
  });

  it("end at the tenth depth, free of charge and before anything is read", () => {
    expect(ask(build("custom", {}), 9).asked).toMatchObject([{ depth: 10 }]);
    const { asked, answer, externalGas } = ask("{", 10);
    expect(answer).toEqual({ Err: { exceeded_recursion_limit: {} } });
    expect(asked).toEqual([]);
    expect(externalGas).toBe(0n);
  });
});
