import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  be32,
  be64,
  byteName,
  bytesToUtf8,
  compareBytes,
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  le16,
  le32,
  le64,
  toBase64,
  toHex,
  utf8ToBytes,
} from "../src/index.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe("hex and names without Node", () => {
  it("are the same texts", async () => {
    const texts = (write: typeof toHex) =>
      [0, 1, 2, 31, 32, 200, 300].map((length) => write(Uint8Array.from({ length }, (_, i) => 255 - i * 7)));
    const native = [texts(toHex), texts(byteName)];
    vi.resetModules();
    vi.stubGlobal("Buffer", undefined);
    const portable = await import("../src/bytes.ts");
    expect(portable.toHex).not.toBe(toHex);
    expect([texts(portable.toHex), texts(portable.byteName)]).toEqual(native);
  });
});

describe("hex and base64", () => {
  it("agree with Node's Buffer on random bytes, both ways", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600, size: "max" }), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(equalBytes(fromHex(toHex(bytes)), bytes)).toBe(true);
        expect(equalBytes(fromBase64(toBase64(bytes)), bytes)).toBe(true);
      }),
    );
  });

  it.each(["0", "zz", "0g", "é0"])("refuse %j as hex", (text) => {
    expect(() => fromHex(text)).toThrowError(expect.objectContaining({ code: "BYTES_FORMAT" }));
  });

  it.each(["A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AA=A", "AA-_", "AA\n="])(
    "refuse %j as base64",
    (text) => {
      expect(() => fromBase64(text)).toThrowError(expect.objectContaining({ code: "BYTES_FORMAT" }));
    },
  );
});

describe("text", () => {
  it("keeps a byte order mark and refuses malformed UTF-8", () => {
    expect(bytesToUtf8(utf8ToBytes("\ufeffa"))).toBe("\ufeffa");
    expect(() => bytesToUtf8(Uint8Array.of(0xff))).toThrowError(expect.objectContaining({ code: "BYTES_FORMAT" }));
  });
});

describe("order and integers", () => {
  it("compares like Buffer.compare", () => {
    const small = fc.uint8Array({ maxLength: 4, max: 3 });
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
      }),
    );
  });

  it("writes fixed-width integers", () => {
    expect(toHex(concatBytes(be64(258), be32(258), le64(258n), le32(258), le16(258)))).toBe(
      "0000000000000102" + "00000102" + "0201000000000000" + "02010000" + "0201",
    );
    expect(toHex(be64(-1n))).toBe("ff".repeat(8));
  });
});
