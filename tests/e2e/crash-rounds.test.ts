/**
 * A handful of rounds of `npm run crash`: the built node and its enclave are killed under mixed load; nothing that was shown
 * is lost, nothing is applied twice, and an undisturbed replay gives the same app hash at every height.
 * @module
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("../../scripts/crash-rounds.mjs", import.meta.url));

/** With this seed every kind of death comes. */
const SEED = "4";
const ROUNDS = 4;
/** Some seconds on a machine with nothing else to do. */
const PATIENCE_MS = 240_000;

it("deaths under load lose nothing", { timeout: PATIENCE_MS + 5_000 }, async () => {
  const args = [script, "--rounds", `${ROUNDS}`, "--seed", SEED, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: PATIENCE_MS });
  const summary = JSON.parse(stdout);
  expect(summary).toMatchObject({ rounds: ROUNDS, lost: 0 });
  expect(summary.app_hashes_replayed).toBe(summary.height);
  expect(summary.transactions_in_blocks).toBeGreaterThanOrEqual(summary.transactions_shown);
  expect(summary.transactions_shown).toBeGreaterThan(10);
});
