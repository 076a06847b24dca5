/**
 * Wasm messages that contracts emit, over a scripted enclave. Spec 03 §4.7.
 * @module
 */
import { formatAddress } from "@enclavenet/chain";
import { contractAddress } from "@enclavenet/crypto";
import { secretCompute as c, decode } from "@enclavenet/proto";
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
  SECOND,
  second,
  sub,
  wasmExecute,
} from "./support/dispatch.ts";
import { executed, instantiated } from "./support/fake-enclave.ts";
import { balanceOf, shown } from "./support/network.ts";

describe("wasm messages", () => {
  it("go to the enclave as callbacks of the same position, one deeper, with the bytes that the chain made", () => {
    const chain = network();
    const result = run(chain, emitting(sub(wasmExecute(second, { send: coins(5) }))), () =>
      executed({
        attributes: [
          { key: "z", value: "1" },
          { key: "a", value: "2" },
        ],
      }),
    );
    expect(result.log).toBe("");
    const [, inner] = chain.enclave.callsOf("execute");
    expect(inner?.origin).toMatchObject({ txIndex: 0, msgIndex: 0, callback: { nesting: 1 }, accountNumber: 0n });
    expect(inner?.origin.callback?.typeUrl).toBe("/secret.compute.v1beta1.MsgExecuteContract");
    expect(decode(c.MsgExecuteContractSchema, inner?.origin.callback?.value as Uint8Array)).toMatchObject({
      sender: FIRST,
      contract: SECOND,
      msg: Uint8Array.of(1),
      callbackCodeHash: "",
      callbackSig: Uint8Array.of(1, 2, 255),
      sentFunds: [{ denom: "uscrt", amount: "5" }],
    });
    expect(balanceOf(chain, second)).toBe(5n);
  });

  it("may show more events than a call has room for arguments", () => {
    // As many as the results of one transaction may hold.
    const events = Array.from({ length: 124_000 }, () => ({ type: "abc", attributes: [] }));
    const result = run(network(), emitting(sub(wasmExecute(second))), () => executed({ events }));
    expect(result.log).toBe("");
    expect(result.events.length).toBeGreaterThan(events.length);
  });

  it("show their events with sorted attributes and without messages", () => {
    const result = run(network(), emitting(sub(wasmExecute(second))), () =>
      executed({
        attributes: [
          { key: "z", value: "1" },
          { key: "a", value: "2" },
        ],
      }),
    );
    expect(shown(result).slice(9)).toEqual([
      `execute{contract_address=${first},msg_index=0}`,
      `wasm{contract_address=${first},msg_index=0}`,
      `execute{contract_address=${second},msg_index=0}`,
      `wasm{a=2,contract_address=${second},z=1,msg_index=0}`,
    ]);
  });

  it("sort also what lies deeper, and leave the first level as it is", () => {
    const result = run(
      network(),
      () =>
        executed({
          attributes: [
            { key: "z", value: "1" },
            { key: "a", value: "2" },
          ],
          messages: [sub(wasmExecute(second))],
        }),
      emitting(sub(bankSend(1))),
    );
    // The second contract has no coins: its transfer fails and the nesting shows in the text.
    expect(result.log).toBe(
      "failed to execute message; message index: 0: dispatch: submessages: dispatch: submessages: spendable balance 0uscrt is smaller than 1uscrt: insufficient funds",
    );
    const good = run(
      network(),
      () =>
        executed({
          attributes: [
            { key: "z", value: "1" },
            { key: "a", value: "2" },
          ],
          messages: [sub(wasmExecute(second, { send: coins(1) }))],
        }),
      emitting(sub(bankSend(1))),
    );
    expect(shown(good)[10]).toBe(`wasm{contract_address=${first},z=1,a=2,msg_index=0}`);
    expect(shown(good).at(-1)).toBe(`transfer{amount=1uscrt,recipient=${b.text},sender=${second},msg_index=0}`);
  });

  it("instantiate: the contract is the creator and pays", () => {
    const chain = network();
    const init = {
      wasm: {
        instantiate: {
          admin: null,
          code_id: 1,
          code_hash: "",
          msg: "AQ==",
          send: coins(9),
          label: "three",
          callback_sig: [1],
        },
      },
    };
    const result = run(chain, emitting(sub(init)), () => instantiated());
    expect(result.log).toBe("");
    const third = contractAddress(primitives, 1n, 3n, FIRST);
    expect(chain.enclave.callsOf("instantiate").at(-1)?.instanceId).toBe(3n);
    expect(balanceOf(chain, formatAddress(third))).toBe(9n);
    expect(eventNames(result)).toEqual([
      "message",
      "message",
      "execute",
      "wasm",
      "coin_spent",
      "coin_received",
      "transfer",
      "instantiate",
      "wasm",
    ]);
    expect(run(chain, emitting(sub(init)), () => instantiated())).toMatchObject({ code: 6, codespace: "compute" });
  });

  it("carry the callee's encrypted error with one prefix per level, and take its effects back", () => {
    const chain = network();
    const result = run(chain, emitting(sub(bankSend(1)), sub(wasmExecute(second, { send: coins(2) }))), () =>
      executed({ error: "WFla" }),
    );
    expect(result).toMatchObject({
      code: 3,
      codespace: "compute",
      log: "failed to execute message; message index: 0: dispatch: submessages: encrypted: WFla: execute contract failed",
    });
    expect(balanceOf(chain, first)).toBe(1000n);
  });

  it("run strictly in order", () => {
    const chain = network();
    const result = run(chain, emitting(sub(bankSend(1)), sub(wasmExecute(second)), sub(bankSend(2))));
    expect(eventNames(result)).toEqual([
      "message",
      "message",
      "execute",
      "wasm",
      "coin_spent",
      "coin_received",
      "transfer",
      "execute",
      "wasm",
      "coin_spent",
      "coin_received",
      "transfer",
    ]);
  });

  it("end at call depth 100", () => {
    const deep = (levels: number) => {
      const chain = network();
      for (let i = 0; i < levels; i++) chain.enclave.script.push(emitting(sub(wasmExecute(first))));
      return chain.deliver(a, [execMsg], { gas: 20_000_000n });
    };
    expect(deep(99).log).toBe("");
    expect(deep(100)).toMatchObject({ code: 30, codespace: "compute" });
  });

  it("run in the 101st transaction of a block too, where upstream's shared counter fails them", () => {
    const chain = network();
    const txs = Array.from({ length: 102 }, () => chain.tx(a, [execMsg], { gas: 60_000n }));
    const { txResults } = chain.block(txs);
    expect(txResults.map(({ code }) => code)).toEqual(txs.map(() => 0));
    const indices = chain.enclave.callsOf("execute").map(({ origin }) => origin.txIndex);
    expect(indices.slice(-2)).toEqual([100, 101]);
  });
});
