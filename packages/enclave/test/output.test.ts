/**
 * Shapes of what contracts return (spec 03 §4.3), and the environment they are given, byte by byte (spec 03 §4.2).
 * @module
 */
import { bytesToUtf8, fromBase64, utf8ToBytes } from "@enclavenet/common";
import { openField, SecretBytes } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { ReplyOn } from "@enclavenet/enclave-api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encryptQueryOutput } from "../src/contract-engine/encrypt-output.ts";
import { v1Env, v1Info, v010Env } from "../src/contract-engine/env.ts";
import { parseContractOutput } from "../src/contract-engine/output.ts";
import { asStdError, errorJson } from "../src/contract-engine/std-error.ts";

const refused = expect.objectContaining({ name: "EnclaveError", status: "FailedToDeserialize" });
const parse = (value: unknown) =>
  parseContractOutput(utf8ToBytes(typeof value === "string" ? value : JSON.stringify(value)));

describe("outputs", () => {
  it("of v1 carry messages, attributes, events and data", () => {
    const response = parse({
      Ok: {
        messages: [
          {
            id: 7,
            msg: { bank: { send: { to_address: "secret1x", amount: [] } } },
            gas_limit: null,
            reply_on: "always",
          },
        ],
        attributes: [
          { key: "a", value: "b" },
          { key: "c", value: "d", encrypted: false },
        ],
        events: [{ type: "t", attributes: [] }],
        data: "AQI=",
      },
    });
    expect(response).toMatchObject({
      response: {
        apiVersion: 1,
        messages: [{ id: 7n, replyOn: ReplyOn.always, gasLimit: undefined }],
        attributes: [{ encrypted: true }, { encrypted: false }],
        events: [{ type: "t" }],
        data: Uint8Array.of(1, 2),
      },
    });
  });

  it("of v0.10 carry a log and plain messages", () => {
    const execute = { contract_addr: "secret1x", callback_code_hash: "", msg: "", send: [] };
    const ok = { messages: [{ wasm: { execute } }], log: [{ key: "k", value: "v" }], data: null };
    expect(parse({ Ok: ok })).toMatchObject({
      response: { apiVersion: 0, messages: [{ id: 0n, replyOn: ReplyOn.never }], data: undefined },
    });
  });

  it("keep ids of 64 bits exact", () => {
    const id = 18446744073709551615n;
    const json = `{"Ok":{"messages":[{"id":${id},"msg":{"custom":{}},"reply_on":"never"}],"attributes":[],"events":[]}}`;
    expect(parse(json)).toMatchObject({ response: { messages: [{ id }] } });
  });

  it("of queries are text; errors are any value", () => {
    expect(parse({ Ok: "eyJ9" })).toEqual({ query: "eyJ9" });
    expect(parse({ ok: "eyJ9" })).toEqual({ query: "eyJ9" });
    expect(parse({ Err: "no" })).toEqual({ error: "no" });
    expect(parse({ Err: { generic_err: { msg: "no" } } })).toEqual({ error: { generic_err: { msg: "no" } } });
  });

  it.each(["sometimes", "constructor", "__proto__", "toString", ""])("with reply_on %j are refused", (reply_on) => {
    const output = (reply: string) => ({
      Ok: { messages: [{ id: 1, msg: { custom: {} }, reply_on: reply }], attributes: [], events: [] },
    });
    expect(parse(output("never"))).toHaveProperty("response");
    expect(() => parse(output(reply_on))).toThrowError(refused);
  });

  it.each([
    ["a lower-case ok with an object", { ok: { messages: [], attributes: [], events: [], data: null } }],
    ["an unknown field", { Ok: { messages: [], attributes: [], events: [], data: null, extra: 1 } }],
    ["a missing list", { Ok: { messages: [], attributes: [] } }],
    [
      "a fractional number",
      '{"Ok":{"messages":[{"id":1.5,"msg":{"custom":{}},"reply_on":"never"}],"attributes":[],"events":[]}}',
    ],
    [
      "an id beyond 64 bits",
      '{"Ok":{"messages":[{"id":18446744073709551616,"msg":{"custom":{}},"reply_on":"never"}],"attributes":[],"events":[]}}',
    ],
    ["a key that occurs twice", '{"Ok":"a","Ok":"b"}'],
    [
      "an unknown reply_on",
      { Ok: { messages: [{ id: 1, msg: { custom: {} }, reply_on: "maybe" }], attributes: [], events: [] } },
    ],
    [
      "a message of no variant",
      { Ok: { messages: [{ id: 1, msg: { nonsense: {} }, reply_on: "never" }], attributes: [], events: [] } },
    ],
    [
      "a v0.10 message in v1",
      {
        Ok: {
          messages: [{ id: 1, msg: { staking: { withdraw: {} } }, reply_on: "never" }],
          attributes: [],
          events: [],
        },
      },
    ],
    [
      "two variants at once",
      { Ok: { messages: [{ id: 1, msg: { custom: {}, bank: {} }, reply_on: "never" }], attributes: [], events: [] } },
    ],
    ["no object at all", "[]"],
    ["no JSON", "{"],
  ])("with %s fail to deserialize", (_name, value) => {
    expect(() => parse(value)).toThrowError(refused);
  });

  it("of any bytes are read or refused, never anything else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(utf8ToBytes)), (bytes) => {
        try {
          parseContractOutput(bytes);
        } catch (error) {
          expect(error).toEqual(refused);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("outputs may not be larger than", () => {
  const attribute = '{"key":"","value":""}';
  const event = '{"type":"abc","attributes":[]}';
  const message = '{"id":0,"msg":{"custom":{}},"gas_limit":null,"reply_on":"never"}';
  const list = (unit: string, times: number) => `[${Array.from({ length: times }, () => unit).join(",")}]`;
  const v1 = (messages: string, attributes: string, events: string) =>
    parse(`{"Ok":{"messages":${messages},"attributes":${attributes},"events":${events},"data":null}}`);
  const withAttributes = (times: number) => `[{"type":"abc","attributes":${list(attribute, times)}}]`;

  it.each<[string, number, (count: number) => unknown]>([
    ["attributes", 16_384, (count) => v1("[]", list(attribute, count), "[]")],
    ["attributes of events", 16_384, (count) => v1("[]", "[]", withAttributes(count))],
    ["attributes in all", 16_384, (count) => v1("[]", list(attribute, 10_000), withAttributes(count - 10_000))],
    ["events", 4_096, (count) => v1("[]", "[]", list(event, count))],
    ["messages", 4_096, (count) => v1(list(message, count), "[]", "[]")],
    ["attributes of v0.10", 16_384, (count) => parse(`{"Ok":{"messages":[],"log":${list(attribute, count)}}}`)],
    ["messages of v0.10", 4_096, (count) => parse(`{"Ok":{"messages":${list('{"custom":{}}', count)},"log":[]}}`)],
    ["bytes of an answer", 4_194_304, (count) => parse(`{"Ok":"${"A".repeat(count - 9)}"}`)],
    ["bytes of an error", 4_194_304, (count) => parse(`{"Err":"${"A".repeat(count - 10)}"}`)],
    ["bytes of anything", 4_194_304, (count) => parse(`{"Err":null${" ".repeat(count - 12)}}`)],
  ])("%s", (_what, limit, output) => {
    expect(() => output(limit)).not.toThrow();
    expect(() => output(limit + 1)).toThrowError(refused);
  });
});

describe("the environment", () => {
  const call = {
    height: 12n,
    timeNs: 1_700_000_000_123_456_789n,
    chainId: "secretdev-1",
    sender: "secret1sender",
    funds: [{ denom: "uscrt", amount: "5" }],
    contract: "secret1contract",
    codeHash: "ab".repeat(32),
    random: undefined,
    transaction: { index: 3, hash: "FF".repeat(32) },
  };
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

  it("of v0.10 is one object with the time in seconds", () => {
    expect(text(v010Env(call))).toBe(
      '{"block":{"height":12,"time":1700000000,"chain_id":"secretdev-1"},' +
        '"message":{"sender":"secret1sender","sent_funds":[{"denom":"uscrt","amount":"5"}]},' +
        `"contract":{"address":"secret1contract"},"contract_key":null,"contract_code_hash":"${"ab".repeat(32)}","transaction":null}`,
    );
  });

  it("of v1 has the time in nanoseconds as text, and random only when there is one", () => {
    const contract = `"contract":{"address":"secret1contract","code_hash":"${"ab".repeat(32)}"}`;
    const transaction = `"transaction":{"index":3,"hash":"${"FF".repeat(32)}"}`;
    const block = '"height":12,"time":"1700000000123456789","chain_id":"secretdev-1"';
    expect(text(v1Env(call))).toBe(`{"block":{${block}},${contract},${transaction}}`);
    expect(text(v1Env({ ...call, random: Uint8Array.of(0), transaction: undefined }))).toBe(
      `{"block":{${block},"random":"AA=="},${contract},"transaction":null}`,
    );
    expect(text(v1Info(call))).toBe('{"sender":"secret1sender","funds":[{"denom":"uscrt","amount":"5"}]}');
  });
});

describe("errors of v0.10 contracts", () => {
  const parseError = { parse_err: { target: "T", msg: "M" } };
  const sorted = '{"parse_err":{"msg":"M","target":"T"}}';

  it("are sealed with sorted keys, whatever the contract wrote", () => {
    expect(errorJson(parseError)).toBe(sorted);
    expect(errorJson("text of v1")).toBe('"text of v1"');
    const [primitives, txKey] = [createNodePrimitives(), SecretBytes.from(new Uint8Array(32).fill(7))];
    const { error } = encryptQueryOutput(primitives, txKey, parse({ Err: parseError }));
    expect(bytesToUtf8(openField(primitives, txKey, fromBase64(error ?? "")) ?? new Uint8Array())).toBe(sorted);
  });

  it("reach another contract as the variants that it knows, fields in their order", () => {
    expect(JSON.stringify(asStdError({ parse_err: { msg: "M", target: "T", more: 1n } }))).toBe(
      JSON.stringify(parseError),
    );
    expect(asStdError({ unauthorized: {} })).toEqual({ unauthorized: {} });
  });

  it.each([
    ["another variant", { constructor: {} }],
    ["two variants", { unauthorized: {}, null_pointer: {} }],
    ["no variant", {}],
    ["a missing field", { parse_err: { msg: "M" } }],
    ["a field that is no text", { generic_err: { msg: 1n } }],
    ["a text", "generic_err"],
  ])("with %s are no StdError", (_what, value) => {
    expect(asStdError(value)).toBeUndefined();
  });
});
