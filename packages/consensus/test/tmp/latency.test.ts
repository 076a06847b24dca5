import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbBackend } from "@enclavenet/store";
import { it } from "vitest";
import { backendDatabase, EmbeddedEngine, ed25519Signer, FileSignStateStorage, PrivateValidator } from "../../src/index.ts";
import { Disk } from "../support/disk.ts";
import { Faults } from "../support/faults.ts";
import { genesisFor, hashOf, SEED, tx } from "../support/harness.ts";
import { KvApp } from "../support/kv-app.ts";
import { primitives } from "../support/primitives.ts";
it("latency", async () => {
  const folder = await mkdtemp(join(tmpdir(), "engine-"));
  const app = new KvApp(new Disk(), new Faults());
  const durations: number[] = [];
  const engine = await EmbeddedEngine.open({ production: { mode: "auto" } }, {
    genesis: genesisFor(), application: app, database: backendDatabase(new LmdbBackend({ path: join(folder, "chain") })),
    privateValidator: await PrivateValidator.open(ed25519Signer(primitives, SEED), new FileSignStateStorage(join(folder, "s.json"))),
    clock: { now: () => BigInt(Date.now()) * 1_000_000n }, onFinality: app.onFinality,
    metrics: { counter: () => ({ inc() {} }), gauge: () => ({ set() {} }), histogram: () => ({ observe: (v) => durations.push(v * 1000) }) },
  });
  engine.start();
  await new Promise((r) => setTimeout(r, 600));
  for (const gap of [0, 1000]) {
    const lat: number[] = [];
    for (let i = 0; i < (gap ? 5 : 40); i++) {
      if (gap) await new Promise((r) => setTimeout(r, gap));
      const t = performance.now();
      const b = tx(`k${gap}${i}=v`);
      await engine.broadcastTx(b);
      await engine.waitForTx(hashOf(b), 5000);
      lat.push(performance.now() - t);
    }
    lat.sort((a, b) => a - b);
    console.log("gap", gap, "median", lat[lat.length >> 1], "max", lat.at(-1));
  }
  durations.sort((a, b) => a - b);
  console.log("blocks", durations.length, "block ms median", durations[durations.length >> 1], "max", durations.at(-1), "height", engine.reader.latestHeight());
  // bulk
  for (let round = 0; round < 3; round++) {
    const t = performance.now();
    const txs = Array.from({ length: 2000 }, (_, i) => tx(`b${round}${i}=v`));
    await Promise.all(txs.map((b) => engine.broadcastTx(b)));
    const t2 = performance.now();
    await engine.waitForTx(hashOf(txs.at(-1)!), 60000);
    console.log("2000 txs check", t2 - t, "commit", performance.now() - t2);
  }
  await engine.stop();
}, 60000);
