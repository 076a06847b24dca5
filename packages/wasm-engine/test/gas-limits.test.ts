/** Out of gas to the unit, memory.grow, and the report of spec 03 §2.4. */
import { describe, expect, it } from "vitest";
import { runQuery } from "./support/backend.ts";
import { ALLOCATE_GAS, cost, QUERY_ARGS_GAS } from "./support/wat.ts";

const RETURN = ["i32.const 16"];
const GROW_HELPER = 14n * 2n;
const GROW_FAILED_ARM = 3n * 2n;
const PAGE = 8192n;

describe("running out", () => {
  const inner = ["i32.const 1", "i32.const 2", "i32.add", "drop"];
  const query = ["block", ...inner, "end", ...RETURN];
  const outer = cost(["block", ...RETURN]);
  const total = QUERY_ARGS_GAS + outer + cost(inner);

  it("succeeds with exactly enough", () => {
    const outcome = runQuery({ query }, { gasLimit: total });
    expect(outcome.error).toBeUndefined();
    expect(outcome.gas).toMatchObject({ remaining: 0n, exhausted: 0n, used: total });
  });

  it("fails one short, with the whole cost of the sequence that did not fit", () => {
    const outcome = runQuery({ query }, { gasLimit: total - 1n });
    expect(outcome.error?.kind).toBe("OutOfGas");
    expect(outcome.gas.exhausted).toBe(cost(inner));
    expect(outcome.gas.remaining).toBe(cost(inner) - 1n);
    expect(outcome.gas.used).toBe(total);
  });

  it("fails at the entry point's own sequence", () => {
    const outcome = runQuery({ query }, { gasLimit: QUERY_ARGS_GAS });
    expect(outcome.error?.kind).toBe("OutOfGas");
    expect(outcome.gas).toMatchObject({ remaining: 0n, exhausted: outer, used: QUERY_ARGS_GAS + outer });
  });

  it("is a failed allocation when allocate runs out while the arguments are passed", () => {
    const outcome = runQuery({ query }, { gasLimit: ALLOCATE_GAS });
    expect(outcome.error?.kind).toBe("MemoryAllocationError");
    expect(outcome.gas).toMatchObject({ remaining: 0n, exhausted: ALLOCATE_GAS, used: 2n * ALLOCATE_GAS });
  });

  it("ends an endless loop", () => {
    const outcome = runQuery({ query: ["loop", "i32.const 0", "drop", "br 0", "end", "unreachable"] });
    expect(outcome.error?.kind).toBe("OutOfGas");
    expect(outcome.gas.exhausted).toBe(6n);
  });

  it("meters unsigned: limits above 2^63 are not negative", () => {
    const gasLimit = 2n ** 64n - 1n;
    const outcome = runQuery({ query }, { gasLimit });
    expect(outcome.error).toBeUndefined();
    expect(outcome.gas).toMatchObject({ used: total, remaining: gasLimit - total });
  });

  it("refuses limits that are no u64", () => {
    expect(() => runQuery({ query }, { gasLimit: -1n })).toThrow();
    expect(() => runQuery({ query }, { gasLimit: 2n ** 64n })).toThrow();
  });
});

describe("memory.grow", () => {
  const grow = (pages: number, after: readonly string[] = ["drop", ...RETURN]) => [
    `i32.const ${pages}`,
    "memory.grow",
    ...after,
  ];
  const base = QUERY_ARGS_GAS + cost(grow(0));
  /** Stores the result at 64, so that the returned region shows it. */
  const shown = (pages: number) => ["i32.const 64", `i32.const ${pages}`, "memory.grow", "i32.store", ...RETURN];
  const shownBase = QUERY_ARGS_GAS + cost(shown(0));

  it.each([0, 1, 5, 191])("charges 28 and 8192 a page: %i pages", (pages) => {
    const outcome = runQuery({ query: grow(pages) });
    expect(outcome.gas.used).toBe(base + GROW_HELPER + PAGE * BigInt(pages));
    expect(outcome.error).toBeUndefined();
  });

  it("returns the previous size", () => {
    expect(runQuery({ query: shown(3), pages: 7 }).output).toEqual(Uint8Array.of(7, 0, 0, 0));
  });

  it("returns −1 above 192 pages, after the charge", () => {
    const outcome = runQuery({ query: shown(192) });
    expect(outcome.output).toEqual(Uint8Array.of(255, 255, 255, 255));
    expect(outcome.gas.used).toBe(shownBase + GROW_HELPER + 192n * PAGE);
    expect(runQuery({ query: shown(191) }).output).toEqual(Uint8Array.of(1, 0, 0, 0));
  });

  it("counts memory.size as an ordinary instruction and shows the new size", () => {
    const query = ["i32.const 2", "memory.grow", "drop", "i32.const 64", "memory.size", "i32.store", ...RETURN];
    const outcome = runQuery({ query });
    expect(outcome.output).toEqual(Uint8Array.of(3, 0, 0, 0));
    expect(outcome.gas.used).toBe(QUERY_ARGS_GAS + cost(query) + GROW_HELPER + 2n * PAGE);
  });

  it("meters every grow in a loop", () => {
    const body = [
      ...grow(1, ["drop"]),
      "local.get $i",
      "i32.const 1",
      "i32.add",
      "local.tee $i",
      "i32.const 4",
      "i32.lt_u",
      "br_if 0",
    ];
    const outcome = runQuery({ query: ["loop", ...body, "end", ...RETURN] });
    expect(outcome.gas.used).toBe(QUERY_ARGS_GAS + cost(["loop", ...RETURN]) + 4n * (cost(body) + GROW_HELPER + PAGE));
  });

  it("runs out in the pages: 6 more are taken first", () => {
    const gasLimit = base + GROW_HELPER + PAGE - 1n;
    const outcome = runQuery({ query: grow(1) }, { gasLimit });
    expect(outcome.error?.kind).toBe("OutOfGas");
    expect(outcome.gas).toMatchObject({
      exhausted: PAGE,
      remaining: PAGE - 1n - GROW_FAILED_ARM,
      used: base + GROW_HELPER + GROW_FAILED_ARM + PAGE,
    });
    expect(runQuery({ query: grow(1) }, { gasLimit: gasLimit + 1n }).error).toBeUndefined();
  });

  it("runs out in the failing arm when less than 6 is left", () => {
    const outcome = runQuery({ query: grow(1) }, { gasLimit: base + GROW_HELPER + 5n });
    expect(outcome.error?.kind).toBe("OutOfGas");
    expect(outcome.gas).toMatchObject({ exhausted: GROW_FAILED_ARM, remaining: 5n });
    const six = runQuery({ query: grow(1) }, { gasLimit: base + GROW_HELPER + 6n });
    expect(six.gas).toMatchObject({ exhausted: PAGE, remaining: 0n });
  });

  it("runs out in the meter's own 28", () => {
    const outcome = runQuery({ query: grow(1) }, { gasLimit: base + GROW_HELPER - 1n });
    expect(outcome.gas).toMatchObject({
      exhausted: GROW_HELPER,
      remaining: GROW_HELPER - 1n,
      used: base + GROW_HELPER,
    });
  });

  it("sign-extends: a negative count never fits and the report saturates", () => {
    const outcome = runQuery({ query: grow(-1) });
    expect(outcome.error?.kind).toBe("OutOfGas");
    expect(outcome.gas.exhausted).toBe(2n ** 64n - PAGE);
    const spent = base + GROW_HELPER + GROW_FAILED_ARM;
    expect(outcome.gas.used).toBe(2n ** 64n - PAGE + spent);
    const more = ["i32.const 4", "memory.grow", "drop", ...grow(-1)];
    expect(runQuery({ query: more }).gas.used).toBe(2n ** 64n - 1n);
  });

  it("is free for the initial memory", () => {
    expect(runQuery({ query: RETURN, pages: 192 }).gas.used).toBe(QUERY_ARGS_GAS + cost(RETURN));
  });
});
