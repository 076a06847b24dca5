/** Whatever the bytes, the decoders of this room return or throw their own errors. */
import { describe, expect, it } from "vitest";
import { decoderProperties } from "../../../tests/support/decoder-properties.ts";
import { decodeNames, encodeNames } from "../src/multistore/records.ts";
import { decoders } from "./support/decoders.ts";

decoderProperties(decoders);

describe("integers of records", () => {
  const corrupt = expect.objectContaining({ code: "STORE_CORRUPT" });
  const largest = { version: Number.MAX_SAFE_INTEGER, nonce: 0 };

  it("go up to 2^53 - 1", () => {
    expect(decodeNames(encodeNames([largest]))).toEqual([largest]);
    expect(() => decodeNames(encodeNames([{ ...largest, version: 2 ** 53 }]))).toThrowError(corrupt);
  });

  it.each([8, 200])("of %i bytes of padding are refused: infinity times zero is no number", (count) => {
    const padding = new Array<number>(count).fill(0x80);
    expect(() => decodeNames(Uint8Array.of(...padding, 0, 0))).toThrowError(corrupt);
  });
});
