/** Address imports: the exact texts of spec 03 §1.4, "Address functions". */

import { VmError } from "@enclavenet/wasm-engine";
import { describe, expect, it } from "vitest";
import { memoryBackend, runQuery } from "./support/backend.ts";

const OUT = "i32.const 32";

/** Result of an address import for `input`: the error's text, or the destination's bytes. */
function ask(name: string, input: string | Uint8Array, backend = memoryBackend()): string {
  const oneArgument = name === "addr_validate";
  const query = [
    "local.get $msg",
    ...(oneArgument ? [] : [OUT]),
    `call $${name}`,
    "local.tee $i",
    "if (result i32)",
    "local.get $i",
    "else",
    OUT,
    "end",
  ];
  const msg = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const outcome = runQuery({ query, imports: [name], pages: 20 }, { msg, backend });
  if (outcome.output === undefined) return `trap ${outcome.error.kind}`;
  return new TextDecoder().decode(outcome.output);
}

const INVALID_UTF8 = Uint8Array.of(0xff, 0xfe);

describe("canonicalize_address (v0.10)", () => {
  const name = "canonicalize_address";
  it.each([
    ["secret1414243", "ABC"],
    ["  \u0085\u3000secret14142 \n", "AB"],
    ["", "input is empty"],
    [" \t\u2003", "input is empty"],
    ["\ufeffsecret141", "invalid length"],
    ["bad", "invalid length"],
    ["cosmos141", 'wrong address prefix: "cosmos"'],
    ['a"\\b141', 'wrong address prefix: "a\\"\\\\b"'],
  ])("%j → %s", (input, expected) => {
    expect(ask(name, input)).toBe(expected);
  });
  it("refuses text that is not UTF-8", () => {
    expect(ask(name, INVALID_UTF8)).toBe("input is not valid UTF-8");
  });
  // Work must grow with the text and no faster: with its square this would run for most of a minute.
  it("looks at long runs of white space inside a text once", { timeout: 20_000 }, () => {
    expect(ask(name, `a${" ".repeat(1 << 18)}b`)).toBe("invalid length");
    expect(ask(name, `${" ".repeat(1 << 18)}secret14142${"\u3000".repeat(1 << 15)}`)).toBe("AB");
  });
});

describe("addr_canonicalize (v1)", () => {
  const name = "addr_canonicalize";
  it.each([
    ["secret1414243", "ABC"],
    [" secret141", "invalid length"],
    ["", "Input is empty"],
    ["cosmos141", 'wrong address prefix: "cosmos"'],
  ])("%j → %s", (input, expected) => {
    expect(ask(name, input)).toBe(expected);
  });
  it("refuses text that is not UTF-8", () => {
    expect(ask(name, INVALID_UTF8)).toBe("input is not valid UTF-8");
  });
  it("fails when the destination is too small", () => {
    expect(ask(name, `secret1${"41".repeat(64)}`)).toBe("A".repeat(64));
    expect(ask(name, `secret1${"41".repeat(65)}`)).toBe("trap MemoryReadError");
  });
});

describe("addr_validate (v1)", () => {
  it.each([
    ["secret141", ""],
    ["", "Input is empty"],
    ["bad", "invalid length"],
    ["cosmos141", "Address is not normalized"],
  ])("%j → %j", (input, expected) => {
    expect(ask("addr_validate", input)).toBe(expected);
  });
  it("refuses text that is not UTF-8", () => {
    expect(ask("addr_validate", INVALID_UTF8)).toBe("Input is not valid UTF-8");
  });
  it("traps on what the decoder throws", () => {
    const { addresses } = memoryBackend();
    const decode = () => {
      throw new VmError("Unknown");
    };
    expect(ask("addr_validate", "secret141", memoryBackend({ addresses: { ...addresses, decode } }))).toBe(
      "trap Unknown",
    );
  });
});

describe("humanize_address, addr_humanize", () => {
  it.each(["humanize_address", "addr_humanize"])("%s encodes any length", (name) => {
    expect(ask(name, "AB")).toBe("secret14142");
    expect(ask(name, "")).toBe("secret1");
  });
});
