/** Our own compiled contracts through the engine with a backend in memory: real compiler output, both metered and run. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CallOutcome, call, checkWasm, compileModule, type EntryPoint } from "@enclavenet/wasm-engine";
import { describe, expect, it, type TestContext } from "vitest";
import { memoryBackend, type TestBackend } from "./support/backend.ts";

const OPTIONS = { supportedFeatures: ["staking", "stargate", "ibc3", "random"] };
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

const ENV = {
  block: { height: 7, time: "1700000000000000000", chain_id: "test-1", random: Buffer.alloc(32, 7).toString("base64") },
  contract: { address: "secret1aa", code_hash: "00".repeat(32) },
  transaction: { index: 0, hash: "AB".repeat(32) },
};
const INFO = { sender: "secret1bb", funds: [] };

function artifact(context: TestContext, name: string): Uint8Array {
  const path = fileURLToPath(new URL(`../../../contracts/artifacts/${name}.wasm`, import.meta.url));
  if (!existsSync(path)) context.skip(`contracts/artifacts/${name}.wasm is not built`);
  return new Uint8Array(readFileSync(path));
}

function runner(wasm: Uint8Array, backend: TestBackend) {
  const module = compileModule(wasm);
  return (entry: EntryPoint, msg: unknown, gasLimit = 1_000_000_000n): CallOutcome =>
    call(module, {
      entry,
      env: encode(ENV),
      info: encode(INFO),
      msg: encode(msg),
      gasLimit,
      backend,
      readOnly: entry === "query",
    });
}

/** The contract's answer. */
function answer(outcome: CallOutcome): { Ok?: unknown; Err?: unknown } {
  expect(outcome.error).toBeUndefined();
  return JSON.parse(new TextDecoder().decode(outcome.output)) as { Ok?: unknown; Err?: unknown };
}

describe("counter", () => {
  it("passes the store-time check and has no floats", (context) => {
    const wasm = artifact(context, "counter");
    expect(checkWasm(wasm, OPTIONS)).toMatchObject({ apiVersion: "v1", requiredFeatures: ["random"] });
    expect(compileModule(wasm)).toMatchObject({ apiVersion: "v1", requiresRandom: true, hasFloats: false });
  });

  it("counts", (context) => {
    const backend = memoryBackend();
    const run = runner(artifact(context, "counter"), backend);
    expect(answer(run("instantiate", { count: 5 }))).toHaveProperty("Ok");
    expect(answer(run("execute", { increment: {} }))).toHaveProperty("Ok");
    const data = answer(run("query", { get_count: {} })).Ok as string;
    expect(JSON.parse(Buffer.from(data, "base64").toString())).toMatchObject({ count: 6 });
    expect(backend.state.size).toBeGreaterThan(0);
  });

  it("uses the same gas each time, and exactly that much is enough", (context) => {
    const run = runner(artifact(context, "counter"), memoryBackend());
    answer(run("instantiate", { count: 5 }));
    const first = run("query", { get_count: {} });
    const spent = first.gas.used + first.gas.external;
    expect(run("query", { get_count: {} }).gas).toEqual(first.gas);
    expect(run("query", { get_count: {} }, spent).error).toBeUndefined();
    expect(run("query", { get_count: {} }, spent - 1n).error).toBeDefined();
  });

  it("fails, panics and burns gas as a result", (context) => {
    const run = runner(artifact(context, "counter"), memoryBackend());
    answer(run("instantiate", { count: 5 }));
    expect(answer(run("execute", { fail: { text: "no" } }))).toHaveProperty("Err");
    expect(run("execute", { panic: {} }).error?.kind).toBe("ContractPanic");
    expect(run("execute", { burn_gas: { iterations: 1_000_000_000 } }, 10_000_000n).error?.kind).toBe("OutOfGas");
    expect(run("sudo", {}).error?.kind).toBe("FailedFunctionCall");
  });
});
