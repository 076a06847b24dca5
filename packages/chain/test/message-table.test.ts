/**
 * Every message that a contract may emit, row by row and for both ABI versions: what happens, or which error there is. Spec
 * 03 §4.5.
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import { cosmosAuth, cosmosBank, create, encode, secretCompute } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { readMessage } from "../src/modules/compute/dispatch/message-table.ts";
import { a, b, coins, FIRST, first, network, run, second, sub } from "./support/dispatch.ts";
import { executed, type Script } from "./support/fake-enclave.ts";
import { balanceOf } from "./support/network.ts";

type Failure = readonly [codespace: string, code: number, log: string];

const DISPATCH = "failed to execute message; message index: 0: dispatch: submessages: ";
const CONVERSION = "failed to execute message; message index: 0: couldn't convert v0.10 messages to v1 messages: ";
const INVALID = "invalid CosmosMsg from the contract";

const noHandler = (type: string): Failure => [
  "sdk",
  6,
  `${DISPATCH}no message handler found for *types.${type}: unknown request`,
];
const invalid = (text: string): Failure => ["compute", 10, `${DISPATCH}${text}: ${INVALID}`];
const basic = (type: string, codespace: string, code: number, text: string): Failure => [
  codespace,
  code,
  `${DISPATCH}failed basic validation for message type *types.${type}: ${text}`,
];
const dropped: Failure = ["undefined", 1, `${CONVERSION}exactly one message type is supported: `];

const emits =
  (apiVersion: 0 | 1, ...json: readonly object[]): Script =>
  () =>
    executed({ apiVersion, messages: json.map((message) => sub(message)) });

const coin = { denom: "uscrt", amount: "1" };
const staking = { validator: "v", amount: coin };
const timeout = { block: null, timestamp: "1" };
const msg = { msg: "AQ==", send: [], callback_sig: [1] };
const stargate = (type_url: string, value: Uint8Array = new Uint8Array()) => ({
  stargate: { type_url, value: toBase64(value) },
});

/** Rows of both versions that fail in the same way. */
const BOTH: readonly [name: string, json: object, failure: Failure][] = [
  ["custom", { custom: {} }, invalid("Custom variant not supported")],
  ["staking.delegate", { staking: { delegate: staking } }, noHandler("MsgDelegate")],
  ["staking.undelegate", { staking: { undelegate: staking } }, noHandler("MsgUndelegate")],
  [
    "staking.redelegate",
    { staking: { redelegate: { src_validator: "v", dst_validator: "w", amount: coin } } },
    noHandler("MsgBeginRedelegate"),
  ],
  [
    "wasm.execute of no address",
    { wasm: { execute: { contract_addr: "x", ...msg } } },
    ["sdk", 7, `${DISPATCH}x: invalid address`],
  ],
  [
    "wasm.execute of no contract",
    { wasm: { execute: { contract_addr: b.text, ...msg } } },
    ["compute", 9, `${DISPATCH}contract: not found`],
  ],
  [
    "wasm.execute with coins that are none",
    { wasm: { execute: { contract_addr: second, ...msg, send: [coin, coin] } } },
    basic("MsgExecuteContract", "sdk", 10, "sent funds: invalid coins"),
  ],
  [
    "wasm.instantiate of no code",
    { wasm: { instantiate: { code_id: 0, label: "l", ...msg } } },
    basic("MsgInstantiateContract", "sdk", 18, "code_id is required: invalid request"),
  ],
  [
    "wasm.instantiate without label",
    { wasm: { instantiate: { code_id: 1, label: "", ...msg } } },
    basic("MsgInstantiateContract", "compute", 11, "is required: empty"),
  ],
];

const ONLY_V010: readonly [name: string, json: object, failure: Failure][] = [
  [
    "bank.send from another account",
    { bank: { send: { from_address: a.text, to_address: b.text, amount: [coin] } } },
    [
      "undefined",
      1,
      `${CONVERSION}contract doesn't have permission to send funds from another account (using BankMsg)`,
    ],
  ],
  ["staking.withdraw", { staking: { withdraw: { validator: "v" } } }, noHandler("MsgSetWithdrawAddress")],
  ["gov.vote", { gov: { vote: { proposal: 1, vote_option: "No" } } }, noHandler("MsgVote")],
  ["wasm.migrate", { wasm: { migrate: { contract_addr: second, code_id: 1, ...msg } } }, dropped],
  ["wasm.update_admin", { wasm: { update_admin: { contract_addr: second, admin: b.text } } }, dropped],
  ["wasm.clear_admin", { wasm: { clear_admin: { contract_addr: second } } }, dropped],
];

const ONLY_V1: readonly [name: string, json: object, failure: Failure][] = [
  ["bank.burn", { bank: { burn: { amount: [coin] } } }, invalid("Unknown variant of Bank")],
  [
    "distribution.set_withdraw_address",
    { distribution: { set_withdraw_address: { address: b.text } } },
    noHandler("MsgSetWithdrawAddress"),
  ],
  [
    "distribution.withdraw_delegator_reward",
    { distribution: { withdraw_delegator_reward: { validator: "v" } } },
    noHandler("MsgWithdrawDelegatorReward"),
  ],
  ["gov.vote", { gov: { vote: { proposal_id: 1, vote: "no" } } }, noHandler("MsgVote")],
  [
    "wasm.migrate without admin",
    { wasm: { migrate: { contract_addr: second, code_id: 1, ...msg } } },
    ["compute", 5, `${DISPATCH}contract is not upgradable: migrate contract failed`],
  ],
  [
    "wasm.migrate of no address",
    { wasm: { migrate: { contract_addr: "x", code_id: 1, ...msg } } },
    basic("MsgMigrateContract", "sdk", 7, "x: invalid address"),
  ],
  [
    "wasm.update_admin by somebody else",
    { wasm: { update_admin: { contract_addr: second, admin: b.text, callback_sig: [1] } } },
    ["sdk", 4, `${DISPATCH}caller is not the admin: unauthorized`],
  ],
  [
    "wasm.update_admin to itself",
    { wasm: { update_admin: { contract_addr: second, admin: first, callback_sig: [1] } } },
    basic("MsgUpdateAdmin", "compute", 10, `new admin is the same as the old: ${INVALID}`),
  ],
  [
    "wasm.clear_admin by somebody else",
    { wasm: { clear_admin: { contract_addr: second, callback_sig: [1] } } },
    ["sdk", 4, `${DISPATCH}caller is not the admin: unauthorized`],
  ],
  [
    "ibc.transfer",
    { ibc: { transfer: { channel_id: "c", to_address: "x", amount: coin, timeout } } },
    noHandler("MsgTransfer"),
  ],
  [
    "ibc.send_packet",
    { ibc: { send_packet: { channel_id: "c", data: "", timeout } } },
    ["compute", 17, `${DISPATCH}ibc not supported: unsupported for this contract`],
  ],
  ["ibc.close_channel", { ibc: { close_channel: { channel_id: "c" } } }, noHandler("MsgChannelCloseInit")],
  ...[
    ["of an unknown type", "/foo.Bar"],
    ["of a part of a message", "/cosmos.base.v1beta1.Coin"],
    ["of a transaction", "/cosmos.tx.v1beta1.TxRaw"],
    ["of a known type under another URL", "/other/cosmos.bank.v1beta1.MsgSend"],
    ["of a type without a slash", "cosmos.bank.v1beta1.MsgSend"],
    ["of no type", ""],
  ].map(
    ([name, url = ""]) =>
      [`stargate ${name}`, stargate(url), invalid(`Cannot unpack proto message with type URL: ${url}`)] as [
        string,
        object,
        Failure,
      ],
  ),
  [
    "stargate with bytes that are none",
    stargate("/cosmos.bank.v1beta1.MsgSend", Uint8Array.of(0x0a, 5)),
    invalid("Cannot unpack proto message with type URL: /cosmos.bank.v1beta1.MsgSend"),
  ],
  [
    "stargate of a message that governance signs",
    stargate(
      "/cosmos.auth.v1beta1.MsgUpdateParams",
      encode(cosmosAuth.MsgUpdateParamsSchema, create(cosmosAuth.MsgUpdateParamsSchema, { authority: a.text })),
    ),
    ["sdk", 4, `${DISPATCH}contract doesn't have permission: unauthorized`],
  ],
  [
    "stargate of a message that this chain has no handler for",
    stargate("/secret.compute.v1beta1.MsgUpgradeProposalPassed"),
    noHandler("MsgUpgradeProposalPassed"),
  ],
];

describe.each([
  ["v0.10", 0, [...BOTH, ...ONLY_V010]],
  ["v1", 1, [...BOTH, ...ONLY_V1]],
] as const)("messages of %s that fail", (_abi, abi, rows) => {
  it.each(rows)("%s", (_name, json, [codespace, code, log]) => {
    const chain = network();
    const result = run(chain, emits(abi, json));
    expect([result.codespace, result.code, result.log]).toEqual([codespace, code, log]);
    expect(balanceOf(chain, first)).toBe(1000n);
  });
});

describe("messages that run", () => {
  const from = (abi: 0 | 1) => (abi === 0 ? { from_address: first } : {});
  const send = (abi: 0 | 1, amount: number) => ({
    bank: { send: { ...from(abi), to_address: b.text, amount: coins(amount) } },
  });

  it.each([0, 1] as const)("bank.send, of version %i", (abi) => {
    const chain = network();
    expect(run(chain, emits(abi, send(abi, 7))).log).toBe("");
    expect(balanceOf(chain, first)).toBe(993n);
    expect(run(chain, emits(abi, { bank: { send: { ...from(abi), to_address: "x", amount: [] } } })).log).toBe("");
  });

  it.each([0, 1] as const)("wasm.execute and wasm.instantiate, of version %i", (abi) => {
    const chain = network();
    const execute = { wasm: { execute: { contract_addr: second, ...msg, send: coins(5) } } };
    const instantiate = {
      wasm: { instantiate: { code_id: 1, label: "three", admin: b.text, ...msg, send: coins(6) } },
    };
    expect(run(chain, emits(abi, execute, instantiate)).log).toBe("");
    expect(balanceOf(chain, first)).toBe(989n);
    expect(balanceOf(chain, second)).toBe(5n);
    expect(chain.enclave.callsOf("execute")).toHaveLength(2);
  });

  it.each<[string, (contract: string) => object, string]>([
    ["migrate", (contract_addr) => ({ migrate: { contract_addr, code_id: 1, ...msg } }), "migrate"],
    ["update_admin", (contract_addr) => ({ update_admin: { contract_addr, admin: b.text, ...msg } }), "updateAdmin"],
    ["clear_admin", (contract_addr) => ({ clear_admin: { contract_addr, ...msg } }), "clearAdmin"],
  ])("wasm.%s, by the contract that is the admin", (_kind, fields, call) => {
    const chain = network();
    const made = { wasm: { instantiate: { code_id: 1, label: "mine", admin: first, ...msg } } };
    expect(run(chain, emits(1, made)).log).toBe("");
    const { contractAddress } = chain.query(
      "/secret.compute.v1beta1.Query/AddressByLabel",
      secretCompute.QueryByLabelRequestSchema,
      { label: "mine" },
      secretCompute.QueryContractAddressResponseSchema,
    );
    expect(run(chain, emits(1, { wasm: fields(contractAddress) })).log).toBe("");
    expect(chain.enclave.callsOf(call as "migrate")).toHaveLength(1);
  });

  it("stargate, when the contract is the only signer", () => {
    const chain = network();
    const bytes = (sender: string) =>
      encode(
        cosmosBank.MsgMultiSendSchema,
        create(cosmosBank.MsgMultiSendSchema, {
          inputs: [{ address: sender, coins: coins(3) }],
          outputs: [{ address: b.text, coins: coins(3) }],
        }),
      );
    const url = "/cosmos.bank.v1beta1.MsgMultiSend";
    expect(run(chain, emits(1, stargate(url, bytes(first)))).log).toBe("");
    expect(balanceOf(chain, first)).toBe(997n);
    for (const sender of [a.text, second]) {
      expect(run(chain, emits(1, stargate(url, bytes(sender))))).toMatchObject({ codespace: "sdk", code: 4 });
    }
    expect(run(chain, emits(1, stargate(url, bytes("nobody"))))).toMatchObject({ codespace: "undefined", code: 1 });
    expect(balanceOf(chain, first)).toBe(997n);
  });
});

describe("messages of v0.10", () => {
  const send = (from: string, amount: number) => ({
    bank: { send: { from_address: from, to_address: b.text, amount: coins(amount) } },
  });

  it("are converted, all of them, before the first runs", () => {
    const result = run(network(), emits(0, send(first, 5_000), send(a.text, 1)));
    expect(result).toMatchObject({ codespace: "undefined", code: 1 });
    expect(result.log).toContain(CONVERSION);
  });

  it("run one by one: what no module takes does not hide the error of a message before it", () => {
    const result = run(network(), emits(0, send(first, 5_000), { custom: {} }));
    expect(result).toMatchObject({ codespace: "sdk", code: 5 });
    expect(run(network(), emits(0, send(first, 5), { custom: {} }))).toMatchObject({ codespace: "compute", code: 10 });
  });

  it("name their conversion, but no dispatch, where they are nested", () => {
    const call = { wasm: { execute: { contract_addr: second, ...msg } } };
    const result = run(network(), emits(1, call), emits(0, send(first, 1)));
    expect(result.log).toContain(`${DISPATCH}couldn't convert v0.10 messages to v1 messages: contract doesn't have`);
  });

  it("vote yes, whatever they say", () => {
    for (const vote_option of ["Yes", "No", "Abstain", "NoWithVeto"]) {
      const { fields } = readMessage({ gov: { vote: { proposal: 7n, vote_option } } }, 0, FIRST);
      expect(fields).toEqual({ proposal_id: 7n, vote: "yes" });
    }
  });
});

it("text that is no message is refused", () => {
  for (const json of [{}, { bank: {} }, { nothing: { at: {} } }, { constructor: { name: {} } }, []]) {
    for (const abi of [0, 1] as const) {
      const { code } = run(network(), emits(abi, json));
      expect([1, 10]).toContain(code);
    }
  }
});
