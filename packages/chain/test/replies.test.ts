/**
 * Replies of contract calls, over a scripted enclave. Spec 03 §4.7, §3.2; 02 §5.6.
 */
import { toBase64, utf8ToBytes } from "@enclavenet/common";
import { type ContractResult, EnclaveError, ReplyOn } from "@enclavenet/enclave-api";
import { secretCompute as c, cosmosBaseAbci, decode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import {
  a,
  b,
  bankSend,
  emitting,
  execMsg,
  first,
  network,
  run,
  second,
  sub,
  wasmExecute,
} from "./support/dispatch.ts";
import { executed, replied } from "./support/fake-enclave.ts";
import { balanceOf, shown } from "./support/network.ts";

const ID = Uint8Array.of(1, 2, 3);
const SIGNATURE = new Uint8Array(32).fill(5);
const SEALED: Partial<ContractResult> = { internalMsgId: ID, internalReplyEnclaveSig: SIGNATURE };
const always = (json: object) => sub(json, { replyOn: ReplyOn.always });
const call = () => always(wasmExecute(second));

function dataOf(result: { readonly data: Uint8Array }): Uint8Array | undefined {
  const [response] = decode(cosmosBaseAbci.TxMsgDataSchema, result.data).msgResponses;
  return response === undefined ? undefined : decode(c.MsgExecuteContractResponseSchema, response.value).data;
}

describe("the reply to a wasm message", () => {
  it("carries the callee's envelope, data and events, and its data becomes that of the call", () => {
    const chain = network();
    const callee = () =>
      executed({
        ...SEALED,
        data: Uint8Array.of(9),
        attributes: [
          { key: "z", value: "1" },
          { key: "a", value: "2" },
        ],
      });
    const result = run(chain, emitting(call()), callee, () => replied({ data: Uint8Array.of(4) }));
    expect(result.log).toBe("");
    expect(chain.enclave.callsOf("reply")).toMatchObject([
      {
        id: 0n,
        sealed: { internalMsgId: ID, signature: SIGNATURE },
        data: Uint8Array.of(9),
        error: undefined,
        events: [
          { type: "execute", attributes: [{ key: "contract_address", value: second }] },
          {
            type: "wasm",
            attributes: [
              { key: "a", value: "2" },
              { key: "contract_address", value: second },
              { key: "z", value: "1" },
            ],
          },
        ],
      },
    ]);
    expect(dataOf(result)).toEqual(Uint8Array.of(4));
    expect(shown(result).slice(-2)).toEqual([
      `reply{contract_address=${first},msg_index=0}`,
      `wasm{contract_address=${first},msg_index=0}`,
    ]);
  });

  it("leaves the call's data alone when it gives none", () => {
    const emitsWithData = () => executed({ data: Uint8Array.of(1), messages: [call()] });
    expect(dataOf(run(network(), emitsWithData, () => executed(SEALED)))).toEqual(Uint8Array.of(1));
  });

  it("tells of the contract's own error and undoes what the callee did", () => {
    const chain = network();
    const result = run(chain, emitting(call()), () => executed({ ...SEALED, error: "c2VhbGVk" }));
    expect(result.code).toBe(0);
    expect(chain.enclave.callsOf("reply")).toMatchObject([
      { sealed: { internalMsgId: ID, signature: SIGNATURE }, error: "c2VhbGVk", data: undefined, events: [] },
    ]);
    expect(shown(result).some((text) => text.includes(second))).toBe(false);
  });

  it("is not sent for a refusal or a trap: the whole call fails", () => {
    const chain = network();
    const trap = () => {
      throw new EnclaveError("ContractPanic");
    };
    expect(run(chain, emitting(call()), trap)).toMatchObject({
      code: 1,
      log: expect.stringContaining(
        "dispatch: submessages: an sdk error occurred while sending a sub-message: ",
      ) as string,
    });
    expect(chain.enclave.callsOf("reply")).toEqual([]);
  });

  it("is not sent for the error of a contract further down", () => {
    const chain = network();
    const inner = emitting(sub(wasmExecute(first)));
    const result = run(chain, emitting(call()), inner, () => executed({ ...SEALED, error: "c2VhbGVk" }));
    expect(result.log).toContain("an sdk error occurred while sending a sub-message: the error was redacted");
    expect(chain.enclave.callsOf("reply")).toEqual([]);
  });

  it("needs the enclave's word", () => {
    expect(run(network(), emitting(call()), () => executed()).log).toContain(
      "dispatch: submessages: cannot serialize v1 DataWithInternalReplyInfo into json",
    );
    expect(run(network(), emitting(call()), () => executed({ error: "c2VhbGVk" })).log).toContain(
      "when sending a reply both InternaReplyEnclaveSig and InternalMsgId are expected to be initialized",
    );
  });

  it.each([
    ["{}", "when sending a reply both InternaReplyEnclaveSig"],
    ['{"internal_reply_enclave_sig":"AA==","internal_msg_id":1}', "when sending a reply both InternaReplyEnclaveSig"],
    ['{"internal_reply_enclave_sig":"AA==","internal_msg_id":"*"}', "cannot serialize v1 DataWithInternalReplyInfo"],
    ["[]", "cannot serialize v1 DataWithInternalReplyInfo"],
  ])("is not made of %s", (json, reason) => {
    const log = run(network(), emitting(call()), () => executed({ data: utf8ToBytes(json) })).log;
    expect(log).toContain(`dispatch: submessages: ${reason}`);
  });

  it("wraps the data of a call whose caller waits", () => {
    const result = run(network(), () => executed({ ...SEALED, data: Uint8Array.of(9) }));
    const json = { internal_reply_enclave_sig: toBase64(SIGNATURE), internal_msg_id: toBase64(ID), data: "CQ==" };
    expect(dataOf(result)).toEqual(utf8ToBytes(JSON.stringify(json)));
  });
});

describe("every reply", () => {
  it("that succeeds pays its wasm gas twice, one that fails once", () => {
    const gas = (usedGas: bigint, error?: string) =>
      run(network(), emitting(always(bankSend(1))), () => replied({ usedGas, error })).gasUsed;
    expect(gas(7_000_000n) - gas(3_000_000n)).toBe(8000n);
    expect(gas(7_000_000n, "x") - gas(3_000_000n, "x")).toBe(4000n);
  });

  it("that fails fails the call", () => {
    expect(run(network(), emitting(always(bankSend(1))), () => replied({ error: "x" }))).toMatchObject({
      code: 19,
      codespace: "compute",
      log: "failed to execute message; message index: 0: dispatch: submessages: encrypted: x: reply to contract failed",
    });
  });

  it("may emit messages that want replies again, and the last data wins", () => {
    const chain = network();
    const again = () => replied({ data: Uint8Array.of(1), messages: [always(bankSend(2))] });
    const result = run(chain, emitting(always(bankSend(1))), again, () => replied({ data: Uint8Array.of(2) }));
    expect(dataOf(result)).toEqual(Uint8Array.of(2));
    expect(chain.enclave.callsOf("reply").map(({ origin }) => origin.nesting)).toEqual([1, 2]);
  });

  it("may be followed by another until contract responses nest 100 deep; the next one fails all of them", () => {
    const deep = (replies: number) => {
      const chain = network();
      chain.enclave.script.push(emitting(always(bankSend(1))));
      for (let i = 1; i < replies; i++) {
        chain.enclave.script.push(() => replied({ messages: [always(bankSend(1))] }));
      }
      chain.enclave.script.push(() => replied({ data: Uint8Array.of(7) }));
      const result = chain.deliver(a, [execMsg], { gas: 20_000_000n });
      return { chain, result, sent: balanceOf(chain, b.text) - balanceOf(network(), b.text) };
    };
    const deepest = deep(99);
    expect(deepest.result.log).toBe("");
    expect(deepest.sent).toBe(99n);
    expect(dataOf(deepest.result)).toEqual(Uint8Array.of(7));
    const nestings = deepest.chain.enclave.callsOf("reply").map(({ origin }) => origin.nesting);
    expect(nestings).toEqual(Array.from({ length: 99 }, (_, i) => i + 1));
    const tooDeep = deep(100);
    expect(tooDeep.result).toMatchObject({ code: 30, codespace: "compute" });
    expect(tooDeep.result.log).toMatch(/submessages: max call depth exceeded$/);
    expect(tooDeep.sent).toBe(0n);
  });

  it("comes only from a v1 contract", () => {
    expect(run(network(), emitting(always(bankSend(1))), () => replied({ apiVersion: 0 })).log).toContain(
      "response of reply should always be a CosmWasm v1 response type",
    );
  });
});
