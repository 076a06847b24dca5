/** Regions between host and guest (spec 03 §1.2), and the failures of `allocate`. */
import { describe, expect, it } from "vitest";
import { memoryBackend, runQuery } from "./support/backend.ts";
import { ALLOCATE, cost, QUERY_ARGS_GAS } from "./support/wat.ts";

const END = 65_536;

/** Text that stores a region at 1024 and leaves its pointer. */
function region(offset: number, capacity: number, length: number, at = 1024): string[] {
  return [
    ...[offset, capacity, length].flatMap((value, i) => [
      `i32.const ${at}`,
      `i32.const ${value}`,
      `i32.store offset=${4 * i}`,
    ]),
    `i32.const ${at}`,
  ];
}

describe("reading the result", () => {
  it.each([
    ["a region within memory", region(64, 4, 4), 4],
    ["length beyond capacity: it is not consulted", region(64, 0, 8), 8],
    ["an empty region", region(64, 0, 0), 0],
    ["content that ends with memory", region(END - 8, 8, 8), 8],
    ["an empty region at the end of memory", region(END, 0, 0), 0],
  ])("accepts %s", (_what, query, length) => {
    expect(runQuery({ query }).output).toHaveLength(length);
  });

  it.each([
    ["a null pointer", ["i32.const 0"]],
    ["a pointer beyond memory", ["i32.const 65536"]],
    ["a negative pointer", ["i32.const -1"]],
    ["a header that crosses the end", [`i32.const ${END - 11}`]],
    ["a null offset", region(0, 4, 4)],
    ["an offset beyond memory", region(END + 1, 0, 0)],
    ["content that crosses the end", region(END - 8, 9, 9)],
    ["a length of 4 GiB", region(64, -1, -1)],
    ["an offset of 4 GiB", region(-1, -1, 1)],
  ])("refuses %s", (_what, query) => {
    const outcome = runQuery({ query });
    expect(outcome.error?.kind).toBe("MemoryReadError");
    expect(outcome.gas.used).toBe(QUERY_ARGS_GAS + cost(query));
  });

  it("copies: the output does not change with the guest", () => {
    const outcome = runQuery({ query: ["local.get $msg"] }, { msg: Uint8Array.of(1, 2, 3) });
    expect(outcome.output).toEqual(Uint8Array.of(1, 2, 3));
    expect((outcome.output as Uint8Array).buffer.byteLength).toBe(3);
  });

  it("sees memory that has grown", () => {
    const query = ["i32.const 1", "memory.grow", "drop", ...region(END + 5, 4, 4)];
    expect(runQuery({ query }).output).toEqual(new Uint8Array(4));
  });
});

describe("writing into a region of the guest", () => {
  const write = (to: readonly string[]) => ({
    query: [...to.slice(0, -1), "i32.const 16", ...to.slice(-1), "call $addr_humanize", "drop", "i32.const 1024"],
    imports: ["addr_humanize"],
  });
  // "secret1" and the four bytes of region 16 in hex: 15 bytes
  const LENGTH = 15;

  it("sets the length and leaves the capacity", () => {
    expect(new TextDecoder().decode(runQuery(write(region(2048, LENGTH, 0))).output)).toBe("secret16b657931");
    expect(runQuery(write(region(END - LENGTH, 99, 0))).output).toHaveLength(LENGTH);
  });

  it.each([
    ["too small a capacity", region(2048, LENGTH - 1, 0), "MemoryReadError"],
    ["a null offset", region(0, 64, 0), "MemoryReadError"],
    ["a null pointer", ["i32.const 0"], "MemoryReadError"],
    ["content that crosses the end", region(END - LENGTH + 1, 64, 0), "MemoryWriteError"],
  ])("refuses %s", (_what, to, kind) => {
    expect(runQuery(write(to)).error?.kind).toBe(kind);
  });
});

describe("allocate", () => {
  const query = ["i32.const 16"];

  it.each([
    ["traps", ["unreachable"]],
    ["divides by zero", ["i32.const 1", "i32.const 0", "i32.div_u"]],
    ["never returns", ["loop", "i32.const 0", "drop", "br 0", "end", "unreachable"]],
  ])("fails the call as an allocation when it %s", (_what, allocate) => {
    const outcome = runQuery({ query, allocate });
    expect(outcome.error?.kind).toBe("MemoryAllocationError");
    expect(outcome).not.toHaveProperty("nativeStackOverflow");
  });

  it("also when an import inside of it fails", () => {
    const allocate = ["i32.const 0", "call $db_read"];
    expect(runQuery({ query, allocate, imports: ["db_read"] }).error?.kind).toBe("MemoryAllocationError");
  });

  it("also when host and guest call each other without end", () => {
    const backend = memoryBackend({ read: () => ({ value: Uint8Array.of(1), externalGas: 0n }) });
    const allocate = ["i32.const 16", "call $db_read"];
    const outcome = runQuery({ query, allocate, imports: ["db_read"] }, { backend });
    expect(outcome.error?.kind).toBe("MemoryAllocationError");
    expect(outcome.gas.exhausted).toBe(0n);
    expect(outcome).not.toHaveProperty("nativeStackOverflow");
  });

  it("is not the failure when what it returned cannot take the bytes", () => {
    expect(runQuery({ query, allocate: ["i32.const 0"] }).error?.kind).toBe("MemoryReadError");
    expect(runQuery({ query, allocate: ["i32.const 32"] }).output).toBeDefined();
  });

  it("counts as missing with another signature", () => {
    const fields = `(func (export "query") (param i32 i32) (result i32) i32.const 16)`;
    const text = { allocate: [...ALLOCATE], fields };
    expect(runQuery(text).output).toBeDefined();
  });
});
