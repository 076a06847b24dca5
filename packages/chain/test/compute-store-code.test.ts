/**
 * Storing code and deriving addresses. Spec 03 §5.2–5.3.
 * @module
 */
import { gzipSync } from "node:zlib";
import { formatAddress } from "@enclavenet/chain";
import { fromHex, LocalError } from "@enclavenet/common";
import { contractAddress } from "@enclavenet/crypto";
import { secretCompute as c, cosmosBaseAbci, decode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { primitives } from "./support/accounts.ts";
import { a, messageEvents, storeMsg, WASM } from "./support/contracts.ts";
import { TestNetwork } from "./support/network.ts";

describe("contract addresses", () => {
  it.each([
    [1n, 1n, "00".repeat(20), "secret19duvhuq0wlpes5fatmm69l5j2hty7s4a5wg6ru"],
    [1n, 2n, "000102030405060708090a0b0c0d0e0f10111213", "secret15eszzah3accjl9dlkz94medua8sz2djxd57xkg"],
    [7n, 300n, "ff".repeat(20), "secret1kcgj9d077l4977mwa2svqcax23kgpq2cf7wfcl"],
    [
      2n,
      3n,
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      "secret1n0ev0wpkdz5tyhw324jh75hz32wdhk0lvs2kvk",
    ],
  ])("code %s instance %s", (code, instance, creator, text) => {
    expect(formatAddress(contractAddress(primitives, code, instance, fromHex(creator)))).toBe(text);
  });
});

describe("MsgStoreCode", () => {
  it("numbers codes from 1, keeps the bytes by hash and emits its events", () => {
    const network = new TestNetwork();
    const result = network.deliver(a, [storeMsg()], { gas: 5_000_000n });
    expect(messageEvents(result)).toEqual([
      `message{action=/secret.compute.v1beta1.MsgStoreCode,sender=${a.text},msg_index=0}`,
      `message{module=compute,sender=${a.text},signer=${a.text},msg_index=0}`,
      "message{code_id=1,msg_index=0}",
    ]);
    const [packed] = decode(cosmosBaseAbci.TxMsgDataSchema, result.data).msgResponses;
    expect(decode(c.MsgStoreCodeResponseSchema, packed?.value as Uint8Array).codeId).toBe(1n);
    expect(network.codes.get(primitives.sha256(WASM))).toEqual(WASM);
    expect(network.deliver(a, [storeMsg()], { gas: 5_000_000n }).events.at(-1)?.attributes[0]?.value).toBe("2");
  });

  it("unpacks gzip and charges 0.8 gas per unpacked byte, rounded half to even", () => {
    const packed = gzipSync(WASM);
    const network = new TestNetwork();
    expect(network.deliver(a, [storeMsg(packed)], { gas: 5_000_000n }).code).toBe(0);
    expect(network.codes.get(primitives.sha256(WASM))).toEqual(WASM);
    const gas = (length: number) => {
      const wasm = new Uint8Array(length);
      const { gasUsed } = new TestNetwork().deliver(a, [storeMsg(wasm)], { gas: 5_000_000n });
      return gasUsed - 10n * BigInt(length);
    };
    // 1000 more bytes cost 800 more; 2 bytes of length encoding are the same in both.
    expect(gas(4000) - gas(3000)).toBe(800n);
  });

  it.each<[string, ReturnType<typeof storeMsg>, number, string, string]>([
    ["empty code", storeMsg(new Uint8Array(0)), 18, "sdk", "code bytes is required"],
    ["a source without https", storeMsg(WASM, { source: "http://x.y" }), 18, "sdk", "source"],
    ["a relative source", storeMsg(WASM, { source: "x" }), 18, "sdk", "source"],
    ["a bad builder", storeMsg(WASM, { builder: "-bad" }), 18, "sdk", "builder invalid"],
    ["damaged gzip", storeMsg(Uint8Array.of(0x1f, 0x8b, 8, 1)), 15, "compute", "create contract failed"],
    ["a gzip bomb", storeMsg(gzipSync(new Uint8Array(3_000_000))), 31, "compute", "max contract size exceeded"],
  ])("refuses %s", (_name, msg, code, codespace, log) => {
    const result = new TestNetwork().deliver(a, [msg], { gas: 50_000_000n });
    expect(result).toMatchObject({ code, codespace });
    expect(result.log).toContain(log);
  });

  it("accepts a good source and builder", () => {
    const extra = { source: "https://a.b/c", builder: "aa/bb:1" };
    expect(new TestNetwork().deliver(a, [storeMsg(WASM, extra)], { gas: 5_000_000n }).log).toBe("");
  });

  it("prints the checker's text and keeps the id when validation fails", () => {
    let refuse = true;
    const codeChecker = {
      check() {
        if (refuse) throw new LocalError("WASM", "Error during static Wasm validation: too big");
        return { requiredFeatures: [], ibcEnabled: false };
      },
    };
    const network = new TestNetwork({ app: { codeChecker } });
    const result = network.deliver(a, [storeMsg()], { gas: 5_000_000n });
    expect(result).toMatchObject({
      code: 15,
      codespace: "compute",
      log: "failed to execute message; message index: 0: Error during static Wasm validation: too big: create contract failed",
    });
    refuse = false;
    expect(network.deliver(a, [storeMsg()], { gas: 5_000_000n }).events.at(-1)?.attributes[0]?.value).toBe("1");
  });
});
