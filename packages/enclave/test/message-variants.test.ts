/**
 * Every message that a contract of each ABI version may return, field by field: what passes, and in which form. Spec 03 §4.5.
 * @module
 */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../src/contract-engine/json.ts";
import { checkMessage } from "../src/contract-engine/message-variants.ts";

const V010 = 0;
const V1 = 1;
const refused = expect.objectContaining({ name: "EnclaveError", status: "FailedToDeserialize" });
const coin = { denom: "uscrt", amount: "1" };
const staking = { validator: "v", amount: coin };
const timeout = { block: { revision: 1n, height: 2n }, timestamp: "18446744073709551615" };
const to = { contract_addr: "secret1x" };
const call = { msg: "e30=", send: [coin] };

type Row = readonly [name: string, fields: JsonObject];

const BOTH: readonly Row[] = [
  ["custom", {}],
  ["staking.delegate", staking],
  ["staking.undelegate", staking],
  ["staking.redelegate", { src_validator: "v", dst_validator: "w", amount: coin }],
  ["wasm.update_admin", { ...to, admin: "secret1y" }],
  ["wasm.clear_admin", to],
];

const wasm = (hash: string): readonly Row[] => [
  ["wasm.execute", { ...to, [hash]: "ab", ...call }],
  ["wasm.instantiate", { code_id: 18446744073709551615n, [hash]: "ab", ...call, label: "l" }],
  ["wasm.migrate", { ...to, [hash]: "ab", code_id: 1n, msg: "" }],
];

const ONLY_V010: readonly Row[] = [
  ["bank.send", { from_address: "secret1x", to_address: "secret1y", amount: [coin, coin] }],
  ["staking.withdraw", { validator: "v" }],
  ...["Yes", "No", "Abstain", "NoWithVeto"].map((vote_option): Row => ["gov.vote", { proposal: 1n, vote_option }]),
  ...wasm("callback_code_hash"),
];

const ONLY_V1: readonly Row[] = [
  ["bank.send", { to_address: "secret1y", amount: [] }],
  ["bank.burn", { amount: [coin] }],
  ["distribution.set_withdraw_address", { address: "secret1x" }],
  ["distribution.withdraw_delegator_reward", { validator: "v" }],
  ...["yes", "no", "abstain", "no_with_veto"].map((vote): Row => ["gov.vote", { proposal_id: 1n, vote }]),
  ...wasm("code_hash"),
  ["ibc.transfer", { channel_id: "channel-0", to_address: "x", amount: coin, timeout }],
  ["ibc.send_packet", { channel_id: "channel-0", data: "AQ==", timeout }],
  ["ibc.close_channel", { channel_id: "channel-0" }],
  ["stargate", { type_url: "/a.B", value: "AQ==" }],
  ["finalize_tx", {}],
];

/** Optional fields that only v1 has, by message. */
const OPTIONAL: readonly [name: string, more: JsonObject][] = [
  ["wasm.instantiate", { admin: "secret1y" }],
  ["ibc.transfer", { memo: "m" }],
];

function build(name: string, fields: JsonObject): JsonObject {
  const [tag = "", kind] = name.split(".");
  return { [tag]: kind === undefined ? fields : { [kind]: fields } };
}

const sample = (rows: readonly Row[], name: string) => rows.find(([other]) => other === name)?.[1] ?? {};

describe.each([
  ["v0.10", V010, [...BOTH, ...ONLY_V010], ONLY_V1],
  ["v1", V1, [...BOTH, ...ONLY_V1], ONLY_V010],
] as const)("messages of %s", (_abi, abi, rows, others) => {
  it.each(rows)("%s passes with its fields alone: %o", (name, fields) => {
    expect(checkMessage(build(name, fields), abi)).toEqual(build(name, fields));
    expect(checkMessage(build(name, { ...fields, unheard_of: "x" }), abi)).toEqual(build(name, fields));
  });

  it.each(rows)("%s needs each of its fields, in its type", (name, fields) => {
    for (const field of Object.keys(fields)) {
      const { [field]: _left, ...rest } = fields;
      expect(() => checkMessage(build(name, rest), abi)).toThrowError(refused);
      for (const wrong of [null, true, [[]], -1n, 1n << 64n]) {
        expect(() => checkMessage(build(name, { ...fields, [field]: wrong }), abi)).toThrowError(refused);
      }
    }
    expect(() => checkMessage(build(name, [] as unknown as JsonObject), abi)).toThrowError(refused);
  });

  // A v0.10 send has all that v1 asks for, and one field more.
  it.each(others.filter(([name]) => name !== "bank.send"))(
    "%s of the other version does not pass: %o",
    (name, fields) => {
      expect(() => checkMessage(build(name, fields), abi)).toThrowError(refused);
    },
  );

  it.each([
    ["no variant", {}],
    ["two variants", { custom: {}, bank: { send: sample(rows, "bank.send") } }],
    ["two kinds", { bank: { send: sample(rows, "bank.send"), burn: { amount: [] } } }],
    ["no kind", { bank: {} }],
    ["an inherited name", { constructor: {} }],
    ["an inherited kind", { bank: { toString: {} } }],
    ["a custom message that is no object", { custom: "x" }],
  ])("with %s do not pass", (_what, message) => {
    expect(() => checkMessage(message as JsonObject, abi)).toThrowError(refused);
  });

  it.each(["01", "+1", "-1", "", "1.0", " 1", `${1n << 128n}`])("with the amount %j do not pass", (amount) => {
    const send = sample(rows, "bank.send");
    const most = { denom: "uscrt", amount: `${(1n << 128n) - 1n}` };
    expect(() => checkMessage(build("bank.send", { ...send, amount: [most] }), abi)).not.toThrow();
    const message = build("bank.send", { ...send, amount: [{ denom: "uscrt", amount }] });
    expect(() => checkMessage(message, abi)).toThrowError(refused);
  });

  it("with base64 that is none, or a vote that is none, do not pass", () => {
    const execute = sample(rows, "wasm.execute");
    for (const msg of ["*", "AQ", "A==="]) {
      expect(() => checkMessage(build("wasm.execute", { ...execute, msg }), abi)).toThrowError(refused);
    }
    const vote = sample(rows, "gov.vote");
    const key = abi === V1 ? "vote" : "vote_option";
    for (const option of [abi === V1 ? "Yes" : "yes", "maybe", "toString"]) {
      expect(() => checkMessage(build("gov.vote", { ...vote, [key]: option }), abi)).toThrowError(refused);
    }
  });

  it("may name a callback signature, which must be bytes", () => {
    const clear = (callback_sig: unknown) => build("wasm.clear_admin", { ...to, callback_sig } as JsonObject);
    expect(checkMessage(clear([0n, 255n]), abi)).toEqual(clear([0n, 255n]));
    expect(checkMessage(clear(null), abi)).toEqual(build("wasm.clear_admin", to));
    for (const wrong of [[256n], ["a"], "AQ=="]) expect(() => checkMessage(clear(wrong), abi)).toThrowError(refused);
  });
});

describe("optional fields", () => {
  it.each(OPTIONAL)("of %s may be absent, null or there, in v1", (name, more) => {
    const fields = sample(ONLY_V1, name);
    const nulls = Object.fromEntries(Object.keys(more).map((key) => [key, null]));
    expect(checkMessage(build(name, { ...fields, ...nulls }), V1)).toEqual(build(name, fields));
    expect(checkMessage(build(name, { ...fields, ...more }), V1)).toEqual(build(name, { ...fields, ...more }));
    const wrong = Object.fromEntries(Object.keys(more).map((key) => [key, 5n]));
    expect(() => checkMessage(build(name, { ...fields, ...wrong }), V1)).toThrowError(refused);
  });

  it("an admin is no field of v0.10, so it is left out", () => {
    const fields = sample(ONLY_V010, "wasm.instantiate");
    expect(checkMessage(build("wasm.instantiate", { ...fields, admin: "secret1y" }), V010)).toEqual(
      build("wasm.instantiate", fields),
    );
  });

  it("a recipient of rewards may be named in v0.10", () => {
    const bare = build("staking.withdraw", { validator: "v" });
    const named = build("staking.withdraw", { validator: "v", recipient: "secret1y" });
    expect(checkMessage(named, V010)).toEqual(named);
    expect(checkMessage(build("staking.withdraw", { validator: "v", recipient: null }), V010)).toEqual(bare);
  });

  it("of a timeout are the block and the time", () => {
    const packet = (given: JsonObject) => build("ibc.send_packet", { channel_id: "c", data: "", timeout: given });
    for (const given of [{}, { block: null, timestamp: null }, { timestamp: "5" }]) {
      expect(() => checkMessage(packet(given), V1)).not.toThrow();
    }
    for (const given of [{ block: {} }, { timestamp: 5n }, { timestamp: "18446744073709551616" }] as JsonObject[]) {
      expect(() => checkMessage(packet(given), V1)).toThrowError(refused);
    }
  });
});
