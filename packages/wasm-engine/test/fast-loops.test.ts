/**
 * Loops in their fast form (`src/instrument/loop-form.ts`): gas is exact where it can be seen (spec 03 §2.3), in every tier of
 * V8, and what hostile modules make of it is bounded.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileModule, EngineFatalError } from "@enclavenet/wasm-engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyzeBody, moduleTypes } from "../src/instrument/analyze.ts";
import { maxFastLoops } from "../src/instrument/loop-form.ts";
import { owedAt } from "../src/instrument/owed-gas.ts";
import { parseModule } from "../src/parser/parse.ts";
import { PLENTY, run, runQuery } from "./support/backend.ts";
import { buildEngine } from "./support/engine-file.ts";
import { ALLOCATE_GAS, assemble, contract, cost, QUERY_ARGS_GAS } from "./support/wat.ts";

/** Where the real memory of a contract with one page ends. */
const REAL_END = 5 * 65_536;
const RETURN = ["i32.const 16"];
const ROUNDS = Array.from({ length: 12 }, (_, round) => round);

const AGAIN = ["local.get $i", "i32.const 8", "i32.add", "local.tee $i", "i32.const 1000000000", "i32.lt_u", "br_if 0"];
const ODD = ["local.get $i", "i32.const 8", "i32.and"];
/** An arm of 4 instructions in every other round. */
const ARM = ["i64.const 1", "local.get $l", "i64.add", "local.set $l"];

interface Loop {
  readonly body: readonly string[];
  /** Gas of round `round`, up to the trap; `$i` grows by 8 from `start`. */
  gas(round: number, start: number): bigint;
}

const touch = (...access: readonly string[]): Loop => {
  const body = ["local.get $i", ...access, ...AGAIN];
  return { body, gas: () => cost(body) };
};

/** Loops that walk through memory until they leave it. */
const LOOPS: Readonly<Record<string, Loop>> = {
  load: touch("i64.load", "local.set $l"),
  store: touch("i64.const -1", "i64.store", "nop"),
  copy: touch("local.get $i", "i64.load", "i64.store"),
  ways: {
    body: [...ODD, "if", ...ARM, "end", "local.get $i", "i64.load", "local.set $l", ...AGAIN],
    gas: (round, start) =>
      cost(ODD, ["if"], ["local.get $i", "i64.load", "local.set $l"], AGAIN) +
      (((start + 8 * round) & 8) === 0 ? 0n : cost(ARM)),
  },
};
// `nop` costs nothing, and keeps both accesses as long as their lists.
const nops = (lines: readonly string[]): bigint => cost(lines.filter((line) => line === "nop"));

/** A loop that leaves memory in round `last`, counted from 0, and its gas with the arguments. */
function leaving({ body, gas }: Loop, last: number): { readonly query: readonly string[]; readonly used: bigint } {
  const start = REAL_END - 8 * last;
  const before = [`i32.const ${start}`, "local.set $i", "loop"];
  const rounds = ROUNDS.slice(0, last + 1).reduce((sum, round) => sum + gas(round, start) - nops(body), 0n);
  return { query: [...before, ...body, "end", ...RETURN], used: QUERY_ARGS_GAS + cost(before, RETURN) + rounds };
}

describe("an access beyond memory", () => {
  it.each(Object.keys(LOOPS))("costs what was charged up to it in the loop: %s", (name) => {
    for (const last of ROUNDS) {
      const { query, used } = leaving(LOOPS[name] as Loop, last);
      const outcome = runQuery({ query });
      expect(outcome.error?.kind).toBe("OutOfBounds");
      expect(outcome.gas, `round ${last}`).toMatchObject({ used, remaining: PLENTY - used, exhausted: 0n });
    }
  });

  it("is counted in the form that is copied", () => {
    const { query } = leaving(LOOPS.load as Loop, 5);
    const { owed } = compileModule(assemble(contract({ query })));
    expect(owed.length).toBeGreaterThan(4);
    expect(owedAt(owed, 0)).toBe(0);
    expect(owedAt(owed, 2 ** 31)).toBe(0);
  });

  it("counts once when the contract's allocator makes it for an import", () => {
    const { query } = leaving(LOOPS.load as Loop, 6);
    const walk = [
      ...query.slice(0, -1).map((line) => line.replace("$i", "$p").replace("local.set $l", "drop")),
      "i32.const 16",
    ];
    const allocate = ["local.get $n", "i32.const 1000", "i32.lt_u", "if", "i32.const 16", "return", "end", ...walk];
    const short = cost(allocate.slice(0, 4), walk.slice(0, 3), ["i32.const 16"], ["i32.const 16", "return"]);
    const long = short - cost(["i32.const 16", "return"]) + 7n * cost((LOOPS.load as Loop).body);
    const response = new Uint8Array(1000);
    const outcome = run(
      contract({ query: ["i32.const 16", "call $query_chain"], allocate, imports: ["query_chain"] }),
      {
        backend: { query: () => ({ response, externalGas: 0n }) } as never,
      },
    );
    expect(outcome.error?.kind).toBe("MemoryAllocationError");
    expect(outcome.gas.used).toBe(2n * short + cost(["", ""]) + long);
    expect(ALLOCATE_GAS).toBeGreaterThan(0n);
  });

  it("is found whatever others make of stacks, and ends the executor without them", () => {
    const { query, used } = leaving(LOOPS.load as Loop, 6);
    const { prepareStackTrace, stackTraceLimit } = Error;
    try {
      Error.prepareStackTrace = () => "nothing";
      expect(runQuery({ query }).gas.used).toBe(used);
      expect(Error.prepareStackTrace(new Error(), [])).toBe("nothing");
      Error.stackTraceLimit = 0;
      expect(() => runQuery({ query })).toThrow(EngineFatalError);
    } finally {
      Object.assign(Error, { prepareStackTrace, stackTraceLimit });
    }
  });
});

describe("in every tier of V8", () => {
  let folder = "";
  let engine = "";
  const names = Object.keys(LOOPS).flatMap((name) => [0, 3, 4, 9].map((last) => [name, last] as const));
  const query = ([name, last]: readonly [string, number]) => leaving(LOOPS[name] as Loop, last);
  // Long enough for the optimising compiler, then the same as above.
  const warm = ["i32.const 20000", "local.set $j", "loop", "call $walk", "local.get $j", "i32.const 1", "i32.sub"];
  const hot = (one: readonly [string, number]): string =>
    contract({
      query: [
        ...warm,
        "local.tee $j",
        "br_if 0",
        "end",
        "i32.const 1",
        "global.set $heap",
        "call $walk",
        "unreachable",
      ],
      fields: `(func $walk (local $i i32) (local $l i64) i32.const 4096 local.set $i loop
        ${query(one)
          .query.slice(3, -2)
          .join("\n")
          .replace(
            /i32.const 1000000000\ni32.lt_u/,
            "i32.const 4352 i32.lt_u global.get $heap i32.const 1 i32.eq i32.or",
          )} end)`,
    });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "loops-"));
    engine = buildEngine(folder);
    const cold = names.map((one) => [one.join(" "), contract({ query: query(one).query })]);
    const warmed = names.filter(([, last]) => last === 9).map((one) => [`hot ${one[0]}`, hot(one)]);
    const cases = [...cold, ...warmed].map(([name, text]) => [
      name,
      Buffer.from(assemble(text as string)).toString("base64"),
    ]);
    writeFileSync(join(folder, "cases.json"), JSON.stringify(Object.fromEntries(cases)));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const results = new Map<string, Record<string, { kind: string; used: string }[]>>();
  it.each(["--liftoff-only", "--no-liftoff", "--liftoff"])(
    "a trap costs the same under %s",
    (flag) => {
      const child = fileURLToPath(new URL("support/stack-child.mjs", import.meta.url));
      const args = [flag, child, engine, join(folder, "cases.json"), "4"];
      const report = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", timeout: 100_000 }));
      results.set(flag, report.results);
      for (const one of names) {
        const expected = { kind: "OutOfBounds", used: String(query(one).used) };
        expect(report.results[one.join(" ")], one.join(" ")).toMatchObject([expected]);
      }
      for (const name of Object.keys(LOOPS)) {
        expect(report.results[`hot ${name}`], name).toMatchObject([{ kind: "OutOfBounds" }]);
      }
      expect(report.results).toEqual(results.values().next().value);
    },
    120_000,
  );
});

describe("hostile modules", () => {
  const tiny = "loop local.get 0 br_if 0 end ";
  const functionOf = (loops: number): string => `(func (param i32) ${tiny.repeat(loops)})`;
  const size = (fields: string) => compileModule(assemble(contract({ query: RETURN, fields }))).size;

  it("grow by no more than the room for fast forms, however many loops they have", () => {
    const one = size(functionOf(1)).instrumented - size(functionOf(0)).instrumented;
    expect(one).toBeGreaterThan(150);
    const { original, instrumented } = size(functionOf(6_000).repeat(8));
    const plain = 40;
    const module = parseModule(assemble(contract({ query: RETURN, fields: functionOf(6_000).repeat(8) })));
    const types = moduleTypes(module);
    const planned = module.functionTypes.reduce((sum, _, i) => sum + analyzeBody(types, i).loops.length, 0);
    expect(planned).toBe(maxFastLoops(module.bytes.length));
    expect(planned).toBeLessThan(1_000);
    expect(instrumented).toBeLessThan(48_000 * plain + 16_384 + original / 8 + 6_000);
  });

  it("have long functions accepted as before", () => {
    const { original, instrumented } = size(functionOf(90_000));
    expect(original).toBeGreaterThan(65_536);
    expect(instrumented).toBeLessThan(90_000 * 40);
  });
});
