/** The engine on real files: LMDB and the sign-state file, closed and opened again. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@enclavenet/common";
import { type Backend, LmdbBackend, MemoryBackend } from "@enclavenet/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  backendDatabase,
  EmbeddedEngine,
  ed25519Signer,
  FileSignStateStorage,
  PrivateValidator,
} from "../src/index.ts";
import { Disk } from "./support/disk.ts";
import { Faults } from "./support/faults.ts";
import { genesisFor, hashOf, ManualTime, SEED, tx } from "./support/harness.ts";
import { KvApp } from "./support/kv-app.ts";
import { primitives } from "./support/primitives.ts";
import { verifyChain } from "./support/verify-chain.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "engine-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const memory = new MemoryBackend();

const backends: Record<string, () => Backend> = {
  memory: () => memory.reopen(),
  LMDB: () => new LmdbBackend({ path: join(folder, "chain") }),
};

async function open(backend: Backend, disk: Disk) {
  const app = new KvApp(disk, new Faults());
  const time = new ManualTime();
  const storage = new FileSignStateStorage(join(folder, "priv_validator_state.json"));
  const database = backendDatabase(backend);
  const engine = await EmbeddedEngine.open(
    { production: { mode: "manual" } },
    {
      genesis: genesisFor(),
      application: app,
      database,
      privateValidator: await PrivateValidator.open(ed25519Signer(primitives, SEED), storage),
      clock: time.clock,
      timers: time,
      onFinality: app.onFinality,
    },
  );
  return { engine, app, database };
}

describe.each(Object.keys(backends))("%s", (name) => {
  it("holds a chain across restarts", async () => {
    const disk = new Disk();
    const hashes: string[] = [];
    for (let run = 0; run < 3; run++) {
      const { engine, app, database } = await open((backends[name] as () => Backend)(), disk);
      expect(app.finalized).toEqual([]);
      expect(hashes.map((_, i) => toHex(engine.reader.block(BigInt(i + 1))!.blockId.hash))).toEqual(hashes);
      for (let i = 0; i < 3; i++) {
        const long = `note=${"x".repeat(3_000)}${run}${i}`;
        await engine.broadcastTx(tx(`k${run}${i}=v`));
        await engine.broadcastTx(tx(long));
        const height = await engine.produceBlock();
        hashes.push(toHex(engine.reader.block(height)!.blockId.hash));
        expect(engine.reader.tx(hashOf(tx(long)))).toMatchObject({ height, index: 1 });
        expect(await engine.reader.searchTxs(`kv.value='${"x".repeat(200)}'`)).toEqual([]);
      }
      expect((await engine.reader.searchTxs("kv.value='v'")).length).toBe(3 * (run + 1));
      expect((await engine.reader.searchTxs("kv.value CONTAINS 'xxx'")).length).toBe(3 * (run + 1));
      expect((await engine.reader.searchTxs(`kv.key='k${run}1' AND kv.value='v'`)).map((p) => p.height)).toEqual([
        BigInt(3 * run + 2),
      ]);
      verifyChain(engine.reader);
      await engine.stop();
      await database.close();
    }
    expect(hashes).toHaveLength(9);
  });
});
