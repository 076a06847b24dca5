/**
 * Stack limit (spec 06 §0b.2): the depth at which a contract fails is the same in every tier of V8, and V8's own limit is
 * out of reach on a stack of the documented size, also when calls nest 11 deep.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assertStackCapacity, requiredStackBytes, STACK_LIMIT_SLOTS } from "@enclavenet/wasm-engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildEngine } from "./support/engine-file.ts";
import { assemble, contract } from "./support/wat.ts";

const LEVELS = 11;
const STACK_MB = Math.ceil(requiredStackBytes(LEVELS) / 1_048_576) + 1;

const repeat = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

/** Function $f, called by the query with 1, whose frame is large in some way and which never stops calling itself. */
const ENDLESS: Readonly<Record<string, string>> = {
  small: "(func $f (param i32) (result i32) local.get 0 i32.const 1 i32.add call $f i32.const 1 i32.add)",
  unusedLocals: `(func $f (param i32) (result i32) (local ${"i64 ".repeat(4000)})
    local.get 0 call $f i32.const 1 i32.add)`,
  liveLocals: `(func $f (param i32) (result i32) (local ${"i64 ".repeat(4000)})
    ${repeat(4000, (i) => `i32.const ${i * 8} i64.load local.set ${i + 1}`)}
    local.get 0 call $f
    ${repeat(4000, (i) => `local.get ${i + 1} i32.wrap_i64 i32.add`)})`,
  parameters: `(func $g (param i32 ${"i64 ".repeat(900)}) (result i32)
    local.get 0 ${repeat(900, (i) => `local.get 1 local.get ${i + 1} i64.add`)} call $g i32.const 1 i32.add)
    (func $f (param i32) (result i32) local.get 0 ${repeat(900, () => "i64.const 3")} call $g)`,
  operands: `(func $f (param i32) (result i32)
    ${repeat(3000, (i) => `i32.const ${i * 4} i32.load`)} local.get 0 call $f ${repeat(3000, () => "i32.add")})`,
  // Common subexpressions stay alive across the call in optimised code only: no local, no operand, 8 bytes each.
  hiddenValues: `(func $f (param i32) (result i32) (local i64 i64 i64)
    local.get 0 i64.extend_i32_u local.tee 3 ${repeat(8000, (i) => (i % 2 ? "i64.clz" : "i64.ctz"))} local.set 1
    i32.const 8 local.get 1 i64.store
    i32.const 16 local.get 0 call $f i32.store
    i64.const 0 local.get 3
    ${repeat(8000, (i) => `${i % 2 ? "i64.clz" : "i64.ctz"} local.tee 1 i64.add local.get 1`)} i64.add i32.wrap_i64)`,
  // Small callees that newer versions of V8 inline once they are hot.
  inlined: `${[3, 2, 1, 0]
    .map(
      (level) => `(func $h${level} (param i32) (result i64)
    ${repeat(16, (i) => `local.get 0 i64.load offset=${8 * i}`)} ${level === 3 ? "i64.const 1" : `local.get 0 call $h${level + 1}`}
    ${repeat(16, () => "i64.add")})`,
    )
    .join("\n")}
    (func $g (param i32) (result i64)
      local.get 0 i32.eqz if i64.const 0 return end
      i32.const 0 call $h0 local.get 0 i32.const 1 i32.sub call $g i64.add)
    (func $f (param i32) (result i32) (local i32)
      loop
        i32.const 200 call $g drop
        local.get 1 i32.const 1 i32.add local.tee 1 i32.const 3000 i32.lt_u br_if 0
      end
      i32.const -1 call $g i32.wrap_i64)`,
  // Helpers that the counter leaves out, at every depth.
  helpers: `(func $a (param i32) (result i64) (local ${"i64 ".repeat(40)})
      ${repeat(40, (i) => `local.get 0 i64.load offset=${8 * i} local.set ${i + 1}`)}
      i64.const 0 ${repeat(40, (i) => `local.get ${i + 1} i64.add`)})
    (func $b (param i32) (result i32) local.get 0 call $a i32.wrap_i64)
    (func $f (param i32) (result i32) i32.const 0 call $b local.get 0 call $f i32.add)`,
  // Loops that the rewriting copies, with much to keep across the call.
  loops: `(func $f (param i32) (result i32) (local ${"i64 ".repeat(62)})
    ${repeat(
      60,
      (i) => `loop
        local.get 0 i64.load offset=${8 * i} local.get ${1 + ((i + 7) % 60)} i64.add local.tee ${i + 1}
        local.set 61 local.get 62 i64.const 1 i64.add local.tee 62 i64.const 7 i64.and i64.eqz i32.eqz br_if 0
      end`,
    )}
    local.get 0 call $f
    ${repeat(60, (i) => `local.get ${i + 1} i32.wrap_i64 i32.add`)})`,
  indirect: `(type $t (func (param i32) (result i32))) (table 1 funcref) (elem (i32.const 0) $f)
    (func $f (type $t) local.get 0 i32.const 0 call_indirect (type $t) i32.const 1 i32.add)`,
};

/** Recurses as deep as the limit allows and asks the chain there, whose answer is another such call. */
function nested(): string {
  const locals = 7_900;
  const depth = Math.floor((STACK_LIMIT_SLOTS - 34_500) / (locals + 100));
  return contract({
    imports: ["query_chain"],
    query: [`i32.const ${depth}`, "call $f"],
    fields: `(func $f (param i32) (result i32) (local ${"i64 ".repeat(locals)})
      local.get 0 if (result i32) local.get 0 i32.const 1 i32.sub call $f else i32.const 16 call $query_chain end)`,
  });
}

function cases(): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, fields] of Object.entries(ENDLESS)) {
    texts[name] = contract({ query: ["i32.const 1", "call $f"], fields, pages: 2 });
  }
  texts.allocate = contract({ query: ["i32.const 16"], allocate: ["local.get $n", "call $allocate"] });
  const reentry = ["i32.const 16", "call $db_read"];
  texts.reentry = contract({ query: ["i32.const 16"], allocate: reentry, imports: ["db_read"] });
  texts.nested = nested();
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, Buffer.from(assemble(text)).toString("base64")]),
  );
}

interface Outcome {
  readonly kind: string;
  readonly native: boolean;
  readonly used: string;
  readonly output: string;
}
interface Report {
  readonly capacity: string;
  readonly results: Readonly<Record<string, readonly Outcome[]>>;
}

let folder = "";
let engine = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stack-"));
  engine = buildEngine(folder);
  writeFileSync(join(folder, "cases.json"), JSON.stringify(cases()));
});

afterAll(() => rmSync(folder, { recursive: true }));

function runChild(flags: readonly string[], stackSizeMb = STACK_MB): Report {
  const child = fileURLToPath(new URL("support/stack-child.mjs", import.meta.url));
  const args = [...flags, child, engine, join(folder, "cases.json"), String(stackSizeMb)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", timeout: 100_000 })) as Report;
}

describe("the stack limit", () => {
  const reports = new Map<string, Report>();

  it.each([["--liftoff-only"], ["--no-liftoff"], ["--liftoff"]])(
    "comes before V8's own under %s",
    (flag) => {
      const report = runChild([flag]);
      reports.set(flag, report);
      expect(report.capacity).toBe("enough");
      for (const [name, outcomes] of Object.entries(report.results)) {
        expect(outcomes, name).toHaveLength(1);
        const kind = { allocate: "MemoryAllocationError", reentry: "MemoryAllocationError", nested: "output" }[name];
        expect(outcomes[0], name).toMatchObject({ kind: kind ?? "StackOverflow", native: false });
      }
      expect(report.results.nested?.[0]?.output).toBe(Buffer.from("output").toString("hex"));
    },
    120_000,
  );

  it("is at the same depth and gas in every tier", () => {
    const [first, ...others] = [...reports.values()].map((report) => report.results);
    expect(others).toHaveLength(2);
    for (const other of others) expect(other).toEqual(first);
  });

  it("is checked at start, and a call that meets V8's own limit says so", () => {
    const report = runChild(["--liftoff"], 2);
    expect(report.capacity).toBe("WASM_STACK");
    expect(report.results.unusedLocals?.[0]).toMatchObject({ kind: "StackOverflow", native: true });
    expect(report.results.nested?.[0]?.native).toBe(true);
    expect(() => assertStackCapacity(0)).toThrow(/stack of this thread/);
  }, 120_000);

  it("lets recursion run far deeper than the reference's 7,680 slots", () => {
    expect(STACK_LIMIT_SLOTS).toBeGreaterThan(7_680 * 8);
  });
});
