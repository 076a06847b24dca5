/** Names of byte strings: one character per byte, of views as of whole arrays, ordered as the bytes are. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteName, compareBytes } from "../src/index.ts";

describe("byteName", () => {
  it("has one character per byte, also of a part of a longer array", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(20), (bytes, offset) => {
        const around = new Uint8Array(offset + bytes.length + 3).fill(7);
        around.set(bytes, offset);
        const expected = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
        expect(byteName(bytes)).toBe(expected);
        expect(byteName(around.subarray(offset, offset + bytes.length))).toBe(expected);
      }),
    );
  });

  it("orders as the bytes do", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }), (a, b) => {
        const [x, y] = [byteName(a), byteName(b)];
        expect(x < y ? -1 : x > y ? 1 : 0).toBe(Math.sign(compareBytes(a, b)));
      }),
    );
  });
});
