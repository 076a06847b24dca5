/** Host imports: fixed gas, order of charge and arguments, results (spec 03 §1.4). */
import { fromHex } from "@enclavenet/common";
import { VmError } from "@enclavenet/wasm-engine";
import { describe, expect, it } from "vitest";
import { memoryBackend, PLENTY, runQuery } from "./support/backend.ts";
import { ALLOCATE_GAS, cost, QUERY_ARGS_GAS } from "./support/wat.ts";

/** One call of an import with its arguments, its result thrown away. */
interface ImportCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly result: boolean;
  readonly gas: bigint;
  /** Whether the host allocates a region for its answer. */
  readonly allocates?: boolean;
}

const KEY = "i32.const 16";
const OUT = "i32.const 32";
const ADDRESS = 8_192n;

const CASES: readonly ImportCase[] = [
  { name: "db_read", args: [KEY], result: true, gas: 1_000n },
  { name: "db_write", args: [KEY, KEY], result: false, gas: 2_000n + 5_000n * 4n },
  { name: "db_remove", args: [KEY], result: false, gas: 0n },
  { name: "canonicalize_address", args: [KEY, OUT], result: true, gas: ADDRESS, allocates: true },
  { name: "addr_canonicalize", args: [KEY, OUT], result: true, gas: ADDRESS, allocates: true },
  { name: "humanize_address", args: [KEY, OUT], result: true, gas: ADDRESS },
  { name: "addr_humanize", args: [KEY, OUT], result: true, gas: ADDRESS },
  { name: "addr_validate", args: [KEY], result: true, gas: ADDRESS, allocates: true },
  { name: "query_chain", args: [KEY], result: true, gas: 0n, allocates: true },
  { name: "debug_print", args: [KEY], result: false, gas: 0n },
  { name: "debug", args: [KEY], result: false, gas: 0n },
  { name: "secp256k1_verify", args: [KEY, KEY, KEY], result: true, gas: 98_304n },
  { name: "secp256k1_recover_pubkey", args: [KEY, KEY, "i32.const 1"], result: true, gas: 98_304n, allocates: true },
  { name: "ed25519_verify", args: [KEY, KEY, KEY], result: true, gas: 73_728n },
  { name: "secp256k1_sign", args: [KEY, KEY], result: true, gas: 100_000n, allocates: true },
  { name: "ed25519_sign", args: [KEY, KEY], result: true, gas: 75_000n },
  { name: "dcap_quote_verify", args: [KEY, KEY], result: true, gas: 100_000n },
  { name: "gas_evaporate", args: ["i32.const 9"], result: true, gas: 9_000n },
  { name: "check_gas", args: [], result: true, gas: 8_192n },
];

function bodyOf(test: ImportCase): string[] {
  return [...test.args, `call $${test.name}`, ...(test.result ? ["drop"] : []), "i32.const 16"];
}

describe("gas of each import", () => {
  it.each(CASES)("$name", (test) => {
    const query = bodyOf(test);
    const own = QUERY_ARGS_GAS + cost(query);
    const outcome = runQuery({ query, imports: [test.name] });
    expect(outcome.error).toBeUndefined();
    const wasmGas = PLENTY - outcome.gas.remaining;
    expect(wasmGas).toBe(own + test.gas + (test.allocates === true ? ALLOCATE_GAS : 0n));
    expect(outcome.gas.used).toBe(wasmGas - outcome.gas.external);
  });

  it.each(CASES.filter((test) => test.gas > 0n && test.name !== "db_write"))(
    "$name runs out one short and notes its whole charge",
    (test) => {
      const query = bodyOf(test);
      const gasLimit = QUERY_ARGS_GAS + cost(query) + test.gas - 1n;
      const outcome = runQuery({ query, imports: [test.name] }, { gasLimit });
      expect(outcome.error?.kind).toBe("OutOfGas");
      expect(outcome.gas).toMatchObject({ exhausted: test.gas, remaining: test.gas - 1n });
      expect(outcome.gas.used).toBe(gasLimit + 1n);
    },
  );

  it.each(CASES.filter((test) => test.args.includes(KEY) && test.name !== "debug" && test.name !== "debug_print"))(
    "$name refuses a null region after its charge",
    (test) => {
      const query = bodyOf({ ...test, args: test.args.map((arg) => (arg === KEY ? "i32.const 0" : arg)) });
      const outcome = runQuery({ query, imports: [test.name] });
      expect(outcome.error?.kind).toBe("MemoryReadError");
      const flat = test.name === "db_write" ? 2_000n : test.gas;
      expect(outcome.gas.used).toBe(QUERY_ARGS_GAS + cost(query) + flat);
    },
  );
});

describe("state", () => {
  const write = [KEY, KEY, "call $db_write", "i32.const 16"];

  it("reads 0 for a missing key and a region for a value", () => {
    const backend = memoryBackend();
    const query = [KEY, "call $db_read", "local.tee $i", "if (result i32)", "local.get $i", "else", KEY, "end"];
    expect(runQuery({ query, imports: ["db_read"] }, { backend }).output).toEqual(fromHex("6b657931"));
    backend.state.set("6b657931", fromHex("010203"));
    const hit = runQuery({ query, imports: ["db_read"] }, { backend });
    expect(hit.output).toEqual(fromHex("010203"));
    expect(hit.gas.external).toBe(7n);
    backend.state.set("6b657931", new Uint8Array(0));
    expect(runQuery({ query, imports: ["db_read"] }, { backend }).output).toEqual(new Uint8Array(0));
  });

  it("writes, and reports the pseudo gas apart", () => {
    const backend = memoryBackend();
    const outcome = runQuery({ query: write, imports: ["db_write"] }, { backend });
    expect(backend.log).toEqual(["write 6b657931 6b657931"]);
    expect(outcome.gas.pseudoWriteGas).toBe(20_000n);
  });

  it("does not write what its pseudo gas cannot pay", () => {
    const backend = memoryBackend();
    const gasLimit = QUERY_ARGS_GAS + cost(write) + 2_000n + 20_000n - 1n;
    const outcome = runQuery({ query: write, imports: ["db_write"] }, { backend, gasLimit });
    expect(outcome.error?.kind).toBe("OutOfGas");
    expect(outcome.gas).toMatchObject({ exhausted: 20_000n, pseudoWriteGas: 0n });
    expect(backend.log).toEqual([]);
  });

  it("refuses writing and removing in a query before any charge", () => {
    const remove = [KEY, "call $db_remove", "i32.const 16"];
    for (const [query, name] of [
      [write, "db_write"],
      [remove, "db_remove"],
    ] as const) {
      const backend = memoryBackend();
      const outcome = runQuery({ query, imports: [name] }, { backend, readOnly: true });
      expect(outcome.error?.kind).toBe("UnauthorizedWrite");
      expect(outcome.gas.used).toBe(QUERY_ARGS_GAS + cost(query));
      expect(backend.log).toEqual([]);
      expect(runQuery({ query, imports: [name] }, { backend }).error).toBeUndefined();
    }
  });

  it("sums what the backend reports and saturates the report at zero", () => {
    const query = [KEY, "call $db_remove", KEY, "call $db_read", "drop", "i32.const 16"];
    const outcome = runQuery({ query, imports: ["db_read", "db_remove"] });
    expect(outcome.gas.external).toBe(18n);
    const backend = memoryBackend({ remove: () => ({ externalGas: PLENTY }) });
    expect(runQuery({ query, imports: ["db_read", "db_remove"] }, { backend }).gas.used).toBe(0n);
  });

  it("adds an exhausted charge after saturating", () => {
    const backend = memoryBackend({ remove: () => ({ externalGas: PLENTY }) });
    const query = [KEY, "call $db_remove", KEY, "call $db_read", "drop", "i32.const 16"];
    const gasLimit = QUERY_ARGS_GAS + cost(query) + 999n;
    const outcome = runQuery({ query, imports: ["db_read", "db_remove"] }, { backend, gasLimit });
    expect(outcome.gas).toMatchObject({ exhausted: 1_000n, remaining: 999n, used: 1_000n });
  });
});

describe("querier, gas, debug", () => {
  it("hands the remaining gas to the querier and returns its answer", () => {
    const backend = memoryBackend();
    const query = [KEY, "call $query_chain"];
    const outcome = runQuery({ query, imports: ["query_chain"] }, { backend });
    expect(outcome.output).toEqual(Uint8Array.of(1, 2, 3));
    expect(backend.log).toEqual([`query 6b657931 ${PLENTY - QUERY_ARGS_GAS - cost(query)}`]);
    expect(outcome.gas.external).toBe(13n);
  });

  it.each([
    [0, 8_000n],
    [8, 8_000n],
    [9, 9_000n],
    [1_200, 1_200_000n],
  ])("evaporates %i SDK gas", (amount, gas) => {
    const query = [`i32.const ${amount}`, "call $gas_evaporate", "i32.const 16", "i32.add"];
    const outcome = runQuery({ query, imports: ["gas_evaporate"] });
    expect(outcome.output).toBeDefined();
    expect(outcome.gas.used).toBe(QUERY_ARGS_GAS + cost(query) + gas);
  });

  it("never affords a negative amount", () => {
    for (const amount of [-1, -2_147_483_648]) {
      const query = [`i32.const ${amount}`, "call $gas_evaporate"];
      const outcome = runQuery({ query, imports: ["gas_evaporate"] });
      expect(outcome.error?.kind).toBe("OutOfGas");
      expect(outcome.gas.exhausted).toBe(BigInt.asUintN(64, BigInt(amount) * 1_000n));
    }
  });

  it("checks gas after charging itself", () => {
    const query = ["i32.const 64", "call $check_gas", "i32.wrap_i64", "i32.store", "i32.const 16"];
    const outcome = runQuery({ query, imports: ["check_gas"] });
    const spent = QUERY_ARGS_GAS + cost(query) + 8_192n;
    expect(new DataView((outcome.output as Uint8Array).buffer).getUint32(0, true)).toBe(Number(spent / 1_000n));
  });

  it("prints only where the backend has a debug function", () => {
    const printed: string[] = [];
    const query = [KEY, "call $debug_print", KEY, "call $debug", "i32.const 16"];
    const imports = ["debug_print", "debug"];
    runQuery({ query, imports }, { backend: memoryBackend({ debug: (text) => printed.push(text) }) });
    expect(printed).toEqual(["key1", "key1"]);
    const silent = ["i32.const 0", "call $debug", "i32.const 16"];
    expect(runQuery({ query: silent, imports }).error).toBeUndefined();
  });
});

describe("what the backend throws", () => {
  const query = [KEY, "call $db_read"];

  it("is the call's error when it is a VmError", () => {
    const read = () => {
      throw new VmError("DecryptionError");
    };
    const outcome = runQuery({ query, imports: ["db_read"] }, { backend: memoryBackend({ read }) });
    expect(outcome.error?.kind).toBe("DecryptionError");
    expect(outcome.gas.used).toBe(QUERY_ARGS_GAS + cost(query) + 1_000n);
  });

  it.each([
    ["an error", new Error("unwinding")],
    [
      "an error that looks like a trap",
      new (globalThis as never as { WebAssembly: { RuntimeError: ErrorConstructor } }).WebAssembly.RuntimeError(
        "unreachable",
      ),
    ],
    ["an error that looks like a stack overflow", new RangeError("Maximum call stack size exceeded")],
    ["no error", "text"],
  ])("leaves the call unchanged when it is %s", (_what, thrown) => {
    const backend = memoryBackend({
      read: () => {
        throw thrown;
      },
    });
    let caught: unknown;
    try {
      runQuery({ query, imports: ["db_read"] }, { backend });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
  });

  it("also when it is thrown while the guest allocates for another import", () => {
    const thrown = new Error("unwinding");
    const backend = memoryBackend({
      query: () => ({ response: Uint8Array.of(1), externalGas: 0n }),
      read: () => {
        throw thrown;
      },
    });
    // allocate reads from the state once the heap has passed the two arguments
    const allocate = [
      "global.get $heap",
      "i32.const 4110",
      "i32.gt_u",
      "if",
      KEY,
      "call $db_read",
      "drop",
      "end",
      "global.get $heap",
      "local.tee $p",
      "local.get $p",
      "i32.const 12",
      "i32.add",
      "i32.store",
      "local.get $p",
      "i32.const 64",
      "i32.store offset=4",
      "local.get $p",
      "i32.const 12",
      "i32.add",
      "global.set $heap",
      "local.get $p",
    ];
    const text = { query: [KEY, "call $query_chain"], imports: ["query_chain", "db_read"], allocate };
    expect(() => runQuery(text, { backend })).toThrow(thrown);
  });
});
