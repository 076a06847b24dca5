/** Hostile modules: only typed refusals, in bounded time and memory (spec 03 §2.1; design §3, rules of execution). */

import { checkWasm, compileModule, VmError, WasmCheckError } from "@enclavenet/wasm-engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runWasm } from "./support/backend.ts";
import { assemble, contract } from "./support/wat.ts";

const OPTIONS = { supportedFeatures: [] };
const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** Both doors; anything but a typed refusal fails the test. Returns whether `compileModule` accepted. */
function knock(wasm: Uint8Array): boolean {
  try {
    checkWasm(wasm, OPTIONS);
  } catch (error) {
    if (!(error instanceof WasmCheckError)) throw error;
  }
  try {
    compileModule(wasm);
    return true;
  } catch (error) {
    if (!VmError.is(error)) throw error;
    return false;
  }
}

const leb = (value: number): number[] => {
  const out: number[] = [];
  let rest = value;
  while (rest > 127) {
    out.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...out, rest];
};
const section = (id: number, content: readonly number[]): number[] => [id, ...leb(content.length), ...content];
const module = (...sections: number[][]): Uint8Array => Uint8Array.from([...HEADER, ...sections.flat()]);

/** Binary of a contract whose code ends with a function of this raw body. */
function withBody(body: Uint8Array): Uint8Array {
  const template = assemble(contract({ query: ["i32.const 16"], fields: "(func nop)" }));
  // The last body is `size 3, no locals, nop, end`; the code section's size is rewritten.
  const code = locate(template, 10);
  const before = template.subarray(code.content, template.length - (template.length - code.end) - 4);
  const size = leb(body.length);
  const content = [before, Uint8Array.from(size), body];
  const total = content.reduce((sum, part) => sum + part.length, 0);
  const head = [...template.subarray(0, code.start), 10, ...leb(total)];
  const out = new Uint8Array(head.length + total + template.length - code.end);
  out.set(head);
  let at = head.length;
  for (const part of content) {
    out.set(part, at);
    at += part.length;
  }
  out.set(template.subarray(code.end), at);
  return out;
}

function locate(wasm: Uint8Array, id: number): { start: number; content: number; end: number } {
  let at = 8;
  for (;;) {
    const start = at;
    const found = wasm[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++] as number;
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (found === id) return { start, content: at, end: at + size };
    at += size;
  }
}

describe("fuzzing", () => {
  it("random bytes, with and without the header", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, header) => {
        knock(header ? Uint8Array.from([...HEADER, ...bytes]) : bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  it("random sections", () => {
    const anySection = fc
      .tuple(fc.integer({ min: 0, max: 12 }), fc.uint8Array({ maxLength: 40 }))
      .map(([id, content]) => section(id, [...content]));
    fc.assert(
      fc.property(fc.array(anySection, { maxLength: 8 }), (sections) => {
        knock(module(...sections));
      }),
      { numRuns: 2_000 },
    );
  });

  const seed = assemble(
    contract({
      imports: ["db_read", "db_write", "check_gas"],
      query: [
        "loop (result i32)",
        "local.get $i",
        "i32.const 1",
        "i32.add",
        "local.tee $i",
        "i32.const 9",
        "i32.lt_u",
        "br_if 0",
        "i32.const 16",
        "end",
        "call $twice",
        "drop",
        "i32.const 16",
        "call $db_read",
        "if",
        "i32.const 1",
        "memory.grow",
        "drop",
        "else",
        "block",
        "local.get $i",
        "br_table 0 1 0",
        "end",
        "end",
        "i32.const 16",
      ],
      fields: `(type $t (func (param i32) (result i32))) (table 3 funcref) (elem (i32.const 1) $twice)
        (func $twice (type $t) (local i64) local.get 0 i32.const 0 call_indirect (type $t) return)`,
    }),
  );

  it("mutated contracts: refused, or run to a typed end", () => {
    const mutation = fc.tuple(fc.nat(seed.length - 1), fc.integer({ min: 0, max: 255 }));
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const wasm = seed.slice();
        for (const [at, byte] of mutations) wasm[at] = byte;
        if (!knock(wasm)) return;
        accepted++;
        const outcome = runWasm(wasm, { gasLimit: 200_000n });
        expect(outcome.gas.remaining).toBeLessThanOrEqual(200_000n);
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it("truncated and extended contracts", () => {
    const cuts: number[] = [];
    for (let length = 0; length < seed.length; length++) if (knock(seed.subarray(0, length))) cuts.push(length);
    expect(cuts).toEqual([locate(seed, 11).start]); // without its data it is still a module
    expect(knock(seed)).toBe(true);
    expect(knock(Uint8Array.from([...seed, 1]))).toBe(false);
  });
});

describe("counts and sizes that lie", () => {
  const HUGE = [0xff, 0xff, 0xff, 0xff, 0x0f];

  it.each([1, 2, 3, 4, 5, 6, 7, 9, 10, 11])("section %i with 2^32 − 1 entries", (id) => {
    expect(knock(module(section(id, HUGE)))).toBe(false);
    expect(knock(module(section(id, [...HUGE, ...new Array<number>(1000).fill(0)])))).toBe(false);
  });

  it.each([
    ["a section longer than the file", module([1, ...HUGE])],
    ["a name longer than its section", module(section(2, [1, ...HUGE]))],
    [
      "a body longer than its section",
      module(section(1, [1, 0x60, 0, 0]), section(3, [1, 0]), section(10, [1, ...HUGE])),
    ],
    ["an integer of six bytes", module(section(1, [0x80, 0x80, 0x80, 0x80, 0x80, 0]))],
    ["an integer with unused bits", module(section(1, [0x80, 0x80, 0x80, 0x80, 0x10]))],
    ["repeated sections", module(section(1, [0]), section(1, [0]))],
    ["sections out of order", module(section(3, [0]), section(1, [0]))],
    ["a data count section", module(section(12, [0]))],
    ["a name that is not UTF-8", module(section(0, [1, 0xff]))],
  ])("%s", (_what, wasm) => {
    expect(knock(wasm)).toBe(false);
  });

  it("a type with 20,000 parameters, 30,000 types, and locals by the billion", () => {
    expect(knock(module(section(1, [1, 0x60, ...leb(20_000), ...new Array<number>(20_000).fill(0x7f), 0])))).toBe(
      false,
    );
    expect(knock(module(section(1, [...leb(30_000), ...new Array<number>(90_000).fill(0)])))).toBe(false);
    expect(knock(withBody(Uint8Array.of(1, ...HUGE, 0x7e, 0x0b)))).toBe(false);
    expect(knock(withBody(Uint8Array.of(1, ...leb(8_001), 0x7e, 0x0b)))).toBe(false);
    expect(knock(withBody(Uint8Array.of(1, ...leb(8_000), 0x7e, 0x0b)))).toBe(true);
    expect(knock(withBody(Uint8Array.of(2, ...leb(5_000), 0x7e, ...leb(5_000), 0x7f, 0x0b)))).toBe(false);
  });

  it("constants with unused bits", () => {
    const i32 = (...bytes: number[]) => withBody(Uint8Array.of(0, 0x41, ...bytes, 0x1a, 0x0b));
    expect(knock(i32(0xff, 0xff, 0xff, 0xff, 0x07))).toBe(true);
    expect(knock(i32(0x80, 0x80, 0x80, 0x80, 0x78))).toBe(true);
    expect(knock(i32(0xff, 0xff, 0xff, 0xff, 0x0f))).toBe(false);
    expect(knock(i32(0x80, 0x80, 0x80, 0x80, 0x70))).toBe(false);
    const i64 = (last: number) =>
      withBody(Uint8Array.of(0, 0x42, ...new Array<number>(9).fill(0xff), last, 0x1a, 0x0b));
    expect(knock(i64(0x7f))).toBe(true);
    expect(knock(i64(0x01))).toBe(false);
  });
});

describe("shapes that cost compilers", () => {
  const repeated = (count: number, unit: readonly number[]): number[] =>
    Array.from({ length: count }, () => unit).flat();
  const bodyOf = (locals: readonly number[], ...code: number[][]): Uint8Array =>
    Uint8Array.from([...locals, ...code.flat(), 0x0b]);
  const nested = (depth: number) => withBody(bodyOf([0], repeated(depth, [0x02, 0x40]), repeated(depth, [0x0b])));

  it("nesting: 4,000 blocks compile, 5,000 and 900,000 are refused", () => {
    expect(knock(nested(4_000))).toBe(true);
    expect(knock(nested(5_000))).toBe(false);
    expect(knock(nested(900_000))).toBe(false);
    const dead = withBody(bodyOf([0], [0x00], repeated(5_000, [0x02, 0x40]), repeated(5_000, [0x0b])));
    expect(knock(dead)).toBe(false);
  });

  it("branches times locals", () => {
    const branches = (count: number, locals: number) =>
      withBody(bodyOf([1, ...leb(locals), 0x7e], [0x02, 0x40], repeated(count, [0x41, 0, 0x0d, 0]), [0x0b]));
    expect(knock(branches(2_000, 100))).toBe(true);
    expect(knock(branches(20_000, 8_000))).toBe(false);
  });

  it("open blocks times operands", () => {
    const open = (operands: number, depth: number) =>
      withBody(
        bodyOf(
          [0],
          repeated(operands, [0x41, 0]),
          repeated(depth, [0x02, 0x40]),
          repeated(depth, [0x0b]),
          repeated(operands, [0x1a]),
        ),
      );
    expect(knock(open(1_000, 1_000))).toBe(true);
    expect(knock(open(10_000, 4_000))).toBe(false);
  });

  it("a function that grows beyond V8's limit when metered", () => {
    const units = repeated(400_000, [0x02, 0x40, 0x01, 0x41, 0, 0x1a, 0x0b]);
    try {
      compileModule(withBody(bodyOf([0], units)));
      expect.unreachable();
    } catch (error) {
      expect(VmError.is(error, "FailedGasMeteringInjection")).toBe(true);
    }
  });

  it("2 MiB of anything takes no longer than a real contract of that size", () => {
    const pieces: Record<string, readonly number[]> = {
      arithmetic: [0x41, 1, 0x41, 2, 0x6a, 0x1a],
      blocks: [0x02, 0x40, 0x0b],
      ifs: [0x41, 1, 0x04, 0x40, 0x05, 0x0b],
      calls: [0x10, 0],
    };
    for (const unit of Object.values(pieces)) {
      knock(withBody(bodyOf([0], repeated(Math.floor(2_000_000 / unit.length), unit))));
    }
    const table = [0x41, 0, 0x0e, ...leb(60_000), ...new Array<number>(60_001).fill(0)];
    knock(withBody(bodyOf([0], repeated(30, [0x02, 0x40, ...table, 0x0b]))));
  }, 60_000);
});
