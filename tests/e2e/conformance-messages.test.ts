/**
 * Conformance, messages of contracts: every variant that the chain has a module for, code hashes, callbacks, coins, the
 * last message of a transaction. Numbers are those of spec 03 §6.4; what is expected comes from there, §4.5, §4.7 and §5.3.
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import { cosmosBank, create, encode, secretCompute } from "@enclavenet/proto";
import { decodeBech32 } from "@enclavenet/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAST } from "../support/localnet.ts";
import {
  type Abi,
  calling,
  data,
  emit,
  events,
  failure,
  json64,
  number,
  PROBE_OF,
  type Probe,
  plain,
  run,
  Stage,
  type Step,
  sub,
  wasmAttributes,
} from "../support/probe.ts";

const INVALID = "invalid CosmosMsg from the contract";
/** Given to each contract, of which it can send. */
const HELD = 100;

let stage: Stage;
const probes = {} as Record<Abi, Probe>;
/** Another contract of each interface, which is called. */
const callees = {} as Record<Abi, Probe>;

beforeAll(async () => {
  stage = await Stage.open();
  for (const abi of ["v1", "v0.10"] as const) {
    probes[abi] = await stage.make(PROBE_OF[abi], [], { funds: HELD });
    callees[abi] = await stage.make(PROBE_OF[abi]);
  }
});

afterAll(async () => {
  await stage?.close();
});

/** Emits messages without replies. */
const send = (abi: Abi, ...messages: readonly object[]): Step => emit(...messages.map((msg) => plain(abi, msg)));

async function reason(abi: Abi, ...messages: readonly object[]) {
  return failure(await stage.execute(probes[abi], [send(abi, ...messages)]));
}

const balance = async (address: string): Promise<bigint> => {
  const { balance: coin } = await stage.a.query.bank.balance({ address, denom: "uscrt" });
  return BigInt(coin?.amount ?? "0");
};

const log = (key: string, value: string): Step => ({ log: { key, value } });

describe.each(["v1", "v0.10"] as const)("%s", (abi) => {
  const bankSend = (amount: readonly object[], to = callees[abi].address) => ({
    bank: {
      send: { ...(abi === "v1" ? {} : { from_address: probes[abi].address }), to_address: to, amount },
    },
  });
  const uscrt = (amount: number, denom = "uscrt") => ({ denom, amount: `${amount}` });

  it("#13 bank.send: what is held goes over, more does not, nothing does nothing", async () => {
    const tx = await stage.execute(probes[abi], [send(abi, bankSend([uscrt(3)]))]);
    expect(tx.rawLog).toBe("");
    expect(await balance(callees[abi].address)).toBe(3n);
    expect(await balance(probes[abi].address)).toBe(BigInt(HELD - 3));
    expect(await reason(abi, bankSend([uscrt(98)]))).toEqual([
      "sdk",
      5,
      "dispatch: submessages: spendable balance 97uscrt is smaller than 98uscrt: insufficient funds",
    ]);
    expect((await stage.execute(probes[abi], [send(abi, bankSend([]))])).rawLog).toBe("");
    expect(await balance(callees[abi].address)).toBe(3n);
  });

  it("#13 bank.send: amounts and addresses that are none", async () => {
    expect(await reason(abi, bankSend([uscrt(0)]))).toEqual([
      "sdk",
      10,
      "dispatch: submessages: 0uscrt: invalid coins",
    ]);
    for (const coins of [
      [uscrt(1), uscrt(1, "atom")],
      [uscrt(1), uscrt(1)],
    ]) {
      const [codespace, code, why] = await reason(abi, bankSend(coins));
      expect([codespace, code]).toEqual(["sdk", 10]);
      expect(why).toMatch(/^dispatch: submessages: .*: invalid coins$/);
    }
    const [codespace, code, why] = await reason(abi, bankSend([uscrt(1)], "nobody"));
    expect([codespace, code]).toEqual(["sdk", 7]);
    expect(why).toContain("nobody: invalid address");
  });

  it("#14 custom messages are not supported, whatever is in them", async () => {
    for (const custom of [{}, { some: { thing: 1 } }]) {
      const [codespace, code, why] = await reason(abi, { custom });
      expect([codespace, code]).toEqual(["compute", 10]);
      expect(why).toContain(`Custom variant not supported: ${INVALID}`);
    }
  });

  it("#17 a calls b, which calls c: events of all three, data of a", async () => {
    const [a, b] = [probes[abi], callees[abi]];
    const c = calling(abi, a, [log("watermelon", "🍉")]);
    const toB = calling(abi, b, [log("kiwi", "🥝"), send(abi, c), { data: { text: "of b" } }]);
    const tx = await stage.execute(a, [log("banana", "🍌"), send(abi, toB), { data: { text: "\u0002\u0003" } }]);
    expect([...data(tx)]).toEqual([2, 3]);
    const named = wasmAttributes(tx);
    expect(named.filter(([key]) => key === "contract_address").map(([, value]) => value)).toEqual([
      a.address,
      b.address,
      a.address,
    ]);
    const fruit = named.filter(([key]) => key !== "contract_address");
    expect(fruit).toEqual([
      ["banana", "🍌"],
      ["kiwi", "🥝"],
      ["watermelon", "🍉"],
    ]);
    // Only the newer interface has events of its own for a call (spec 03 §5.4).
    expect(events(tx, "execute")).toHaveLength(abi === "v1" ? 3 : 0);
  });

  it("messages run in the order in which they are written", async () => {
    const of = callees[abi];
    const note = (text: string) => calling(abi, of, [{ set: { key: "order", value: text } }, log("at", text)]);
    const tx = await stage.execute(probes[abi], [send(abi, note("1"), note("2"), note("3"))]);
    expect(wasmAttributes(tx).filter(([key]) => key === "at")).toEqual([
      ["at", "1"],
      ["at", "2"],
      ["at", "3"],
    ]);
    expect(new TextDecoder().decode(await stage.read(of, "order"))).toBe("3");
  });

  it("a message that fails undoes those before it and the caller's own state", async () => {
    const counted = { add: { key: "undone", n: 1 } };
    const good = calling(abi, callees[abi], [counted]);
    const bad = calling(abi, callees[abi], [{ fail: { text: "no" } }]);
    const error = abi === "v1" ? "Generic error: no" : '{"generic_err":{"msg":"no"}}';
    const tx = await stage.execute(probes[abi], [counted, send(abi, good, bad)]);
    expect(failure(tx)).toEqual(["compute", 3, `dispatch: submessages: ${error}: execute contract failed`]);
    expect(await stage.read(probes[abi], "undone")).toHaveLength(0);
    expect(await stage.read(callees[abi], "undone")).toHaveLength(0);
  });

  it("#18 the code hash in front of a message: none, with a letter, cut, another's", async () => {
    const to = callees[abi];
    const { hash } = to.code;
    const invalid = [
      "compute",
      3,
      "dispatch: submessages: Execution error: Enclave: failed to validate transaction: execute contract failed",
    ];
    for (const wrong of ["", hash.slice(0, 63), "ab".repeat(32)]) {
      expect(await reason(abi, calling(abi, to, [], wrong))).toEqual(invalid);
    }
    const [codespace, code, why] = await reason(abi, calling(abi, to, [], `${hash}a`));
    expect([codespace, code]).toEqual(["compute", 3]);
    // "a" and then the message is what the contract gets.
    const text = "Expected to parse either a `true`, `false`, or a `null`.";
    const error =
      abi === "v1"
        ? `Error parsing into type probe::Message: ${text}`
        : `{"parse_err":{"msg":"${text}","target":"v010_probe::Message"}}`;
    expect(why).toBe(`dispatch: submessages: ${error}: execute contract failed`);
  });

  it("#18 the code hash of a user's message", async () => {
    const { hash } = probes[abi].code;
    for (const wrong of ["ab".repeat(32), hash.slice(0, 63)]) {
      const tx = await stage.execute(probes[abi], [], { hash: wrong });
      expect(failure(tx)).toEqual([
        "compute",
        3,
        "Execution error: Enclave: failed to validate transaction: execute contract failed",
      ]);
    }
  });

  it("#19 a contract that is called sees the calling contract as its sender, and the coins", async () => {
    const shown: Step = { input: { name: abi === "v1" ? "info" : "env" } };
    const call = calling(abi, callees[abi], [shown], undefined, [{ denom: "uscrt", amount: "2" }]);
    const tx = await stage.execute(probes[abi], [send(abi, call)]);
    const seen = wasmAttributes(tx).find(([key]) => key === (abi === "v1" ? "info" : "env"))?.[1] ?? "";
    const sender = probes[abi].address;
    const coins = [{ denom: "uscrt", amount: "2" }];
    if (abi === "v1") expect(seen).toBe(JSON.stringify({ sender, funds: coins }));
    else expect(JSON.parse(seen)).toMatchObject({ message: { sender, sent_funds: coins } });
  });

  it("calls contracts of the other interface", async () => {
    const other = callees[abi === "v1" ? "v0.10" : "v1"];
    const key = `from ${abi}`;
    const tx = await stage.execute(probes[abi], [send(abi, calling(abi, other, [{ set: { key, value: "x" } }]))]);
    expect(tx.rawLog).toBe("");
    expect(await stage.read(other, key)).toEqual(Uint8Array.of(0x78));
  });

  it("#32 wasm.instantiate: a new contract; its label is taken for ever", async () => {
    const { id, hash } = probes[abi].code;
    const hashKey = abi === "v1" ? "code_hash" : "callback_code_hash";
    const made = (label: string, steps: readonly Step[]) => ({
      wasm: { instantiate: { code_id: id, [hashKey]: hash, msg: json64(run(...steps)), send: [], label } },
    });
    const label = `made by ${abi}`;
    const tx = await stage.execute(probes[abi], [send(abi, made(label, [log("born", "yes")]))]);
    expect(tx.rawLog).toBe("");
    const { contract_address: address = "" } = await stage.a.query.compute.addressByLabel({ label });
    expect(wasmAttributes(tx)).toEqual(
      expect.arrayContaining([
        ["contract_address", address],
        ["born", "yes"],
      ]),
    );
    const { contract_info } = await stage.a.query.compute.contractInfo({ contract_address: address });
    expect([contract_info?.label, contract_info?.creator]).toEqual([label, probes[abi].address]);
    expect(await reason(abi, made(label, []))).toEqual([
      "compute",
      6,
      `dispatch: submessages: ${label}: contract account already exists`,
    ]);
    const [codespace, code, why] = await reason(abi, made(`failing ${abi}`, [{ fail: { text: "no" } }]));
    expect([codespace, code]).toEqual(["compute", 2]);
    expect(why).toMatch(/^dispatch: submessages: .*no.*: instantiate contract failed$/);
  });

  it("staking and votes, which have no module here, find no handler", async () => {
    const amount = { denom: "uscrt", amount: "1" };
    const vote = abi === "v1" ? { proposal_id: 1, vote: "no" } : { proposal: 1, vote_option: "No" };
    const own: [object, string] =
      abi === "v1"
        ? [{ distribution: { withdraw_delegator_reward: { validator: "x" } } }, "MsgWithdrawDelegatorReward"]
        : [{ staking: { withdraw: { validator: "x", recipient: null } } }, "MsgSetWithdrawAddress"];
    const rows: [object, string][] = [
      [{ staking: { delegate: { validator: "x", amount } } }, "MsgDelegate"],
      [{ staking: { redelegate: { src_validator: "x", dst_validator: "y", amount } } }, "MsgBeginRedelegate"],
      [{ gov: { vote } }, "MsgVote"],
      own,
    ];
    for (const [message, type] of rows) {
      expect(await reason(abi, message)).toEqual([
        "sdk",
        6,
        `dispatch: submessages: no message handler found for *types.${type}: unknown request`,
      ]);
    }
  });

  it("an error is that of the first message that fails", async () => {
    expect((await reason(abi, bankSend([uscrt(1_000)]), { custom: {} })).slice(0, 2)).toEqual(["sdk", 5]);
    expect((await reason(abi, bankSend([]), { custom: {} })).slice(0, 2)).toEqual(["compute", 10]);
  });

  it("a message that does not pass the checks of its type is told with the type", async () => {
    const { id, hash } = probes[abi].code;
    const hashKey = abi === "v1" ? "code_hash" : "callback_code_hash";
    const made = { code_id: id, [hashKey]: hash, msg: json64(run()), send: [], label: "" };
    expect(await reason(abi, { wasm: { instantiate: made } })).toEqual([
      "compute",
      11,
      "dispatch: submessages: failed basic validation for message type *types.MsgInstantiateContract: is required: empty",
    ]);
  });

  const shapeless: [string, object][] = [
    ["no variant", {}],
    ["an unknown variant", { teleport: { to: "x" } }],
    ["an unknown kind", { bank: { steal: {} } }],
    ["a missing key", { wasm: { execute: { contract_addr: "x", code_hash: "", callback_code_hash: "", msg: "" } } }],
    abi === "v1"
      ? ["what only the older interface has", { staking: { withdraw: { validator: "x", recipient: null } } }]
      : ["what only the newer interface has", { distribution: { withdraw_delegator_reward: { validator: "x" } } }],
    ...(abi === "v1" ? [] : [["the same", { stargate: { type_url: "x", value: "" } }] as [string, object]]),
    ["a number for a text", { bank: { send: { from_address: "x", to_address: 5, amount: [] } } }],
    [
      "an amount that is a number",
      { staking: { delegate: { validator: "x", amount: { denom: "uscrt", amount: 1 } } } },
    ],
    ["a coin that is a text", { staking: { undelegate: { validator: "x", amount: "1uscrt" } } }],
    [
      "a code id that is a text",
      { wasm: { instantiate: { code_id: "1", code_hash: "", callback_code_hash: "", msg: "", send: [], label: "x" } } },
    ],
  ];
  it.each(shapeless)("output with %s is none: %j", async (_what, msg) => {
    expect(await reason(abi, msg)).toEqual([
      "compute",
      3,
      "Execution error: Enclave: failed to deserialize data: execute contract failed",
    ]);
  });
});

describe("v0.10 only", () => {
  it("#16 coins of somebody else", async () => {
    const from = stage.a.address;
    const amount = [{ denom: "uscrt", amount: "17" }];
    const theirs = { bank: { send: { from_address: from, to_address: probes.v1.address, amount } } };
    // Nothing has run, so nothing of the response was dispatched.
    expect(await reason("v0.10", theirs)).toEqual([
      "undefined",
      1,
      "couldn't convert v0.10 messages to v1 messages: contract doesn't have permission to send funds from another account (using BankMsg)",
    ]);
  });

  it("an admin is no field of wasm.instantiate: the contract has none", async () => {
    const { id, hash } = probes["v0.10"].code;
    const label = "v0.10 with admin";
    const made = { code_id: id, callback_code_hash: hash, msg: json64(run()), send: [], label, admin: stage.a.address };
    expect((await stage.execute(probes["v0.10"], [send("v0.10", { wasm: { instantiate: made } })])).rawLog).toBe("");
    const { contract_address = "" } = await stage.a.query.compute.addressByLabel({ label });
    const { contract_info } = await stage.a.query.compute.contractInfo({ contract_address });
    expect(contract_info?.admin ?? "").toBe("");
    const [, , why] = failure(
      await stage.migrate({ address: contract_address, code: probes.v1.code }, probes.v1.code, run()),
    );
    expect(why).toBe("contract is not upgradable: migrate contract failed");
  });

  it.each([
    ["migrate", { code_id: 1, msg: json64(run()) }],
    ["update_admin", { admin: "x" }],
    ["clear_admin", {}],
  ])("wasm.%s is not a message of this interface", async (kind, fields) => {
    const { address, code } = probes["v0.10"];
    const [, , why] = await reason("v0.10", {
      wasm: { [kind]: { contract_addr: address, callback_code_hash: code.hash, ...fields } },
    });
    expect(why).toMatch(/^couldn't convert v0.10 messages to v1 messages: exactly one message type is supported: /);
  });
});

describe("v1 only", () => {
  it("#15 bank.burn has no message", async () => {
    const amount = [{ denom: "uscrt", amount: "1" }];
    expect(await reason("v1", { bank: { burn: { amount } } })).toEqual([
      "compute",
      10,
      `dispatch: submessages: Unknown variant of Bank: ${INVALID}`,
    ]);
  });

  it("ibc: no contract has a port, and no module takes transfers", async () => {
    const timeout = { block: null, timestamp: "1" };
    const channel_id = "channel-0";
    expect(await reason("v1", { ibc: { send_packet: { channel_id, data: "", timeout } } })).toEqual([
      "compute",
      17,
      "dispatch: submessages: ibc not supported: unsupported for this contract",
    ]);
    const amount = { denom: "uscrt", amount: "1" };
    expect(await reason("v1", { ibc: { transfer: { channel_id, to_address: "x", amount, timeout } } })).toEqual([
      "sdk",
      6,
      "dispatch: submessages: no message handler found for *types.MsgTransfer: unknown request",
    ]);
  });

  it("stargate: any message that the contract alone signs", async () => {
    const sending = (fromAddress: string) => {
      const amount = [{ denom: "uscrt", amount: "1" }];
      const message = create(cosmosBank.MsgSendSchema, { fromAddress, toAddress: callees.v1.address, amount });
      const value = toBase64(encode(cosmosBank.MsgSendSchema, message));
      return { stargate: { type_url: "/cosmos.bank.v1beta1.MsgSend", value } };
    };
    const before = await balance(callees.v1.address);
    expect((await stage.execute(probes.v1, [send("v1", sending(probes.v1.address))])).rawLog).toBe("");
    expect(await balance(callees.v1.address)).toBe(before + 1n);
    const [codespace, code, why] = await reason("v1", sending(stage.a.address));
    expect([codespace, code]).toEqual(["sdk", 4]);
    expect(why).toBe("dispatch: submessages: contract doesn't have permission: unauthorized");
    // Neither a type that nobody knows, nor one that is only a part of messages.
    for (const type_url of ["/nobody.v1.MsgNothing", "/cosmos.base.v1beta1.Coin"]) {
      expect(await reason("v1", { stargate: { type_url, value: "" } })).toEqual([
        "compute",
        10,
        `dispatch: submessages: Cannot unpack proto message with type URL: ${type_url}: ${INVALID}`,
      ]);
    }
  });

  it("#37 stargate: a call of a contract that no contract emitted as such is signed by nobody", async () => {
    const message = create(secretCompute.MsgExecuteContractSchema, {
      sender: decodeBech32(probes.v1.address).data,
      contract: decodeBech32(callees.v1.address).data,
      msg: Uint8Array.of(1),
    });
    const value = toBase64(encode(secretCompute.MsgExecuteContractSchema, message));
    expect(await reason("v1", { stargate: { type_url: "/secret.compute.v1beta1.MsgExecuteContract", value } })).toEqual(
      [
        "compute",
        16,
        `dispatch: submessages: [Compute] Message sender: ${probes.v1.address} is not found in the tx signer set: ` +
          `[${stage.a.address}], callback signature not provided: parse signature failed`,
      ],
    );
  });

  it("#29 finalize_tx: nothing of the response runs after it, nor anything else of the transaction", async () => {
    const { v1 } = probes;
    const counted = (n: number) => calling("v1", v1, [{ add: { key: "last", n } }]);
    const last = send("v1", counted(1), counted(3), { finalize_tx: {} }, counted(100));
    const tx = await stage.execute(v1, [{ add: { key: "last", n: 10 } }, last]);
    expect(tx.rawLog).toBe("");
    expect(number(await stage.read(v1, "last"))).toBe(14);
    // The marker is set; a message of a contract that comes later is refused, and with it the transaction.
    const message = (...steps: readonly Step[]) => stage.message(v1, steps);
    const both = [
      message({ add: { key: "last", n: 1 } }, send("v1", { finalize_tx: {} })),
      message(send("v1", counted(1))),
    ];
    const refused = await stage.a.tx.broadcast(both, { gasLimit: 500_000, ...FAST });
    expect(refused.code).toBe(40_404);
    expect(refused.rawLog).toContain("Cannot send messages after last tx marker was set");
    expect(number(await stage.read(v1, "last"))).toBe(14);
    // It holds for its own transaction only.
    expect((await stage.execute(v1, [send("v1", counted(1))])).rawLog).toBe("");
    expect(number(await stage.read(v1, "last"))).toBe(15);
  });

  it("a gas limit of a message: below what is left it ends the message, and with it the call", async () => {
    const burn = calling("v1", callees.v1, [{ spin: { rounds: 4_000_000 } }]);
    const tx = await stage.execute(probes.v1, [emit(sub(burn, "never", 0, 50_000))]);
    expect([tx.codespace, tx.code]).toEqual(["sdk", 11]);
    expect(failure(tx)[2]).toBe("dispatch: submessages: SubMsg hit gas limit: out of gas");
    const fits = calling("v1", callees.v1, [{ spin: { rounds: 10 } }]);
    expect((await stage.execute(probes.v1, [emit(sub(fits, "never", 0, 100_000))])).rawLog).toBe("");
  });
});
