/**
 * Random programs: gas, results, memory and traps of the engine against a tree interpreter written from the rules, and
 * against the same module run by V8 without any rewriting.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { run } from "./support/backend.ts";
import { CALLEE, LOCALS, Machine, type Node, program, Stop, text } from "./support/model.ts";
import { ALLOCATE, assemble, cost, QUERY_ARGS_GAS } from "./support/wat.ts";

/** Query that calls the program, notes the size of memory, and returns the 256 bytes from address 4. */
const QUERY = ["call $program", "i32.const 256", "memory.size", "i32.store", "i32.const 1024"];

function contractOf(body: readonly Node[]): string {
  return `(module (memory (export "memory") 1) (global $heap (mut i32) (i32.const 4096))
    (data (i32.const 1024) "\\04\\00\\00\\00\\00\\01\\00\\00\\00\\01\\00\\00")
    (func (export "interface_version_8"))
    (func (export "allocate") (param $n i32) (result i32) (local $p i32) ${ALLOCATE.join("\n")})
    (func $callee ${CALLEE.join(" ")})
    (func $program (export "program") (local ${"i32 ".repeat(LOCALS)}) ${text(body)})
    (func (export "query") (param i32 i32) (result i32) ${QUERY.join("\n")}))`;
}

interface Expected {
  readonly machine: Machine;
  readonly stop: Stop["reason"] | undefined;
}

function interpret(body: readonly Node[], gasLimit: bigint): Expected {
  const machine = new Machine(gasLimit);
  try {
    machine.run(body);
    return { machine, stop: undefined };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { machine, stop: error.reason };
  }
}

const KINDS = { gas: "OutOfGas", unreachable: "ContractPanic", division: "DivisionByZero" } as const;
const AROUND = QUERY_ARGS_GAS + cost(QUERY);
const ENOUGH = 1_000_000_000n;

function compare(body: readonly Node[], limit: bigint): void {
  const { machine, stop } = interpret(body, limit);
  const outcome = run(contractOf(body), { gasLimit: AROUND + limit });
  expect(outcome.error?.kind).toBe(stop === undefined ? undefined : KINDS[stop]);
  expect(outcome.gas.remaining).toBe(machine.remaining);
  expect(outcome.gas.exhausted).toBe(machine.exhausted);
  expect(outcome.gas.used).toBe(AROUND + limit - machine.remaining + machine.exhausted);
  if (outcome.output === undefined) return;
  const words = new Int32Array(outcome.output.buffer, 0, 64);
  expect([...words]).toEqual([...machine.memory.subarray(1), machine.pages]);
}

interface RawExports {
  readonly program: () => void;
  readonly memory: { readonly buffer: ArrayBuffer };
}
const V8 = (
  globalThis as unknown as {
    WebAssembly: {
      Module: new (bytes: Uint8Array) => object;
      Instance: new (module: object) => { exports: RawExports };
    };
  }
).WebAssembly;

/** The program's memory and trap without the engine. */
function raw(body: readonly Node[]): { words: number[]; pages: number; trap: string | undefined } {
  const wasm = assemble(contractOf(body).replace('(memory (export "memory") 1)', '(memory (export "memory") 1 192)'));
  const { exports } = new V8.Instance(new V8.Module(wasm));
  let trap: string | undefined;
  try {
    exports.program();
  } catch (error) {
    trap = (error as Error).message;
  }
  const { buffer } = exports.memory;
  return { words: [...new Int32Array(buffer, 0, 64)], pages: buffer.byteLength / 65_536, trap };
}

describe("random programs", () => {
  it("cost what the rules say, and stop where the rules say", () => {
    const reached = { ended: 0, gas: 0, unreachable: 0, division: 0 };
    fc.assert(
      fc.property(program, fc.double({ min: 0, max: 1, noNaN: true }), (body, share) => {
        const full = interpret(body, ENOUGH);
        reached[full.stop ?? "ended"]++;
        compare(body, ENOUGH);
        const spent = ENOUGH - full.machine.remaining;
        const limit = BigInt(Math.floor(Number(spent) * share));
        if (interpret(body, limit).stop === "gas") reached.gas++;
        compare(body, limit);
        compare(body, spent);
      }),
      { numRuns: 400 },
    );
    for (const count of Object.values(reached)) expect(count).toBeGreaterThan(2);
  }, 60_000);

  it("compute what the original module computes", () => {
    fc.assert(
      fc.property(program, (body) => {
        const { machine, stop } = interpret(body, ENOUGH);
        const original = raw(body);
        expect(original.trap).toBe(
          stop === undefined ? undefined : { unreachable: "unreachable", division: "divide by zero", gas: "" }[stop],
        );
        expect(original.words).toEqual([...machine.memory]);
        expect(original.pages).toBe(machine.pages);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
