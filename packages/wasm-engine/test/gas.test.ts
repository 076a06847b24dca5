/** Metering rules of spec 03 §2.3 and 06 §2: each expectation is computed from the rule and the listed instructions. */
import { describe, expect, it } from "vitest";
import { runQuery } from "./support/backend.ts";
import { ALLOCATE_GAS, cost, QUERY_ARGS_GAS } from "./support/wat.ts";

const RETURN = ["i32.const 16"];

/** Gas of the query alone. */
function queryGas(query: readonly string[], fields = ""): bigint {
  const outcome = runQuery({ query, fields });
  expect(outcome.error).toBeUndefined();
  expect(outcome.gas.exhausted).toBe(0n);
  return outcome.gas.used - QUERY_ARGS_GAS;
}

describe("instruction sequences", () => {
  it("charges 2 for each instruction of the body", () => {
    const body = ["i32.const 1", "i32.const 2", "i32.add", "drop", "i64.const -1", "local.set $l", ...RETURN];
    expect(queryGas(body)).toBe(cost(body));
  });

  it("charges the allocation of each argument to the same meter", () => {
    expect(runQuery({ query: RETURN }).gas.used).toBe(2n * ALLOCATE_GAS + cost(RETURN));
  });

  it("does not count nop", () => {
    expect(queryGas(["nop", "nop", ...RETURN, "nop"])).toBe(cost(RETURN));
  });

  it("counts a block once in its parent and its body apart", () => {
    const inner = ["i32.const 1", "drop"];
    expect(queryGas(["block", ...inner, "end", ...RETURN])).toBe(cost(["block", ...RETURN], inner));
  });

  it("charges nested blocks each", () => {
    const a = ["i32.const 1", "drop"];
    const b = ["i32.const 1", "i32.const 2", "drop", "drop"];
    const text = ["block", ...a, "block", ...b, "end", "end", ...RETURN];
    expect(queryGas(text)).toBe(cost(["block", ...RETURN], [...a, "block"], b));
  });

  it("charges nothing for an empty block but its own instruction", () => {
    expect(queryGas(["block", "end", ...RETURN])).toBe(cost(["block", ...RETURN]));
  });

  it("charges a loop's body again on every entry", () => {
    const body = ["local.get $i", "i32.const 1", "i32.add", "local.tee $i", "i32.const 5", "i32.lt_u", "br_if 0"];
    const outer = ["loop", ...RETURN];
    expect(queryGas(["loop", ...body, "end", ...RETURN])).toBe(cost(outer) + 5n * cost(body));
  });

  it("charges an inner block of a loop on every iteration", () => {
    const inner = ["i32.const 0", "drop"];
    const tail = ["local.get $i", "i32.const 1", "i32.add", "local.tee $i", "i32.const 3", "i32.lt_u", "br_if 0"];
    const gas = queryGas(["loop", "block", ...inner, "end", ...tail, "end", ...RETURN]);
    expect(gas).toBe(cost(["loop", ...RETURN]) + 3n * cost(["block", ...tail], inner));
  });

  it("does not refund what a forward br_if skips, and goes on counting after it", () => {
    const inner = ["i32.const 1", "br_if 0", "i32.const 7", "drop", "i32.const 8", "drop"];
    expect(queryGas(["block", ...inner, "end", ...RETURN])).toBe(cost(["block", ...RETURN], inner));
  });

  it("does not refund the rest of an outer sequence that an inner branch leaves", () => {
    const a = ["block"];
    const skipped = ["i32.const 7", "drop"];
    const b = ["br 1"];
    const gas = queryGas(["block", "block", ...b, "end", ...skipped, "end", ...RETURN]);
    expect(gas).toBe(cost(["block", ...RETURN], [...a, ...skipped], b));
  });
});

describe("dead code", () => {
  const dead = ["i32.const 1", "drop", "block", "i32.const 1", "drop", "end", "i32.const 1", "memory.grow", "drop"];

  it("drops what follows br", () => {
    expect(queryGas(["block", "br 0", ...dead, "end", ...RETURN])).toBe(cost(["block", ...RETURN], ["br 0"]));
  });

  it("drops what follows return, nested blocks and ifs with else included", () => {
    const nested = ["i32.const 1", "if", "nop", "else", "i32.const 2", "drop", "end"];
    const body = [...RETURN, "return"];
    expect(queryGas([...body, ...dead, ...nested, ...RETURN])).toBe(cost(body));
  });

  it("drops what follows br_table", () => {
    const inner = ["i32.const 0", "br_table 0 0"];
    expect(queryGas(["block", ...inner, ...dead, "end", ...RETURN])).toBe(cost(["block", ...RETURN], inner));
  });

  it("drops what follows unreachable", () => {
    const outcome = runQuery({ query: ["unreachable", ...dead, ...RETURN] });
    expect(outcome.error?.kind).toBe("ContractPanic");
    expect(outcome.gas.used).toBe(QUERY_ARGS_GAS + cost(["unreachable"]));
  });

  it("ends with the sequence: the parent and the else arm are alive", () => {
    const then = ["br 0"];
    const otherwise = ["i32.const 3", "drop"];
    const text = (flag: number) => [
      `i32.const ${flag}`,
      "if",
      ...then,
      ...dead,
      "else",
      ...otherwise,
      "end",
      ...RETURN,
    ];
    const parent = cost(["i32.const", "if", ...RETURN]);
    expect(queryGas(text(1))).toBe(parent + cost(then));
    expect(queryGas(text(0))).toBe(parent + cost(otherwise));
  });

  it("keeps values that the dead code would have consumed well typed", () => {
    const inner = ["i32.const 16", "br 0"];
    const text = ["block (result i32)", ...inner, "i32.add", "i32.const 4", "i32.mul", "end"];
    expect(queryGas(text)).toBe(cost(["block"], inner));
  });
});

describe("if", () => {
  it("charges the arm that runs and 1 for the whole in the parent", () => {
    const yes = ["i32.const 1", "drop"];
    const no = ["i32.const 1", "i32.const 2", "drop", "drop"];
    const text = (flag: number) => [`i32.const ${flag}`, "if", ...yes, "else", ...no, "end", ...RETURN];
    const parent = cost(["i32.const", "if", ...RETURN]);
    expect(queryGas(text(1))).toBe(parent + cost(yes));
    expect(queryGas(text(0))).toBe(parent + cost(no));
  });

  it("charges nothing for a missing or an empty else", () => {
    const yes = ["i32.const 1", "drop"];
    const parent = cost(["i32.const", "if", ...RETURN]);
    expect(queryGas(["i32.const 0", "if", ...yes, "end", ...RETURN])).toBe(parent);
    expect(queryGas(["i32.const 0", "if", ...yes, "else", "end", ...RETURN])).toBe(parent);
    expect(queryGas(["i32.const 1", "if", ...yes, "end", ...RETURN])).toBe(parent + cost(yes));
  });
});

describe("branches and calls", () => {
  it("charges br_table by the sequences its target leads through", () => {
    const table = (index: number) => [`i32.const ${index}`, "br_table 0 1 2"];
    const text = (index: number) => [
      "block",
      "block",
      "block",
      ...table(index),
      "end",
      "i32.const 1",
      "drop",
      "end",
      "i32.const 1",
      "drop",
      "end",
      ...RETURN,
    ];
    const all = cost(["block", ...RETURN], ["block", "i32.const", "drop"], ["block", "i32.const", "drop"], table(0));
    for (const index of [0, 1, 2, 9]) expect(queryGas(text(index))).toBe(all);
  });

  it("charges br_table into a loop on each entry", () => {
    const body = [
      "local.get $i",
      "i32.const 1",
      "i32.add",
      "local.tee $i",
      "i32.const 2",
      "i32.gt_u",
      "br_table 0 1 1",
    ];
    const gas = queryGas(["block", "loop", ...body, "end", "end", ...RETURN]);
    expect(gas).toBe(cost(["block", ...RETURN], ["loop"]) + 3n * cost(body));
  });

  it("charges a call as one instruction and the callee's body", () => {
    const callee = ["local.get 0", "i32.const 1", "i32.add"];
    const body = ["i32.const 15", "call $add"];
    const fields = `(func $add (param i32) (result i32) ${callee.join(" ")})`;
    expect(queryGas(body, fields)).toBe(cost(body, callee));
  });

  it("charges call_indirect as one instruction", () => {
    const callee = ["local.get 0", "i32.const 1", "i32.add"];
    const body = ["i32.const 15", "i32.const 1", "call_indirect (type $t)"];
    const fields = `(type $t (func (param i32) (result i32))) (table 2 funcref) (elem (i32.const 1) $add)
      (func $add (type $t) ${callee.join(" ")})`;
    expect(queryGas(body, fields)).toBe(cost(body, callee));
  });

  it("charges recursion", () => {
    const head = ["local.get 0", "i32.eqz", "if", "local.get 0", "i32.const 1", "i32.sub", "call $f"];
    const then = ["i32.const 16", "return"];
    const fields = `(func $f (param i32) (result i32)
      local.get 0 i32.eqz if ${then.join(" ")} end local.get 0 i32.const 1 i32.sub call $f)`;
    expect(queryGas(["i32.const 6", "call $f"], fields)).toBe(cost(["i32.const", "call"], then) + 7n * cost(head));
  });

  it("counts the sign-extension operators like any other", () => {
    const body = ["i32.const 255", "i32.extend8_s", "drop", "i64.const 1", "i64.extend32_s", "local.set $l", ...RETURN];
    expect(queryGas(body)).toBe(cost(body));
  });
});
