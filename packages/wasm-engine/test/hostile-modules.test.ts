/**
 * Modules of 2 MiB that are made to cost work: every one is refused typed or compiled, in time that grows with its length.
 * Spec 03 §2.1; design §3, rules of execution: compiling costs no gas, so it must not take long.
 * @module
 */
import { checkWasm, VmError, WasmCheckError } from "@enclavenet/wasm-engine";
import { describe, expect, it } from "vitest";
import { compileHostile } from "./support/decoders.ts";
import { hostileModules } from "./support/hostile-modules.ts";

/**
 * Processor time for the check or the compilation of one module. Measured: below 2 s. The shapes for which the analysis once
 * was quadratic took 15 and 49 s.
 */
const MAX_CPU_MS = 8_000;

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function check(wasm: Uint8Array): void {
  try {
    checkWasm(wasm, { supportedFeatures: [] });
  } catch (error) {
    if (!(error instanceof WasmCheckError)) throw error;
    // It goes into the log of a transaction, whatever the module's names are.
    expect(error.message.length).toBeLessThan(20_000);
  }
}

function compile(wasm: Uint8Array): void {
  try {
    compileHostile(wasm);
  } catch (error) {
    if (!VmError.is(error)) throw error;
  }
}

describe.each(hostileModules.map((one) => [one.name, one] as const))("%s", (_, { build }) => {
  it("is no larger than what the chain stores, and costs little", () => {
    const wasm = build(1);
    expect(wasm.length).toBeLessThanOrEqual(2_097_152);
    expect(cpuMs(() => check(wasm))).toBeLessThan(MAX_CPU_MS);
    expect(cpuMs(() => compile(wasm))).toBeLessThan(MAX_CPU_MS);
  });
});
