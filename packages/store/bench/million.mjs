/**
 * Opening a store of 1 000 000 keys and committing 10 changes. Run after a build:
 * `node packages/store/bench/million.mjs [keys]`. Prints one JSON object.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbBackend, RootMultiStore } from "@enclavenet/store";

const keys = Number(process.argv[2] ?? 1_000_000);
const commits = 100;
const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), "store-bench-"));
const path = join(folder, "db");

const key = (i) => createHash("sha256").update(`key ${i}`).digest().subarray(0, 20);
const value = (i) => createHash("sha512").update(`value ${i}`).digest();
const open = () => RootMultiStore.open({ backend: new LmdbBackend({ path }), storeNames: ["bank"] });
const since = (start) => Number(process.hrtime.bigint() - start) / 1e6;
const round = (milliseconds) => Math.round(milliseconds * 1000) / 1000;

function quantiles(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (q) => round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]);
  return { p50: at(0.5), p90: at(0.9), max: round(sorted.at(-1)) };
}

try {
  let start = process.hrtime.bigint();
  let store = open();
  for (let from = 0; from < keys; from += 100_000) {
    const bank = store.cacheMultiStore();
    for (let i = from; i < Math.min(keys, from + 100_000); i++) bank.kvStore("bank").set(key(i), value(i));
    bank.write();
    store.commit();
  }
  const fillSeconds = round(since(start) / 1000);
  store.close();

  start = process.hrtime.bigint();
  store = open();
  const openMs = round(since(start));

  start = process.hrtime.bigint();
  const view = store.cacheMultiStore().kvStore("bank");
  for (let i = 0; i < 10_000; i++) view.get(key((i * 7919) % keys));
  const getMicroseconds = round(since(start) / 10);

  const samples = [];
  for (let round = 0; round < commits; round++) {
    const branch = store.cacheMultiStore();
    for (let i = 0; i < 10; i++) branch.kvStore("bank").set(key((round * 10 + i) * 977), value(round));
    start = process.hrtime.bigint();
    branch.write();
    store.workingHash();
    store.commit();
    samples.push(since(start));
  }

  start = process.hrtime.bigint();
  for (let i = 0; i < 100; i++) store.prove("bank", key(i * 31), store.lastCommit.version);
  const proveMs = round(since(start) / 100);
  store.close();
  const { size } = statSync(join(path, "data.mdb"));
  process.stdout.write(
    `${JSON.stringify({
      keys,
      fillSeconds,
      fileMiB: Math.round(size / 2 ** 20),
      openMs,
      getMicroseconds,
      commitOf10Ms: { first: round(samples[0]), ...quantiles(samples) },
      proveMs,
    })}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
