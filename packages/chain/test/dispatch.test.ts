/**
 * Messages that contracts emit, over a scripted enclave. Spec 03 §4.5, §4.7, §3.4.
 * @module
 */
import { formatAddress, moduleAddress } from "@enclavenet/chain";
import { toBase64 } from "@enclavenet/common";
import { ReplyOn } from "@enclavenet/enclave-api";
import { cosmosBank, create, encode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { primitives } from "./support/accounts.ts";
import {
  a,
  b,
  bankSend,
  coins,
  emitting,
  eventNames,
  execMsg,
  FIRST,
  first,
  network,
  run,
  second,
  sub,
  wasmExecute,
} from "./support/dispatch.ts";
import { executed, type Script } from "./support/fake-enclave.ts";
import { balanceOf, shown } from "./support/network.ts";

describe("bank messages", () => {
  it("move the contract's coins; their message events are stripped", () => {
    const chain = network();
    const result = run(chain, emitting(sub(bankSend(7))));
    expect(result.log).toBe("");
    expect(balanceOf(chain, first)).toBe(993n);
    expect(shown(result).slice(9)).toEqual([
      `execute{contract_address=${first},msg_index=0}`,
      `wasm{contract_address=${first},msg_index=0}`,
      `coin_spent{spender=${first},amount=7uscrt,msg_index=0}`,
      `coin_received{receiver=${b.text},amount=7uscrt,msg_index=0}`,
      `transfer{recipient=${b.text},sender=${first},amount=7uscrt,msg_index=0}`,
    ]);
  });

  it.each<[string, object, number, string, string]>([
    [
      "more than there is",
      bankSend(1001),
      5,
      "sdk",
      "dispatch: submessages: spendable balance 999uscrt is smaller than 1001uscrt: insufficient funds",
    ],
    ["nothing of a coin", bankSend(0), 10, "sdk", "dispatch: submessages: 0uscrt: invalid coins"],
    [
      "to no address",
      bankSend(1, "secret1garbage"),
      7,
      "sdk",
      "dispatch: submessages: secret1garbage: invalid address",
    ],
    [
      "a wrong type",
      { bank: { send: { to_address: 5, amount: [] } } },
      10,
      "compute",
      "invalid CosmosMsg from the contract",
    ],
  ])("fail the call: %s", (_name, json, code, codespace, log) => {
    const chain = network();
    const result = run(chain, emitting(sub(bankSend(1)), sub(json)));
    expect(result).toMatchObject({ code, codespace });
    expect(result.log).toContain(log);
    expect(balanceOf(chain, first)).toBe(1000n);
  });

  it("obey the list of blocked receivers", () => {
    const chain = network();
    const account = (name: string) => formatAddress(moduleAddress(primitives, name));
    expect(run(chain, emitting(sub(bankSend(1, account("distribution"))))).log).toBe("");
    expect(run(chain, emitting(sub(bankSend(1, account("mint")))))).toMatchObject({ code: 4, codespace: "sdk" });
  });

  it("without coins are no message at all", () => {
    expect(run(network(), emitting(sub({ bank: { send: { to_address: b.text, amount: [] } } }))).log).toBe("");
  });

  it("may come as stargate messages, if the contract is their signer", () => {
    const bytes = (from: string) =>
      toBase64(
        encode(
          cosmosBank.MsgSendSchema,
          create(cosmosBank.MsgSendSchema, { fromAddress: from, toAddress: b.text, amount: coins(3) }),
        ),
      );
    const stargate = (from: string) => ({ stargate: { type_url: "/cosmos.bank.v1beta1.MsgSend", value: bytes(from) } });
    const chain = network();
    expect(run(chain, emitting(sub(stargate(first)))).log).toBe("");
    expect(balanceOf(chain, first)).toBe(997n);
    expect(run(network(), emitting(sub(stargate(a.text))))).toMatchObject({
      code: 4,
      log: expect.stringContaining("contract doesn't have permission: unauthorized") as string,
    });
  });
});

describe("replies and markers", () => {
  it.each([
    ["always", ReplyOn.always, bankSend(1)],
    ["success", ReplyOn.success, bankSend(1)],
    ["always", ReplyOn.always, bankSend(0)],
    ["error", ReplyOn.error, bankSend(0)],
  ])("deliver a reply on %s in clear, without events, under the contract's id", (_name, replyOn, json) => {
    const chain = network();
    const result = run(chain, emitting(sub(json, { replyOn, id: 9n })));
    expect(result.log).toBe("");
    const failed = json.bank.send.amount[0]?.amount === "0";
    expect(chain.enclave.callsOf("reply")).toMatchObject([
      {
        contractAddress: FIRST,
        id: 9n,
        sealed: undefined,
        events: [],
        data: undefined,
        error: failed
          ? "the error was redacted (codespace: sdk, code: 10). For more info use latest localsecret and reproduce the issue"
          : undefined,
        origin: { txIndex: 0, msgIndex: 0, nesting: 1 },
      },
    ]);
    expect(eventNames(result)).toContain("reply");
    expect(balanceOf(chain, b.text) - balanceOf(network(), b.text)).toBe(failed ? 0n : 1n);
  });

  it("pass where no reply is wanted after all", () => {
    expect(run(network(), emitting(sub(bankSend(1), { replyOn: ReplyOn.error }))).code).toBe(0);
    expect(run(network(), emitting(sub(bankSend(0), { replyOn: ReplyOn.success }))).code).toBe(10);
  });

  it("refuse an unknown reply_on", () => {
    expect(run(network(), emitting(sub(bankSend(1), { replyOn: 7 }))).code).toBe(13);
  });

  it("finalize_tx skips the rest of the response and refuses later messages of the transaction", () => {
    const chain = network();
    chain.enclave.script.push(emitting(sub(bankSend(1)), sub({ finalize_tx: {} }), sub(bankSend(2))));
    const one = chain.deliver(a, [execMsg], { gas: 900_000n });
    expect(one.log).toBe("");
    expect(balanceOf(chain, first)).toBe(999n);
    chain.enclave.script.push(emitting(sub({ finalize_tx: {} })));
    expect(chain.deliver(a, [execMsg, execMsg], { gas: 900_000n })).toMatchObject({
      code: 40404,
      codespace: "sdk",
      log: "message was attempted but last message was marked by a contract; message index: 1: Cannot send messages after last tx marker was set",
    });
    expect(chain.deliver(a, [execMsg], { gas: 900_000n }).code).toBe(0);
  });
});

describe("gas limits of sub-messages", () => {
  const limited = (gasLimit: bigint, ...scripts: Script[]) =>
    run(network(), emitting(sub(wasmExecute(second), { gasLimit })), ...scripts);

  it("charge what was spent when it was enough", () => {
    const free = run(network(), emitting(sub(wasmExecute(second))));
    expect(limited(100_000n).gasUsed).toBe(free.gasUsed);
  });

  it("charge the whole limit and fail when it was not", () => {
    const result = limited(25_000n, () => executed({ usedGas: 90_000_000n }));
    expect(result).toMatchObject({ code: 11, codespace: "sdk" });
    expect(result.log).toBe(
      "failed to execute message; message index: 0: dispatch: submessages: SubMsg hit gas limit: out of gas",
    );
  });

  it("do not count when they are above what is left", () => {
    const result = limited(10_000_000n, () => executed({ usedGas: 950_000_000n }));
    expect(result.log).toContain("out of gas in location: wasm contract");
  });
});
