import { formatAddress } from "@enclavenet/chain";
import { LocalError } from "@enclavenet/common";
import { contractAddress } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import { secretCompute as c, cosmosBaseAbci, decode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { message, primitives } from "./support/accounts.ts";
import {
  a,
  b,
  execMsg,
  FIRST,
  FIRST_TEXT,
  fail,
  initMsg,
  messageEvents,
  SERVICE,
  WASM,
  withCode,
  withContract,
} from "./support/contracts.ts";
import { executed } from "./support/fake-enclave.ts";

describe("MsgExecuteContract", () => {
  it("asks the enclave with the contract's key, announces itself first and answers with the data", () => {
    const network = withContract();
    network.enclave.script.push(() =>
      executed({
        data: Uint8Array.of(9),
        attributes: [
          { key: "contract_address", value: "dropped" },
          { key: "", value: "" },
        ],
        events: [{ type: " custom ", attributes: [{ key: " k ", value: " v " }] }],
      }),
    );
    const result = network.deliver(a, [execMsg({ sentFunds: [{ denom: "uscrt", amount: "3" }] })]);
    expect(network.enclave.callsOf("execute")).toEqual([
      {
        origin: { txIndex: 0, msgIndex: 0, callback: undefined, accountNumber: 0n },
        codeHash: primitives.sha256(WASM),
        contractKey: { og: Uint8Array.from({ length: 64 }, (_, i) => i), current: undefined, proof: undefined },
        gasLimit: expect.any(BigInt),
        hints: [],
        sdkGasRemaining: expect.any(BigInt),
      },
    ]);
    expect(messageEvents(result)).toEqual([
      `message{action=/secret.compute.v1beta1.MsgExecuteContract,sender=${a.text},msg_index=0}`,
      `message{module=compute,sender=${a.text},contract_address=${FIRST_TEXT},msg_index=0}`,
      `coin_spent{spender=${a.text},amount=3uscrt,msg_index=0}`,
      `coin_received{receiver=${FIRST_TEXT},amount=3uscrt,msg_index=0}`,
      `transfer{recipient=${FIRST_TEXT},sender=${a.text},amount=3uscrt,msg_index=0}`,
      `message{sender=${a.text},msg_index=0}`,
      `execute{contract_address=${FIRST_TEXT},msg_index=0}`,
      `wasm{contract_address=${FIRST_TEXT},=,msg_index=0}`,
      `wasm-custom{contract_address=${FIRST_TEXT},k=v,msg_index=0}`,
    ]);
    const [packed] = decode(cosmosBaseAbci.TxMsgDataSchema, result.data).msgResponses;
    expect(decode(c.MsgExecuteContractResponseSchema, packed?.value as Uint8Array).data).toEqual(Uint8Array.of(9));
  });

  it("numbers transactions in their block, restarting each block, and messages in their transaction", () => {
    const network = withContract();
    const txs = [
      network.tx(a, [execMsg(), execMsg()]),
      network.tx(b, [
        message(c.MsgExecuteContractSchema, { sender: b.address, contract: FIRST, msg: Uint8Array.of(2) }),
      ]),
    ];
    network.block(txs);
    network.deliver(a, [execMsg()]);
    const origins = network.enclave.callsOf("execute").map(({ origin }) => origin);
    expect(origins.map(({ txIndex, msgIndex, accountNumber }) => [txIndex, msgIndex, accountNumber])).toEqual([
      [0, 0, 0n],
      [0, 1, 0n],
      [1, 0, 1n],
      [0, 0, 0n],
    ]);
  });

  it("hides cw20 coins from the bank and refuses blocked senders", () => {
    const network = withContract();
    expect(network.deliver(a, [execMsg({ sentFunds: [{ denom: "cw20:abc", amount: "3" }] })]).log).toBe("");
    expect(network.deliver(a, [execMsg({ sentFunds: [{ denom: "uother", amount: "3" }] })]).code).toBe(5);
  });

  it.each<[string, () => unknown, number, string]>([
    ["a contract's error", () => executed({ error: "WFla" }), 3, "encrypted: WFla: execute contract failed"],
    [
      "a panic",
      () => fail("ContractPanic"),
      3,
      "Execution error: Enclave: the contract panicked: execute contract failed",
    ],
    [
      "a refused message",
      () => fail("ValidationFailure"),
      3,
      "Execution error: Enclave: failed to validate transaction: execute contract failed",
    ],
    [
      "a refused position",
      () => fail("PositionRejected"),
      3,
      "Execution error: Enclave: message position is not acceptable: execute contract failed",
    ],
    [
      "a short event type",
      () => executed({ events: [{ type: "ab", attributes: [] }] }),
      21,
      "Event type too short: 'ab': invalid event",
    ],
    [
      "an empty event key",
      () => executed({ events: [{ type: "abc", attributes: [{ key: " ", value: "v" }] }] }),
      21,
      "Empty attribute key. Value: v: invalid event",
    ],
    [
      "an empty event value",
      () => executed({ events: [{ type: "abc", attributes: [{ key: "k", value: "" }] }] }),
      21,
      "Empty attribute value. Key: k: invalid event",
    ],
    [
      "a reserved event key",
      () => executed({ events: [{ type: "abc", attributes: [{ key: "_k", value: "v" }] }] }),
      21,
      "Attribute key starts with reserved prefix _: '_k': invalid event",
    ],
  ])("fails the transaction on %s", (_name, script, code, log) => {
    const network = withContract();
    network.enclave.script.push(script);
    expect(network.deliver(a, [execMsg()])).toMatchObject({
      code,
      codespace: "compute",
      log: `failed to execute message; message index: 0: ${log}`,
    });
  });

  it("refuses an unknown contract", () => {
    const result = withContract().deliver(a, [execMsg({ contract: b.address })]);
    expect(result).toMatchObject({ code: 9, log: "failed to execute message; message index: 0: contract: not found" });
  });

  it.each(["NotReady", "OutputDiffers", "SealingFailed", "SealingWriteFailed", "HostMisbehavior"] as const)(
    "stops the block on %s",
    (status) => {
      const network = withContract();
      network.enclave.script.push(() => fail(status));
      expect(() => network.finalize([network.tx(a, [execMsg()])])).toThrow(EnclaveError);
    },
  );

  it("stops the block when the wasm is missing, and answers when it is there", () => {
    const network = withContract();
    network.enclave.script.push((_call, handlers) => {
      expect(handlers.readCode({ codeHash: primitives.sha256(WASM) }).wasm).toEqual(WASM);
      handlers.readCode({ codeHash: new Uint8Array(32) });
    });
    expect(() => network.finalize([network.tx(a, [execMsg()])])).toThrow(LocalError);
  });

  it("does not take a user's callback signature for a callback", () => {
    const network = withContract();
    network.deliver(a, [execMsg({ callbackSig: Uint8Array.of(1) })]);
    expect(network.enclave.callsOf("execute")[0]?.origin.callback).toBeUndefined();
  });

  it("reports the block gas before the transaction as its position", () => {
    const network = withCode();
    const txs = [network.tx(a, [initMsg({ label: "x" })]), network.tx(a, [initMsg({ label: "y" })])];
    const { txResults } = network.block(txs);
    const history = network.query(
      `${SERVICE}ContractHistory`,
      c.QueryContractHistoryRequestSchema,
      { contractAddress: formatAddress(contractAddress(primitives, 1n, 2n, a.address)) },
      c.QueryContractHistoryResponseSchema,
    );
    expect(history.entries).toHaveLength(1);
    expect(history.entries[0]).toMatchObject({ codeId: 1n, msg: Uint8Array.of(1) });
    expect(history.entries[0]?.updated?.txIndex).toBe(txResults[0]?.gasUsed);
  });
});
