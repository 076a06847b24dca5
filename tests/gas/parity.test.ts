/**
 * Gas of whole calls, reckoned twice: by the chain, and by a second reckoning from a trace of what happened, which has its own
 * reading of the wasm, its own prices and its own formulas (docs/protocol/gas.md, "Reckoned twice"). The golden file pins the
 * totals for readers; it is written from the second reckoning (`npx vitest run tests/gas -u`).
 * @module
 */
import { describe, expect, it, vi } from "vitest";
import { artifactCalls, guestCalls } from "./calls.ts";
import { TracedChain } from "./chain.ts";
import { ask, guestWasm } from "./guest.ts";
import { type Entry, Scenario } from "./scenario.ts";
import type { Trace } from "./trace.ts";

const { trace } = vi.hoisted(() => ({ trace: { current: undefined as Trace | undefined } }));

vi.mock("@enclavenet/wasm-engine", async (load) => {
  const engine = await load<typeof import("@enclavenet/wasm-engine")>();
  const { Trace: TraceClass } = await import("./trace.ts");
  trace.current = new TraceClass();
  return { ...engine, ...trace.current.watchEngine(engine) };
});

const scenario = new Scenario(new TracedChain(trace.current as Trace));
const counter = artifactCalls(scenario);
guestCalls(scenario, "v1", counter);
guestCalls(scenario, "v0.10", counter);
const calls = (entries: readonly Entry[]) => entries.flatMap(({ ledger }) => ledger.calls);

/** Lines of the golden file: name, result, gas of the transaction, and wasm gas of each contract call in it. */
function golden(entries: readonly Entry[]): string {
  return `${entries
    .map(({ name, code, ledger }) => {
      const inner = ledger.calls.map(({ entry, reckoned, error }) => `${entry} ${reckoned}${error ? ` ${error}` : ""}`);
      return [name, `code ${code}`, `${ledger.total} SDK gas`, ...inner].join(" | ");
    })
    .join("\n")}\n`;
}

describe("the gas of the chain is the gas of the second reckoning", () => {
  it.each(scenario.entries)("$name", ({ gasUsed, ledger }) => {
    for (const line of ledger.calls) {
      const { reckoned: reported, error: engineError, meter: engineMeter } = line;
      expect(line).toEqual({ ...line, reported, engineError, engineMeter, sameOutput: true });
    }
    if (gasUsed !== undefined) expect(gasUsed).toBe(ledger.total);
  });

  it("in at least 60 calls of every kind, and as the golden file says", async () => {
    const kinds = new Set(calls(scenario.entries).map(({ entry }) => entry));
    expect([...kinds].sort()).toEqual(["execute", "instantiate", "migrate", "query", "reply"]);
    expect(calls(scenario.entries).length).toBeGreaterThan(60);
    await expect(golden(scenario.entries)).toMatchFileSnapshot("golden.txt");
  });
});

describe("gas_evaporate and check_gas (spec 03 §6.4, case 28)", () => {
  // A chain of its own: the signer's sequence keeps its length, and with it the transaction's gas.
  const short = new Scenario(new TracedChain(trace.current as Trace));
  const code = short.store("guest", guestWasm("v1"));
  const guest = short.instantiate("guest", code, ask("n"));
  const evaporate = (amount: number): Entry =>
    short.execute(`evaporate ${amount}`, guest, ask("e", amount), { gas: 500_000n });
  const base = evaporate(0).gasUsed as bigint;

  // Upstream's contract takes one more where its text has more digits; this one reads ten digits always.
  it.each([
    [2, 0n],
    [8, 0n],
    [9, 1n],
    [1_200, 1_192n],
    [400_000, 399_992n],
  ])("%s SDK gas cost %s more than none", (amount, more) => {
    const { gasUsed, ledger } = evaporate(amount);
    expect(gasUsed).toBe(ledger.total);
    expect((gasUsed as bigint) - base).toBe(more);
  });

  it.each([500_000, 4_294_967_295])("%s is out of gas", (amount) => {
    const { code: failure, gasUsed, log, ledger } = evaporate(amount);
    expect([failure, gasUsed]).toEqual([11, ledger.total]);
    expect(log).toContain(`out of gas in location: wasm contract; gasWanted: 500000, gasUsed: ${gasUsed}: out of gas`);
  });

  it("check_gas tells what the call used so far, itself included, in SDK gas", () => {
    const { code: failure, gasUsed, ledger } = short.execute("check_gas", guest, ask("c"));
    // The contract writes down what it was told; the second reckoning would not go on with another number.
    expect([failure, gasUsed]).toEqual([0, ledger.total]);
  });
});
