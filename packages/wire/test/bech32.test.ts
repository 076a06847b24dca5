/** Bech32: vectors of BIP-173, and reasons of failure in the order of spec 03 §1.4. */
import { createRequire } from "node:module";
import { fromHex, toHex } from "@enclavenet/common";
import {
  type Bech32Failure,
  decodeBech32,
  encodeBech32,
  MAX_BECH32_CHARACTERS,
  tryDecodeBech32,
} from "@enclavenet/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wireError } from "./support/refusal.ts";

const fromSecretjs = createRequire(createRequire(import.meta.url).resolve("secretjs"));
const cosmjs = fromSecretjs("@cosmjs/encoding") as {
  toBech32(prefix: string, data: Uint8Array, limit?: number): string;
  fromBech32(text: string, limit?: number): { prefix: string; data: Uint8Array };
};

const prefixes = fc.stringMatching(/^[!-@[-~]{1,83}$/);
const data = fc.uint8Array({ maxLength: 80 });

function failureOf(text: string, limit?: number): Bech32Failure {
  const decoded = tryDecodeBech32(text, limit);
  if (!("failure" in decoded)) throw new Error("accepted");
  return decoded.failure;
}

describe("vectors", () => {
  it("writes and reads the zero address (spec 02 §3.3)", () => {
    const text = "secret1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq3x5k6p";
    expect(encodeBech32("secret", new Uint8Array(20))).toBe(text);
    expect(decodeBech32(text)).toEqual({ prefix: "secret", data: new Uint8Array(20) });
  });

  it.each([
    ["fee_collector", "secret17xpfvakm2amg962yls6f84z3kell8c5ljuhfkp"],
    ["distribution", "secret1jv65s3grqf6v6jl3dp4t6c9t9rk99cd896s45r"],
    ["gov", "secret10d07y265gmmuvt4z0w9aw880jnsr700jc88vt0"],
  ])("reads the module account %s", (_, text) => {
    const { prefix, data: address } = decodeBech32(text);
    expect(address).toHaveLength(20);
    expect(encodeBech32(prefix, address)).toBe(text);
  });

  // BIP-173, "Test vectors": those whose data is whole bytes.
  it.each([
    ["A12UEL5L", "a", ""],
    ["a12uel5l", "a", ""],
    [
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio",
      "",
    ],
    ["abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", "00443214c74254b635cf84653a56d7c675be77df"],
    [
      "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
      "split",
      "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d",
    ],
    ["?1ezyfcl", "?", ""],
  ])("valid: %s", (text, prefix, hex) => {
    expect(decodeBech32(text)).toEqual({ prefix, data: fromHex(hex) });
  });

  it.each([
    ["\u0020" + "1nwldj5", { kind: "character", character: " " }],
    ["\u007f" + "1axkwrx", { kind: "character", character: "\u007f" }],
    ["\u0080" + "1eym55h", { kind: "character", character: "\u00c2" }],
    [
      "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
      { kind: "length", part: "prefix" },
    ],
    ["pzry9x0s0muk", { kind: "separator" }],
    ["1pzry9x0s0muk", { kind: "length", part: "prefix" }],
    ["x1b4n0q5v", { kind: "character", character: "b" }],
    ["li1dgmt3", { kind: "length", part: "data" }],
    ["de1lg7wt" + "\u00ff", { kind: "character", character: "\u00ff" }],
    ["A1G7SGD8", { kind: "checksum" }],
    ["10a06t8", { kind: "length", part: "text" }],
    ["1qzzfhee", { kind: "length", part: "prefix" }],
  ])("invalid: %j", (text, failure) => {
    expect(failureOf(text)).toEqual(failure);
  });
});

describe("failures", () => {
  const good = encodeBech32("secret", new Uint8Array(20).fill(7));

  it.each([
    ["", { kind: "length", part: "text" }],
    ["secret1", { kind: "length", part: "text" }],
    ["secret1qqqqq", { kind: "length", part: "data" }],
    ["Secret1qqqqqqq", { kind: "mixed-case" }],
    ["SECRET1qqqqqqq", { kind: "mixed-case" }],
    ["secret1qqqQqqqq", { kind: "mixed-case" }],
    ["secret1qqBqqqqq", { kind: "mixed-case" }],
    ["secret1qqbqqqqQ", { kind: "character", character: "b" }],
    ["123456!1qqQqqqq", { kind: "mixed-case" }],
    ["secret1qqqqq\u{1f600}q", { kind: "character", character: "\u{1f600}" }],
    ["s\u00e9cret1qqqqqqq", { kind: "character", character: "\u00c3" }],
    ["secret1qqqqqqqq", { kind: "checksum" }],
    // Length is counted in bytes of UTF-8.
    ["\u00e9\u00e9\u00e9\u00e9", { kind: "separator" }],
    ["abc1\u00e9\u00e9\u00e9", { kind: "character", character: "\u00e9" }],
  ])("%j", (text, failure) => {
    expect(failureOf(text)).toEqual(failure);
  });

  it("of padding: bits that are not zero, or a word too many", () => {
    // The checksums are right; one word of five bits is not a byte.
    const wordOnly = ["q", "l"].map((word) => withChecksum("x", word));
    expect(wordOnly.map((text) => failureOf(text).kind)).toEqual(["padding", "padding"]);
    expect(failureOf(withChecksum("x", "ql")).kind).toBe("padding");
    expect(decodeBech32(withChecksum("x", "qq")).data).toEqual(Uint8Array.of(0));
  });

  it("are thrown with the code of this room", () => {
    expect(decodeBech32(good).data).toHaveLength(20);
    expect(() => decodeBech32("no address")).toThrow(wireError);
  });

  it("of length: the limit is 1023 characters unless the caller says otherwise", () => {
    const long = encodeBech32("secret", new Uint8Array(630));
    const longer = encodeBech32("secret", new Uint8Array(1000));
    expect(decodeBech32(long).data).toHaveLength(630);
    expect(failureOf(longer)).toEqual({ kind: "length", part: "text" });
    expect(decodeBech32(longer, 5000).data).toHaveLength(1000);
    expect(failureOf(good, 20).kind).toBe("length");
    expect(MAX_BECH32_CHARACTERS).toBe(1023);
  });

  it("on noise are values, never other errors", () => {
    const noise = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string().map((tail) => `secret1${tail}`),
    );
    fc.assert(
      fc.property(noise, (text) => {
        tryDecodeBech32(text);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Puts the right checksum behind words that need not be whole bytes (BIP-173). */
function withChecksum(prefix: string, words: string): string {
  const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  const values = [...words].map((word) => alphabet.indexOf(word));
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let checksum = 1;
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  for (const value of [...codes.map((c) => c >> 5), 0, ...codes.map((c) => c & 31), ...values, 0, 0, 0, 0, 0, 0]) {
    const top = checksum >> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    for (let i = 0; i < 5; i++) if (((top >> i) & 1) === 1) checksum ^= generator[i]!;
  }
  checksum ^= 1;
  const tail = [25, 20, 15, 10, 5, 0].map((shift) => alphabet[(checksum >> shift) & 31]).join("");
  return `${prefix}1${words}${tail}`;
}

describe("properties", () => {
  it("CosmJS reads what is written and writes the same", () => {
    fc.assert(
      fc.property(fc.constantFrom("secret", "secretvaloper", "cosmos", "x"), data, (prefix, bytes) => {
        const text = encodeBech32(prefix, bytes);
        expect(text).toBe(cosmjs.toBech32(prefix, bytes));
        expect(toHex(cosmjs.fromBech32(text, 1023).data)).toBe(toHex(bytes));
      }),
    );
  });

  it("reads what is written, also in upper case", () => {
    fc.assert(
      fc.property(prefixes, data, (prefix, bytes) => {
        const text = encodeBech32(prefix, bytes);
        expect(decodeBech32(text)).toEqual({ prefix, data: bytes });
        expect(decodeBech32(text.toUpperCase())).toEqual({ prefix, data: bytes });
      }),
    );
  });

  it("finds up to four changed characters", () => {
    const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const change = fc.record({ at: fc.nat(37), by: fc.integer({ min: 1, max: 31 }) });
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        fc.uniqueArray(change, { minLength: 1, maxLength: 4, selector: ({ at }) => at }),
        (bytes, changes) => {
          const characters = [...encodeBech32("secret", bytes)];
          for (const { at, by } of changes) {
            const old = alphabet.indexOf(characters[7 + at]!);
            characters[7 + at] = alphabet[(old + by) % 32]!;
          }
          expect(failureOf(characters.join("")).kind).toBe("checksum");
        },
      ),
    );
  });

  it.each(["", "Secret", "a b", "é", "x".repeat(84)])("refuses to write the prefix %j", (prefix) => {
    expect(() => encodeBech32(prefix, new Uint8Array(1))).toThrow(wireError);
  });
});
