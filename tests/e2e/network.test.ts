/** `npm run scenario:network` as it is printed: four nodes, registered by transaction, with one state. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("a network of four nodes", () => {
  it("has one app hash at every height, and ends a registration", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["scripts/scenario-network.mjs"], { cwd: root });
    const rows = [
      ...stdout.matchAll(
        /^ +(\d+) {2}([0-9a-f]{12}) {2}([0-9a-f]{12}) {2}([0-9a-f]{12}) {2}([0-9a-f]{12}) {2}equal$/gm,
      ),
    ];
    expect(rows.map(([, height]) => Number(height))).toEqual(rows.map((_, index) => index + 1));
    expect(rows.length).toBeGreaterThan(15);
    // Contracts ran: the state changed, and all of them came to it.
    expect(new Set(rows.map(([, , hash]) => hash)).size).toBeGreaterThan(8);
    for (const [, , ...hashes] of rows) expect(new Set(hashes).size).toBe(1);
    expect(stdout).toMatch(/nodes: (?=.*revoked)(?=.*registered, |.*, registered)/);
  }, 150_000);
});
