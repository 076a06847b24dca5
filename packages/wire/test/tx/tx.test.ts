/** Transactions: what TxRaw and TxBody accept (spec 04 §6.1). */
import { concatBytes, fromHex, toHex } from "@enclavenet/common";
import { decodeAuthInfo, decodeTxBody, decodeTxRaw, encodeTxRaw, messageField, uvarint } from "@enclavenet/wire";
import { describe, expect, it } from "vitest";
import { wireError } from "../support/refusal.ts";

const decodeRaw = (hex: string) => decodeTxRaw(fromHex(hex));

describe("TxRaw", () => {
  it("is read and written in its one form", () => {
    const hex = "0a0101" + "120102" + "1a0103" + "1a00";
    const tx = decodeRaw(hex);
    expect(tx.signatures).toHaveLength(2);
    expect(toHex(encodeTxRaw(tx))).toBe(hex);
    expect(decodeRaw("")).toMatchObject({ signatures: [] });
  });

  it.each([
    ["signatures before the body", "1a0103" + "0a0101"],
    ["two bodies", "0a0101" + "0a0101"],
    ["an empty body that is written", "0a00" + "120102"],
    ["an empty auth info that is written", "0a0101" + "1200"],
    ["a padded tag", "8a0001" + "01"],
    ["a padded length", "0a810001"],
    ["a fourth field", "220101"],
    ["a non-critical field", "c24000"],
    ["trailing bytes", "0a0101" + "00"],
  ])("refuses %s", (_, hex) => {
    expect(() => decodeRaw(hex)).toThrow(wireError);
  });

  it("copies: later changes of the input change nothing", () => {
    const bytes = fromHex("0a0101");
    const tx = decodeTxRaw(bytes);
    bytes.fill(0xff);
    expect(tx.bodyBytes).toEqual(Uint8Array.of(1));
  });
});

describe("TxBody", () => {
  const unknown = (number: number): Uint8Array => concatBytes(uvarint(number * 8), Uint8Array.of(1));

  it("passes over unknown fields that are not critical, and says so", () => {
    expect(decodeTxBody(unknown(1024)).hasUnknownFields).toBe(true);
    expect(decodeTxBody(unknown(2046)).hasUnknownFields).toBe(true);
    expect(decodeTxBody(messageField(2047, new Uint8Array(0))).hasUnknownFields).toBeUndefined();
  });

  it.each([4, 1022, 2048, 4095 - 1024])("refuses the critical unknown field %i", (number) => {
    expect(() => decodeTxBody(unknown(number))).toThrow(wireError);
  });

  it("refuses them inside its messages", () => {
    const any = messageField(1, unknown(1024));
    expect(() => decodeTxBody(any)).toThrow(wireError);
  });
});

describe("AuthInfo", () => {
  it("refuses every unknown field", () => {
    expect(() => decodeAuthInfo(fromHex("c04001"))).toThrow(wireError);
  });

  it("refuses a signer that is single and multi", () => {
    const [single, multi] = ["0a020801", "1200"];
    const withMode = (mode: string): Uint8Array => messageField(1, messageField(2, fromHex(mode)));
    expect(() => decodeAuthInfo(withMode(single!))).not.toThrow();
    expect(() => decodeAuthInfo(withMode(multi!))).not.toThrow();
    expect(() => decodeAuthInfo(withMode(single! + multi!))).toThrow(wireError);
  });

  it("refuses multisig in multisig beyond the limit of nesting", () => {
    const nested = (levels: number): Uint8Array => {
      let mode = fromHex("0a020801");
      for (let i = 0; i < levels; i++) mode = messageField(2, messageField(2, mode));
      return messageField(1, messageField(2, mode));
    };
    expect(() => decodeAuthInfo(nested(6))).not.toThrow();
    expect(() => decodeAuthInfo(nested(7))).toThrow(wireError);
  });
});
