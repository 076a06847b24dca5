/**
 * A process killed while it commits: the database holds the last version that was said to be durable or the one after,
 * whole, and work goes on from there.
 * @module
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { be64 } from "@enclavenet/common";
import { LmdbBackend, MemoryBackend, type RootMultiStore } from "@enclavenet/store";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answers } from "../support/model.ts";
import { commitNext, EXTRA_KEY, openWorkload } from "./workload.ts";

const folder = mkdtempSync(join(tmpdir(), "store-sigkill-"));
const program = join(folder, "child.cjs");
const database = join(folder, "db");
const everything = [[undefined, undefined]] as const;

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL("./child.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "cjs",
    conditions: ["@enclavenet/source"],
    external: ["lmdb"],
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the process until it has said `count` versions, kills it; the last version that it said. */
async function runUntilKilled(count: number): Promise<bigint> {
  const modules = (createRequire(import.meta.url).resolve.paths("lmdb") ?? []).join(":");
  const child = spawn(process.execPath, [program, database], {
    env: { ...process.env, NODE_PATH: modules },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  let last = 0n;
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = BigInt(line);
    if (++lines === count) child.kill("SIGKILL");
  }
  expect(await gone).toBe("SIGKILL");
  return last;
}

function stateOf(store: RootMultiStore): string[] {
  return ["s", "t"].flatMap((name) => [
    answers(store.kvStore(name), [], everything),
    answers(store.at(store.lastCommit.version - 1n).kvStore(name), [], everything),
  ]);
}

test("after SIGKILL the last durable version or the next one is there, whole", async () => {
  const reference = openWorkload(new MemoryBackend());
  for (const count of [2, 5, 1, 9, 3, 14]) {
    const last = await runUntilKilled(count);
    const store = openWorkload(new LmdbBackend({ path: database }));
    const { version } = store.lastCommit;
    expect(version === last || version === last + 1n).toBe(true);
    while (reference.lastCommit.version < version) commitNext(reference);
    expect(store.lastCommit).toEqual(reference.lastCommit);
    expect(store.extra(EXTRA_KEY)).toEqual(be64(version));
    expect(stateOf(store)).toEqual(stateOf(reference));
    store.close();
  }
}, 60_000);
