/** Entry points of both interfaces: export, arguments, order of allocation, missing exports (spec 03 §1.3). */

import { compileModule, type EntryPoint } from "@enclavenet/wasm-engine";
import { describe, expect, it } from "vitest";
import { run } from "./support/backend.ts";
import { ALLOCATE, ALLOCATE_GAS, assemble } from "./support/wat.ts";

/**
 * A contract whose every entry point `name` answers with its index in `names` and the first byte of each argument, and
 * whose heap shows the order of allocation in the regions' addresses.
 */
function echo(marker: string, entries: Readonly<Record<string, number>>): string {
  const functions = Object.entries(entries).map(([name, count], index) => {
    const params = Array.from({ length: count }, () => "i32").join(" ");
    const stores = Array.from({ length: count }, (_, i) => [
      `(i32.store8 offset=${1 + i} (i32.const 64) (i32.load8_u (i32.load (local.get ${i}))))`,
      `(i32.store8 offset=${9 + i} (i32.const 64) (i32.sub (local.get ${i}) (i32.const 4096)))`,
    ]).flat();
    return `(func (export "${name}") (param ${params}) (result i32)
      (i32.store8 (i32.const 64) (i32.const ${index})) ${stores.join("\n")} (i32.const 16))`;
  });
  return `(module (memory 1) (global $heap (mut i32) (i32.const 4096))
    (data (i32.const 16) "\\40\\00\\00\\00\\10\\00\\00\\00\\10\\00\\00\\00")
    (func (export "${marker}")) (func (export "deallocate") (param i32))
    (func (export "allocate") (param $n i32) (result i32) (local $p i32) ${ALLOCATE.join("\n")})
    ${functions.join("\n")})`;
}

/** Which export answered, with the arguments in order and the order in which they were allocated. */
function answer(text: string, names: readonly string[], entry: EntryPoint): string {
  const { output, error } = run(text, { entry });
  if (error !== undefined) return error.kind;
  const args = [...output.subarray(1, 9)].filter((byte) => byte !== 0).map((byte) => String.fromCharCode(byte));
  const addresses = [...output.subarray(9, 9 + args.length)];
  const order = [...args].sort((a, b) => (addresses[args.indexOf(a)] ?? 0) - (addresses[args.indexOf(b)] ?? 0));
  return `${names[output[0] as number]}(${args.join("")}) ${order.join("")}`;
}

describe("v1", () => {
  const entries = {
    instantiate: 3,
    execute: 3,
    query: 2,
    migrate: 2,
    reply: 2,
    sudo: 2,
    ibc_channel_open: 2,
    ibc_channel_connect: 2,
    ibc_channel_close: 2,
    ibc_packet_receive: 2,
    ibc_packet_ack: 2,
    ibc_packet_timeout: 2,
  } as const;
  const text = echo("interface_version_8", entries);
  const names = Object.keys(entries);

  // E env, I info, M msg: the arguments, then the order of allocation
  it.each([
    ["instantiate", "instantiate(EIM) EMI"],
    ["execute", "execute(EIM) MEI"],
    ["query", "query(EM) ME"],
    ["migrate", "migrate(EM) EM"],
    ["reply", "reply(EM) ME"],
    ["sudo", "sudo(EM) ME"],
    ["ibc_channel_open", "ibc_channel_open(EM) ME"],
    ["ibc_packet_timeout", "ibc_packet_timeout(EM) ME"],
  ] as const)("%s", (entry, expected) => {
    expect(answer(text, names, entry)).toBe(expected);
  });

  it("needs info for instantiate and execute", () => {
    const withoutInfo = { entry: "execute", info: undefined as never } as const;
    expect(() => run(text, withoutInfo)).toThrow();
  });
});

describe("v0.10", () => {
  const entries = { init: 2, handle: 2, query: 1, migrate: 2 } as const;
  const text = echo("cosmwasm_vm_version_3", entries);
  const names = Object.keys(entries);

  it.each([
    ["instantiate", "init(EM) EM"],
    ["execute", "handle(EM) ME"],
    ["query", "query(M) M"],
    ["migrate", "migrate(EM) EM"],
    ["reply", "handle(EM) ME"],
    ["sudo", "handle(EM) ME"],
    ["ibc_packet_ack", "handle(EM) ME"],
  ] as const)("%s", (entry, expected) => {
    expect(answer(text, names, entry)).toBe(expected);
  });
});

describe("missing exports", () => {
  const text = echo("interface_version_8", { query: 2 });

  it("fail the call after the arguments were passed", () => {
    const outcome = run(text, { entry: "execute" });
    expect(outcome.error?.kind).toBe("FailedFunctionCall");
    expect(outcome.gas.used).toBe(3n * ALLOCATE_GAS);
  });

  it.each([
    ["another number of parameters", echo("interface_version_8", { query: 1 })],
    ["no result", echo("interface_version_8", {}).replace(/\)$/, '(func (export "query") (param i32 i32)))')],
    [
      "i64 parameters",
      echo("interface_version_8", {}).replace(
        /\)$/,
        '(func (export "query") (param i64 i64) (result i32) i32.const 16))',
      ),
    ],
    ["no function", echo("interface_version_8", {}).replace(/\)$/, '(global (export "query") i32 (i32.const 0)))')],
  ])("count as missing with %s", (_what, module) => {
    expect(run(module).error?.kind).toBe("FailedFunctionCall");
    expect(run(text).error).toBeUndefined();
  });

  it("of allocate fail as an allocation", () => {
    const module = text.replace('(export "allocate")', '(export "alocate")');
    expect(run(module).error?.kind).toBe("MemoryAllocationError");
  });

  it("include re-exported imports", () => {
    const module = text
      .replace(
        "(module",
        '(module (import "env" "db_read" (func $r (param i32) (result i32))) (export "allocate" (func $r))',
      )
      .replace('(export "allocate") (param', "(param");
    expect(run(module).error?.kind).toBe("MemoryAllocationError");
  });
});

describe("interface version", () => {
  const base = echo("interface_version_8", { query: 2 });

  it("is decided by the first marker in export order", () => {
    const both = (a: string, b: string) =>
      base.replace('(func (export "interface_version_8"))', `(func (export "${a}")) (func (export "${b}"))`);
    expect(compileModule(assemble(both("interface_version_8", "cosmwasm_vm_version_3"))).apiVersion).toBe("v1");
    expect(compileModule(assemble(both("cosmwasm_vm_version_3", "interface_version_8"))).apiVersion).toBe("v0.10");
  });

  it("is needed", () => {
    expect(() => compileModule(assemble(base.replace("interface_version_8", "interface_version_7")))).toThrow(
      "InvalidWasm",
    );
  });

  it("comes with the random feature only under its exact name", () => {
    const named = (name: string) => compileModule(assemble(base.replace('"deallocate"', `"${name}"`))).requiresRandom;
    expect(named("requires_random")).toBe(true);
    expect(named("requires_randomness")).toBe(false);
  });
});

describe("isolation", () => {
  it("gives every call a fresh instance", () => {
    const counter = `(module (memory 1) (global $n (mut i32) (i32.const 0)) (global $heap (mut i32) (i32.const 4096))
      (data (i32.const 16) "\\40\\00\\00\\00\\08\\00\\00\\00\\08\\00\\00\\00")
      (func (export "interface_version_8"))
      (func (export "allocate") (param $n i32) (result i32) (local $p i32) ${ALLOCATE.join("\n")})
      (func (export "query") (param i32 i32) (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))
        (i32.store (i32.const 68) (global.get $n)) (i32.const 16)))`;
    const first = run(counter);
    expect(first.output).toEqual(Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0));
    expect(run(counter)).toEqual(first);
  });
});
