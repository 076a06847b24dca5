/** Store-time check: interfaces, memory rules, features, IBC (spec 03 §1.1, §2.1). */
import { LocalError } from "@enclavenet/common";
import { checkWasm } from "@enclavenet/wasm-engine";
import { describe, expect, it } from "vitest";
import { assemble } from "./support/wat.ts";

const OPTIONS = { supportedFeatures: ["staking", "stargate", "ibc3", "random"] };
const V010 = ["cosmwasm_vm_version_3", "query", "init", "handle", "allocate", "deallocate"];
const V1 = ["interface_version_8", "allocate", "deallocate", "instantiate"];

function module(exports: readonly string[], imports: readonly string[] = [], memory = "(memory 1)"): string {
  return `(module ${imports.map((name) => `(import "env" "${name}" (func))`).join(" ")} ${memory}
    ${exports.map((name) => `(func (export "${name}"))`).join(" ")})`;
}

function check(text: string, options = {}): ReturnType<typeof checkWasm> {
  return checkWasm(assemble(text), { ...OPTIONS, ...options });
}

/** Text of the refusal. */
function refusal(text: string, options = {}): string {
  try {
    check(text, options);
  } catch (error) {
    if (LocalError.is(error, "WASM_CHECK")) return error.message;
    throw error;
  }
  return "accepted";
}

const NEITHER = "Contract is not CosmWasm v0.10 or v1.";

describe("interfaces", () => {
  it("accepts both", () => {
    expect(check(module(V010))).toEqual({ apiVersion: "v0.10", requiredFeatures: [], ibcEnabled: false });
    expect(check(module(V1))).toEqual({ apiVersion: "v1", requiredFeatures: [], ibcEnabled: false });
    expect(check(module([...V010, ...V1.filter((name) => !V010.includes(name))])).apiVersion).toBe("v0.10");
  });

  it.each(V010)("v0.10 demands %s", (name) => {
    expect(refusal(module(V010.filter((other) => other !== name)))).toContain(NEITHER);
  });

  it.each(V1)("v1 demands %s", (name) => {
    expect(refusal(module(V1.filter((other) => other !== name)))).toContain(NEITHER);
  });

  it("explains all four results", () => {
    expect(refusal(module(V1, ["db_scan"]))).toMatch(
      /^Error during static Wasm validation: Contract is not CosmWasm v0\.10 or v1\. To support v0\.10 please fix the former two errors, to supports v1 please fix the latter two errors: \$\[Err\(.*cosmwasm_vm_version_3.*\), Err\(.*env\.db_scan.*\), Ok\(\(\)\), Err\(.*env\.db_scan.*\)\]$/,
    );
  });

  const shared = [
    "db_read",
    "db_write",
    "db_remove",
    "query_chain",
    "secp256k1_verify",
    "ed25519_batch_verify",
    "ed25519_sign",
  ];
  const onlyV010 = ["canonicalize_address", "humanize_address"];
  const onlyV1 = [
    "addr_validate",
    "addr_canonicalize",
    "addr_humanize",
    "dcap_quote_verify",
    "debug",
    "gas_evaporate",
    "check_gas",
  ];

  it("permits each interface its own imports", () => {
    for (const name of [...shared, ...onlyV010]) expect(refusal(module(V010, [name]))).toBe("accepted");
    for (const name of [...shared, ...onlyV1]) expect(refusal(module(V1, [name]))).toBe("accepted");
    for (const name of [...onlyV1, "db_scan", "db_next", "abort", "random"])
      expect(refusal(module(V010, [name]))).toContain(NEITHER);
    for (const name of [...onlyV010, "db_scan", "db_next", "abort", "random"])
      expect(refusal(module(V1, [name]))).toContain(NEITHER);
  });

  it("permits debug_print on development networks only", () => {
    expect(refusal(module(V010, ["debug_print"]))).toContain(NEITHER);
    expect(refusal(module(V010, ["debug_print"]), { debugPrint: true })).toBe("accepted");
    expect(refusal(module(V1, ["debug_print"]), { debugPrint: true })).toContain(NEITHER);
  });

  it("permits functions of env only", () => {
    const other = module(V1).replace("(module", '(module (import "other" "db_read" (func))');
    expect(refusal(other)).toContain("other.db_read");
    const dotted = module(V1).replace("(module", '(module (import "env.db" "read" (func))');
    expect(refusal(dotted)).toContain(NEITHER);
    const global = module(V1).replace("(module", '(module (import "env" "db_read" (global i32))');
    expect(refusal(global)).toContain("non-function import");
  });
});

describe("memory", () => {
  it.each([
    ["", "Wasm contract doesn't have a memory section"],
    ["(memory 513)", "Wasm contract memory's minimum must not exceed 512 pages."],
    ["(memory 65536)", "Wasm contract memory's minimum must not exceed 512 pages."],
    ["(memory 1 512)", "Wasm contract memory's maximum must be unset. The host will set it for you."],
    ["(memory 0)", "accepted"],
    ["(memory 512)", "accepted"],
  ])("%j: %s", (memory, expected) => {
    const text = refusal(module(V1, [], memory));
    expect(text.replace("Error during static Wasm validation: ", "")).toBe(expected);
  });

  it("refuses two and none in the section", () => {
    const exactly = "Error during static Wasm validation: Wasm contract must contain exactly one memory";
    const wasm = assemble("(module (memory 1))");
    const at = wasm.indexOf(5, 8); // memory section: id, size, count, flags, minimum
    const edited = (section: number[]) =>
      Uint8Array.from([...wasm.subarray(0, at), ...section, ...wasm.subarray(at + 5)]);
    expect(() => checkWasm(edited([5, 5, 2, 0, 1, 0, 1]), OPTIONS)).toThrow(exactly);
    expect(() => checkWasm(edited([5, 1, 0]), OPTIONS)).toThrow(exactly);
  });
});

describe("features", () => {
  it("reports what exported functions require, sorted", () => {
    const text = module([...V1, "requires_stargate", "requires_random", "requires_"]);
    expect(check(text).requiredFeatures).toEqual(["random", "stargate"]);
  });

  it("ignores other kinds of exports", () => {
    const text = module(V1).replace(/\)$/, '(global (export "requires_nuclear") i32 (i32.const 0)))');
    expect(check(text).requiredFeatures).toEqual([]);
  });

  it("refuses unsupported ones, as a sorted set", () => {
    const text = module([...V1, "requires_water", "requires_random", "requires_nuclear"]);
    expect(refusal(text)).toBe(
      'Error during static Wasm validation: Wasm contract requires unsupported features: {"nuclear", "water"}',
    );
  });
});

describe("IBC", () => {
  const ibc = ["open", "connect", "close"].map((name) => `ibc_channel_${name}`);
  const packet = ["receive", "ack", "timeout"].map((name) => `ibc_packet_${name}`);
  it("needs all six entry points", () => {
    const all = [...V1, ...ibc, ...packet];
    expect(check(module(all)).ibcEnabled).toBe(true);
    for (const name of [...ibc, ...packet]) {
      expect(check(module(all.filter((other) => other !== name))).ibcEnabled).toBe(false);
    }
  });
});

describe("format", () => {
  const text = (wasm: Uint8Array): string => {
    try {
      checkWasm(wasm, OPTIONS);
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };
  const PREFIX =
    /^Error during static Wasm validation: Wasm bytecode could not be deserialized\. Deserialization error: ".*"$/;

  it("refuses what is no module", () => {
    for (const wasm of [new Uint8Array(0), Uint8Array.of(0x1f, 0x8b, 8), new TextEncoder().encode("(module)")]) {
      expect(text(wasm)).toMatch(PREFIX);
    }
  });

  it.each([
    ["multi-value", "(func (result i32 i32) i32.const 1 i32.const 2)", { multi_value: true }],
    ["bulk memory", "(func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))", { bulk_memory: true }],
    ["saturating conversion", "(func (drop (i32.trunc_sat_f32_s (f32.const 0))))", { sat_float_to_int: true }],
    ["SIMD", "(func (drop (v128.const i32x4 0 0 0 0)))", { simd: true }],
    ["reference types", "(func (drop (ref.null func)))", { reference_types: true, bulk_memory: true }],
    ["tail calls", "(func $f return_call $f)", { tail_call: true }],
    ["shared memory", "", { threads: true }],
  ])("refuses %s", (name, fields, features) => {
    const memory = name === "shared memory" ? "(memory 1 1 shared)" : "(memory 1)";
    expect(text(assemble(module(V1, [], memory).replace(/\)$/, `${fields})`), features))).toMatch(PREFIX);
  });

  it("accepts floats and sign extension", () => {
    const fields = "(func (drop (f64.add (f64.const 1) (f64.const 2))) (drop (i64.extend8_s (i64.const 1))))";
    expect(text(assemble(module(V1).replace(/\)$/, `${fields})`)))).toBe("accepted");
  });
});
