import { utf8ToBytes } from "@enclavenet/common";
import { secretCompute as c, cosmosBaseAbci, decode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { primitives } from "./support/accounts.ts";
import {
  a,
  b,
  FIRST_TEXT,
  initMsg,
  messageEvents,
  SERVICE,
  WASM,
  withCode,
  withContract,
} from "./support/contracts.ts";
import { instantiated } from "./support/fake-enclave.ts";
import { balanceOf, FUNDS } from "./support/network.ts";

describe("MsgInstantiateContract", () => {
  it("asks the enclave with the message's position and records the contract", () => {
    const network = withCode();
    network.enclave.script.push(() =>
      instantiated({ data: utf8ToBytes("data"), attributes: [{ key: "k", value: "v" }] }),
    );
    const result = network.deliver(a, [initMsg({ admin: b.text })]);
    expect(result.log).toBe("");
    expect(network.enclave.callsOf("instantiate")).toEqual([
      {
        origin: { txIndex: 0, msgIndex: 0, callback: undefined, accountNumber: 0n },
        instanceId: 1n,
        codeHash: primitives.sha256(WASM),
        gasLimit: expect.any(BigInt),
      },
    ]);
    expect(messageEvents(result)).toEqual([
      `message{action=/secret.compute.v1beta1.MsgInstantiateContract,sender=${a.text},msg_index=0}`,
      `instantiate{contract_address=${FIRST_TEXT},code_id=1,msg_index=0}`,
      `wasm{contract_address=${FIRST_TEXT},k=v,msg_index=0}`,
      `message{module=compute,sender=${a.text},contract_address=${FIRST_TEXT},msg_index=0}`,
    ]);
    const [packed] = decode(cosmosBaseAbci.TxMsgDataSchema, result.data).msgResponses;
    expect(decode(c.MsgInstantiateContractResponseSchema, packed?.value as Uint8Array)).toMatchObject({
      address: FIRST_TEXT,
      data: utf8ToBytes("data"),
    });
    const info = network.query(
      `${SERVICE}ContractInfo`,
      c.QueryByContractAddressRequestSchema,
      { contractAddress: FIRST_TEXT },
      c.QueryContractInfoResponseSchema,
    );
    expect(info.contractInfo).toMatchObject({ codeId: 1n, creator: a.address, label: "one", admin: b.text });
    expect(info.contractInfo?.adminProof).toHaveLength(0);
    expect(info.contractInfo?.created).toMatchObject({ blockHeight: 2n, txIndex: 0n });
    expect(network.account(FIRST_TEXT)).toMatchObject({ sequence: 0n });
  });

  it("emits no instantiate event for a v0.10 contract", () => {
    const network = withCode();
    network.enclave.script.push(() => instantiated({ apiVersion: 0 }));
    expect(messageEvents(network.deliver(a, [initMsg()])).map((text) => text.split("{")[0])).toEqual([
      "message",
      "wasm",
      "message",
    ]);
  });

  it("moves the funds before the call", () => {
    const network = withCode();
    let seen = -1n;
    network.enclave.script.push(() => {
      seen = 5n;
      return instantiated();
    });
    const result = network.deliver(a, [initMsg({ initFunds: [{ denom: "uscrt", amount: "5" }] })]);
    expect(result.log).toBe("");
    expect(seen).toBe(5n);
    expect(balanceOf(network, FIRST_TEXT)).toBe(5n);
    expect(
      messageEvents(result)
        .slice(1, 4)
        .map((text) => text.split("{")[0]),
    ).toEqual(["coin_spent", "coin_received", "transfer"]);
  });

  it.each<[string, object, number, string, string]>([
    ["an unknown code", { codeId: 9n }, 9, "compute", "message index: 0: code: not found"],
    ["code id 0", { codeId: 0n }, 18, "sdk", "code_id is required: invalid request"],
    ["no label", { label: "" }, 11, "compute", "is required: empty"],
    ["a long label", { label: "x".repeat(513) }, 12, "compute", "cannot be longer than 128 characters: exceeds limit"],
    ["a bad admin", { admin: "x" }, 7, "sdk", "x: invalid address"],
    ["bad funds", { initFunds: [{ denom: "uscrt", amount: "0" }] }, 10, "sdk", "invalid coins"],
    [
      "more funds than there are",
      { initFunds: [{ denom: "uscrt", amount: `${FUNDS}` }] },
      5,
      "sdk",
      "insufficient funds",
    ],
  ])("refuses %s", (_name, extra, code, codespace, log) => {
    const result = withCode().deliver(a, [initMsg(extra)]);
    expect(result).toMatchObject({ code, codespace });
    expect(result.log).toContain(log);
  });

  it("accepts a label of 512 bytes and refuses one that is taken, for ever", () => {
    const network = withContract({ label: "x".repeat(512) });
    const result = network.deliver(a, [initMsg({ label: "x".repeat(512) })]);
    expect(result).toMatchObject({ code: 6, codespace: "compute" });
    expect(result.log).toContain(`${"x".repeat(512)}: contract account already exists`);
    expect(network.deliver(a, [initMsg({ label: "other" })]).code).toBe(0);
  });

  it("prints the contract's encrypted error with its suffix and takes everything back", () => {
    const network = withCode();
    network.enclave.script.push(() =>
      instantiated({ error: "Q0lQSEVS", writes: [{ key: Uint8Array.of(1), value: Uint8Array.of(2) }] }),
    );
    const failed = network.deliver(a, [initMsg({ initFunds: [{ denom: "uscrt", amount: "5" }] })]);
    expect(failed).toMatchObject({
      code: 2,
      codespace: "compute",
      log: "failed to execute message; message index: 0: encrypted: Q0lQSEVS: instantiate contract failed",
    });
    expect(balanceOf(network, FIRST_TEXT)).toBe(0n);
    // The instance number was taken back too.
    network.deliver(a, [initMsg()]);
    expect(network.enclave.callsOf("instantiate").map(({ instanceId }) => instanceId)).toEqual([1n, 1n]);
  });
});
