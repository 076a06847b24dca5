/**
 * Every trap and its class (spec 03 §2.3). V8's messages are no interface: a version that changes one fails here.
 */
import { describe, expect, it } from "vitest";
import { run, runQuery } from "./support/backend.ts";
import { contract, cost, QUERY_ARGS_GAS } from "./support/wat.ts";

const RETURN = ["i32.const 16"];
/** Where the real memory of a contract with one page ends: four pages of reserve (spec 06 §0b.1). */
const REAL_END = 5 * 65_536;
const NEGATIVE_MINIMUM_32 = "i32.const -2147483648";
const NEGATIVE_MINIMUM_64 = "i64.const -9223372036854775808";

describe("traps", () => {
  it.each([
    ["unreachable", ["unreachable"], "ContractPanic"],
    ["i32.div_s overflow", [NEGATIVE_MINIMUM_32, "i32.const -1", "i32.div_s", "drop"], "ContractPanic"],
    ["i64.div_s overflow", [NEGATIVE_MINIMUM_64, "i64.const -1", "i64.div_s", "drop"], "ContractPanic"],
    ["i32.div_s by zero", ["i32.const 1", "local.get $i", "i32.div_s", "drop"], "DivisionByZero"],
    ["i32.div_u by zero", ["i32.const 1", "local.get $i", "i32.div_u", "drop"], "DivisionByZero"],
    ["i64.div_s by zero", ["i64.const 1", "local.get $l", "i64.div_s", "drop"], "DivisionByZero"],
    ["i64.div_u by zero", ["i64.const 1", "local.get $l", "i64.div_u", "drop"], "DivisionByZero"],
    ["i32.rem_s by zero", ["i32.const 1", "local.get $i", "i32.rem_s", "drop"], "DivisionByZero"],
    ["i32.rem_u by zero", ["i32.const 1", "local.get $i", "i32.rem_u", "drop"], "DivisionByZero"],
    ["i64.rem_s by zero", ["i64.const 1", "local.get $l", "i64.rem_s", "drop"], "DivisionByZero"],
    ["i64.rem_u by zero", ["i64.const 1", "local.get $l", "i64.rem_u", "drop"], "DivisionByZero"],
    ["load out of bounds", [`i32.const ${REAL_END - 3}`, "i32.load", "drop"], "OutOfBounds"],
    ["load at a negative address", ["i32.const -1", "i32.load8_u", "drop"], "OutOfBounds"],
    ["load with a large offset", ["i32.const 0", "i64.load offset=4294967295", "drop"], "OutOfBounds"],
    ["store out of bounds", [`i32.const ${REAL_END}`, "i32.const 1", "i32.store8", "nop"], "OutOfBounds"],
  ])("%s", (_what, query, kind) => {
    const outcome = runQuery({ query: [...query, ...RETURN] });
    expect(outcome.error?.kind).toBe(kind);
    expect(outcome.gas.exhausted).toBe(0n);
  });

  it("are not what the remainder of the smallest number by −1 does", () => {
    expect(
      runQuery({ query: [NEGATIVE_MINIMUM_32, "i32.const -1", "i32.rem_s", "drop", ...RETURN] }).error,
    ).toBeUndefined();
  });

  it("keep the gas that was charged", () => {
    const query = ["i32.const 1", "drop", "unreachable"];
    expect(runQuery({ query }).gas.used).toBe(QUERY_ARGS_GAS + cost(query));
  });

  it("of memory follow its growth", () => {
    const load = [`i32.const ${REAL_END}`, "i32.load", "drop", ...RETURN];
    const grown = (pages: number) => runQuery({ query: [`i32.const ${pages}`, "memory.grow", "drop", ...load] });
    expect(runQuery({ query: load }).error?.kind).toBe("OutOfBounds");
    expect(grown(4).error?.kind).toBe("OutOfBounds");
    expect(grown(5).error).toBeUndefined();
  });

  it("do not meet accesses within the reserve, which the reference refuses", () => {
    expect(runQuery({ query: ["i32.const 65536", "i32.load", "drop", ...RETURN] }).error).toBeUndefined();
    const full = (address: number) => ({
      query: [`i32.const ${address}`, "i32.load8_u", "drop", ...RETURN],
      pages: 192,
    });
    expect(runQuery(full(192 * 65_536 - 1)).error).toBeUndefined();
    expect(runQuery(full(192 * 65_536)).error?.kind).toBe("OutOfBounds");
  });
});

describe("indirect calls", () => {
  const table = `(type $good (func (result i32))) (type $bad (func (param i32) (result i32))) (table 4 10 funcref)
    (elem (i32.const 1) $target $other) (func $target (type $good) i32.const 16) (func $other (type $bad) local.get 0)`;
  const through = (index: number): readonly string[] => [`i32.const ${index}`, "call_indirect (type $good)"];

  it.each([
    ["the function", 1, undefined],
    ["another signature", 2, "IndirectCallTypeMismatch"],
    ["a null entry", 0, "NonExistentResource"],
    ["a null entry after the elements", 3, "NonExistentResource"],
    ["an index beyond the table", 4, "NonExistentResource"],
    ["an index beyond its maximum", 1000, "NonExistentResource"],
    ["a negative index", -1, "NonExistentResource"],
  ])("through %s", (_what, index, kind) => {
    expect(runQuery({ query: through(index), fields: table }).error?.kind).toBe(kind);
  });

  it("are told apart by the failing call, not by an earlier one", () => {
    const query = [...through(1), "drop", ...through(2)];
    expect(runQuery({ query, fields: table }).error?.kind).toBe("IndirectCallTypeMismatch");
    const nested = `${table} (func $deep (result i32) i32.const 2 i32.const 1 call_indirect (type $good) drop
      call_indirect (type $good))`;
    expect(runQuery({ query: ["call $deep"], fields: nested }).error?.kind).toBe("IndirectCallTypeMismatch");
  });

  it("do not blame the table for other traps", () => {
    const query = [...through(1), "drop", "unreachable"];
    expect(runQuery({ query, fields: table }).error?.kind).toBe("ContractPanic");
  });
});

describe("the stack counter", () => {
  const ways: readonly (readonly [string, string])[] = [
    ["its end", "local.get 0 call $leaf"],
    ["return", "local.get 0 call $leaf return"],
    ["return out of blocks", "block loop local.get 0 call $leaf return end end unreachable"],
    ["br to the function", "block local.get 0 call $leaf br 1 end unreachable"],
    ["br_if to the function", "local.get 0 call $leaf i32.const 1 br_if 0 drop i32.const 9"],
    ["br_table to the function", "block local.get 0 call $leaf i32.const 7 br_table 1 1 end unreachable"],
  ];

  it.each(ways)("is restored when a function is left by %s", (_way, body) => {
    const fields = `(func $leaf (param i32) (result i32) local.get 0)
      (func $f (param i32) (result i32) ${body})`;
    const query = [
      ...["loop", "local.get $i", "call $f", "i32.const 1", "i32.add", "local.tee $i"],
      ...["i32.const 50000", "i32.lt_u", "br_if 0", "end", "i32.const 64", "local.get $i", "i32.store", ...RETURN],
    ];
    const outcome = runQuery({ query, fields });
    expect(outcome.error).toBeUndefined();
    expect(outcome.output).toEqual(Uint8Array.of(0x50, 0xc3, 0, 0));
  });
});

describe("imports that do not exist", () => {
  const unknown = (body: string) =>
    contract({ query: [body, ...RETURN] }).replace(
      "(module",
      '(module (import "env" "db_scan" (func $scan (param i32) (result i32))) (import "__proto__" "constructor" (func $odd))',
    );

  it("fail when they are called, not before", () => {
    expect(run(unknown("nop")).error).toBeUndefined();
    expect(run(unknown("(drop (call $scan (i32.const 1)))")).error?.kind).toBe("FailedFunctionCall");
    expect(run(unknown("call $odd")).error?.kind).toBe("FailedFunctionCall");
  });
});

describe("floats at run time", () => {
  it.each([
    ["a constant", ["f64.const 1", "drop"]],
    ["a load", ["i32.const 64", "f32.load", "drop"]],
    ["a conversion", ["i32.const 1", "f32.convert_i32_s", "drop"]],
    ["a comparison", ["f32.const 1", "f32.const 2", "f32.lt", "drop"]],
    ["a value that is consumed and returned", ["f64.const 1", "f64.const 2", "f64.add", "i32.trunc_f64_s", "drop"]],
  ])("trap on %s like unreachable, after the sequence was charged", (_what, lines) => {
    const query = [...lines, ...RETURN];
    const outcome = runQuery({ query });
    expect(outcome.error?.kind).toBe("ContractPanic");
    expect(outcome.gas.used).toBe(QUERY_ARGS_GAS + cost(query));
  });

  it("run as long as no float operator is reached", () => {
    const query = ["i32.const 0", "if", "f64.const 1", "f64.sqrt", "drop", "end", ...RETURN];
    expect(runQuery({ query }).error).toBeUndefined();
    const moves = ["call $move", ...RETURN];
    const fields = "(func $move (local f32 f64) local.get 0 local.set 0 local.get 1 drop)";
    expect(runQuery({ query: moves, fields }).error).toBeUndefined();
  });
});
