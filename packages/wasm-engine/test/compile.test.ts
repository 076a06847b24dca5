/** What `compileModule` refuses and notes: run-time rules of spec 03 §2.1, the float check of §2.2, linking of §1.4. */

import { compileModule, VmError } from "@enclavenet/wasm-engine";
import { describe, expect, it } from "vitest";
import { runQuery } from "./support/backend.ts";
import { assemble, contract } from "./support/wat.ts";

const RETURN = ["i32.const 16"];

/** Kind of the refusal, or undefined. */
function refusal(text: string | Uint8Array): string | undefined {
  try {
    compileModule(typeof text === "string" ? assemble(text) : text);
  } catch (error) {
    if (VmError.is(error)) return error.kind;
    throw error;
  }
  return undefined;
}

const withFields = (fields: string): string => contract({ query: RETURN, fields });

describe("structure", () => {
  it.each([
    ["a contract", withFields(""), undefined],
    ["192 pages", contract({ query: RETURN, pages: 192 }), undefined],
    ["193 pages", contract({ query: RETURN, pages: 193 }), "CannotInitializeWasmMemory"],
    ["512 pages", contract({ query: RETURN, pages: 512 }), "CannotInitializeWasmMemory"],
    ["a start function", withFields("(func $s) (start $s)"), "WasmModuleWithStart"],
    ["no memory", '(module (func (export "interface_version_8")))', "InvalidWasm"],
    [
      "an imported memory",
      '(module (import "env" "memory" (memory 1)) (func (export "interface_version_8")))',
      "InvalidWasm",
    ],
    ["an imported global", withFields("").replace("(module", '(module (import "env" "g" (global i32))'), "InvalidWasm"],
    [
      "an imported table",
      withFields("").replace("(module", '(module (import "env" "t" (table 1 funcref))'),
      "InvalidWasm",
    ],
    ["data at the end", withFields('(data (i32.const 65534) "ab")'), undefined],
    ["data beyond the end", withFields('(data (i32.const 65535) "ab")'), "InvalidWasm"],
    ["data at a negative offset", withFields('(data (i32.const -1) "a")'), "InvalidWasm"],
    ["elements within the table", withFields("(table 2 funcref) (elem (i32.const 1) $allocate)"), undefined],
    ["elements beyond the table", withFields("(table 2 funcref) (elem (i32.const 2) $allocate)"), "InvalidWasm"],
    ["a large table", withFields("(table 100001 funcref)"), "InvalidWasm"],
  ])("%s", (_what, text, kind) => {
    expect(refusal(text)).toBe(kind);
  });

  it("forces the maximum of memory to 192 whatever was declared", () => {
    const text = contract({ query: ["i32.const 3", "memory.grow", "drop", ...RETURN] });
    const limited = assemble(text.replace('(memory (export "memory") 1)', '(memory (export "memory") 1 2)'));
    expect(refusal(limited)).toBeUndefined();
    const grow = ["i32.const 64", "i32.const 3", "memory.grow", "i32.store", ...RETURN];
    expect(runQuery({ query: grow }).output).toEqual(Uint8Array.of(1, 0, 0, 0));
  });

  it("refuses code that does not validate", () => {
    const valid = assemble(contract({ query: ["i32.const 1", "i32.const 2", "i32.add"] }));
    const broken = valid.slice();
    const at = broken.lastIndexOf(0x6a);
    expect(at).toBeGreaterThan(0);
    broken[at] = 0x7c; // i64.add
    expect(refusal(valid)).toBeUndefined();
    expect(refusal(broken)).toBe("InvalidWasm");
  });

  it("refuses what is not well formed", () => {
    expect(refusal(new Uint8Array(0))).toBe("InvalidWasm");
    expect(refusal(new Uint8Array(3_145_729))).toBe("InvalidWasm");
  });
});

describe("linking", () => {
  it.each([
    ["the right signature", "(param i32) (result i32)", undefined],
    ["another result", "(param i32) (result i64)", "FailedFunctionCall"],
    ["no result", "(param i32)", "FailedFunctionCall"],
    ["more parameters", "(param i32 i32) (result i32)", "FailedFunctionCall"],
    ["another parameter", "(param i64) (result i32)", "FailedFunctionCall"],
  ])("demands of db_read %s", (_what, type, kind) => {
    const text = withFields("").replace("(module", `(module (import "env" "db_read" (func ${type}))`);
    expect(refusal(text)).toBe(kind);
  });

  it("knows every import for both interfaces, and leaves other modules alone", () => {
    const other =
      '(module (import "env" "humanize_address" (func (param i32 i32) (result i32))) (import "other" "db_read" (func (param f64)))';
    expect(refusal(withFields("").replace("(module", other))).toBeUndefined();
  });
});

describe("float check", () => {
  const floats = (fields: string): boolean => compileModule(assemble(withFields(fields))).hasFloats;

  it.each([
    ["nothing", ""],
    ["a result type", "(func (result f64) unreachable)"],
    ["an unused local", "(func (local f32))"],
    ["an unused global", "(global f64 (f64.const 1))"],
    ["dead code", "(func unreachable (drop (f64.const 1)))"],
    ["a block in dead code", "(func return (block (drop (f64.const 1))))"],
    ["a block type", "(func (drop (block (result f32) unreachable)))"],
    ["an unused type", "(type (func (param f64)))"],
    ["a conversion of integers", "(func (drop (i64.extend_i32_u (i32.const 1))))"],
  ])("does not see %s", (_what, fields) => {
    expect(floats(fields)).toBe(false);
  });

  it.each([
    ["a parameter", "(func (param f64))"],
    ["local.get", "(func (local i32 f32) (drop (local.get 1)))"],
    ["local.set", "(func $f (result f64) unreachable) (func (local f64) (local.set 0 (call $f)))"],
    ["local.tee", "(func $f (result f64) unreachable) (func (local f64) (drop (local.tee 0 (call $f))))"],
    ["global.get", "(global $g f32 (f32.const 0)) (func (drop (global.get $g)))"],
    [
      "global.set",
      "(func $f (result f64) unreachable) (global $g (mut f64) (f64.const 0)) (func (global.set $g (call $f)))",
    ],
    ["f32.const", "(func (drop (f32.const 0)))"],
    ["f64.const", "(func (drop (f64.const 0)))"],
    ["a load", "(func (drop (f64.load (i32.const 0))))"],
    ["a store", "(func $f (result f32) unreachable) (func (f32.store (i32.const 0) (call $f)))"],
    ["a reinterpretation", "(func (drop (f32.reinterpret_i32 (i32.const 0))))"],
    ["a truncation", "(func $f (result f32) unreachable) (func (drop (i32.trunc_f32_s (call $f))))"],
    ["a comparison", "(func $f (result f32) unreachable) (func (drop (f32.eq (call $f) (call $f))))"],
    ["a promotion", "(func $f (result f32) unreachable) (func (drop (f64.promote_f32 (call $f))))"],
  ])("sees %s", (_what, fields) => {
    expect(floats(fields)).toBe(true);
  });

  it("sees the type of an import", () => {
    const imported = (type: string) =>
      compileModule(assemble(withFields("").replace("(module", `(module (import "x" "y" (func ${type}))`))).hasFloats;
    expect(imported("(param f32)")).toBe(true);
    expect(imported("(result f64)")).toBe(true);
    expect(imported("(param i64) (result i32)")).toBe(false);
  });
});
