/**
 * A process dies at every step of making blocks; the next one must carry on (spec 05 §2.6, §6.1): no height twice with
 * different blocks, nothing lost that was shown, no double signing, application and chain in agreement.
 */
import { toHex } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../src/index.ts";
import { Disk } from "./support/disk.ts";
import { Faults } from "./support/faults.ts";
import { genesisFor, type Node, openNode, tx } from "./support/harness.ts";
import { verifyChain } from "./support/verify-chain.ts";

const TXS = ["a=1", "b=2", "bad=bad", "c=3"];

interface Shown {
  readonly blocks: Map<bigint, string>;
  readonly txs: Map<string, { hash: Uint8Array; height: bigint; code: number }>;
}

function note(shown: Shown, event: EngineEvent): void {
  if (event.type === "NewBlock") {
    const { header } = event.block.block;
    shown.blocks.set(header.height, toHex(event.block.blockId.hash));
  } else if (event.type === "Tx") {
    const { hash, height, result } = event.tx;
    shown.txs.set(toHex(hash), { hash, height, code: result.code });
  }
}

let processes = 0;

/**
 * Makes blocks 1 to 4, transactions in each after the first; throws where the process dies. One transaction differs
 * per process: a block that is decided anew is another block.
 */
async function live(disk: Disk, faults: Faults, shown: Shown, initialHeight: bigint): Promise<Node> {
  const process = processes++;
  const node = await openNode({ disk, faults, genesis: genesisFor({ initialHeight }) });
  node.engine.reader.subscribe((event) => note(shown, event));
  while (node.engine.reader.latestHeight() < initialHeight + 3n) {
    const height = node.engine.reader.latestHeight();
    const next = height === 0n ? undefined : TXS[Number(height - initialHeight)];
    if (next !== undefined) {
      await node.engine.broadcastTx(tx(next));
      await node.engine.broadcastTx(tx(`process${height}=${process}`));
    }
    await node.engine.produceBlock();
  }
  return node;
}

function expectShownSurvives(node: Node, shown: Shown): void {
  for (const [height, hash] of shown.blocks) {
    expect(toHex(node.engine.reader.block(height)!.blockId.hash)).toBe(hash);
    expect(node.engine.reader.blockResults(height)).toBeDefined();
  }
  for (const { hash, height, code } of shown.txs.values()) {
    const record = node.engine.reader.tx(hash)!;
    expect({ height: record.height, code: record.result.code }).toEqual({ height, code });
  }
}

function expectAgreement(node: Node): void {
  const { engine, disk } = node;
  const tip = engine.reader.latestHeight();
  expect(disk.app.height).toBe(tip);
  expect(toHex(engine.reader.status().latest.appHash)).toBe(toHex(disk.app.appHash));
  const finalized = new Map<bigint, string>();
  for (const { height, hash } of node.app.finalized) {
    expect(finalized.get(height) ?? hash).toBe(hash);
    finalized.set(height, hash);
    expect(toHex(engine.reader.block(height)!.blockId.hash)).toBe(hash);
  }
}

async function stepsOfHonestRun(initialHeight: bigint): Promise<readonly string[]> {
  const faults = new Faults();
  const shown = { blocks: new Map(), txs: new Map() };
  const node = await live(new Disk(), faults, shown, initialHeight);
  verifyChain(node.engine.reader);
  expectAgreement(node);
  expect(shown.blocks.size).toBe(4);
  expect(shown.txs.size).toBe(6);
  return faults.steps;
}

describe.each([1n, 1000n])("death at every step, initial height %d", (initialHeight) => {
  it("is repaired by the next start", async () => {
    const steps = await stepsOfHonestRun(initialHeight);
    expect(new Set(steps)).toContain("commit answers");
    for (let step = 0; step < steps.length; step++) {
      const disk = new Disk();
      const faults = new Faults().killAt(step);
      const shown: Shown = { blocks: new Map(), txs: new Map() };
      await expect(live(disk, faults, shown, initialHeight), `step ${step}`).rejects.toThrow();
      expect(faults.dead).toBe(true);

      const reborn = await openNode({ disk, genesis: genesisFor({ initialHeight }) });
      expectShownSurvives(reborn, shown);
      expect(reborn.engine.reader.latestHeight() === 0n ? 0n : disk.app.height).toBe(disk.app.height);
      const final = await live(disk, new Faults(), shown, initialHeight);
      expectShownSurvives(final, shown);
      expectAgreement(final);
      verifyChain(final.engine.reader);
    }
  });

  it("is repaired when the start that repairs dies too", async () => {
    const steps = await stepsOfHonestRun(initialHeight);
    const fatal = steps.flatMap((name, step) =>
      name === "finalizeBlock answers" || name === "commit answers" ? [step] : [],
    );
    for (const step of fatal) {
      const disk = new Disk();
      const shown: Shown = { blocks: new Map(), txs: new Map() };
      await expect(live(disk, new Faults().killAt(step), shown, initialHeight)).rejects.toThrow();
      for (let second = 0; second < 12; second++) {
        const copy = disk.clone();
        const seen: Shown = { blocks: new Map(shown.blocks), txs: new Map(shown.txs) };
        const faults = new Faults().killAt(second);
        await live(copy, faults, seen, initialHeight).catch(() => undefined);
        const final = await live(copy, new Faults(), seen, initialHeight);
        expectShownSurvives(final, seen);
        expectAgreement(final);
        verifyChain(final.engine.reader);
      }
    }
  });
});

describe("an application that lost its data", () => {
  async function chainOf(blocks: number): Promise<Disk> {
    const disk = new Disk();
    const { engine } = await openNode({ disk });
    for (let i = 0; i < blocks; i++) {
      await engine.broadcastTx(tx(`k${i}=v${i}`));
      await engine.produceBlock();
    }
    return disk;
  }

  it.each([0n, 1n, 3n, 4n])("is replayed from height %d with the stored headers and commits", async (from) => {
    const disk = await chainOf(5);
    const old = await chainOf(Number(from));
    disk.app = old.app;
    const { app, engine } = await openNode({ disk });
    expect(app.initChains).toBe(from === 0n ? 1 : 0);
    expect(app.finalized.map((f) => f.height)).toEqual(
      Array.from({ length: 5 - Number(from) }, (_, i) => from + BigInt(i) + 1n),
    );
    for (const { height, hash } of app.finalized) expect(toHex(engine.reader.block(height)!.blockId.hash)).toBe(hash);
    expect(disk.app.height).toBe(5n);
    await engine.produceBlock();
    verifyChain(engine.reader);
  });

  it("is not asked again when nothing is missing", async () => {
    const disk = await chainOf(3);
    const { app } = await openNode({ disk });
    expect(app.finalized).toEqual([]);
    expect(app.initChains).toBe(0);
  });

  it("is refused when a replayed block gives another app hash, before that is committed", async () => {
    const disk = await chainOf(4);
    disk.app = (await chainOf(1)).app;
    const prepare = (app: Node["app"]) => {
      app.appHash = (height, computed) => (height === 3n ? new Uint8Array(32) : computed);
    };
    await expect(openNode({ disk, prepare })).rejects.toMatchObject({ code: "APP_HASH_MISMATCH" });
    expect(disk.app.height).toBe(2n);
  });

  it("is refused when its own app hash is not the chain's", async () => {
    for (const [height, blocks] of [
      [2n, 4],
      [4n, 4],
    ] as const) {
      const disk = await chainOf(blocks);
      disk.app = { ...disk.app, height, appHash: new Uint8Array(32) };
      await expect(openNode({ disk })).rejects.toMatchObject({ code: "APP_HASH_MISMATCH" });
    }
  });

  it("is refused when it is ahead of the blocks, or the blocks are gone", async () => {
    const disk = await chainOf(2);
    disk.app = { ...(await chainOf(3)).app };
    await expect(openNode({ disk })).rejects.toMatchObject({ code: "APP_AHEAD" });
    disk.rows.clear();
    await expect(openNode({ disk })).rejects.toMatchObject({ code: "APP_AHEAD" });
  });

  it("is refused when it needs blocks that were pruned, and served from those that were not", async () => {
    const disk = new Disk();
    const { engine, app } = await openNode({ disk });
    const apps = [];
    for (let i = 0; i < 5; i++) {
      app.retainHeight = i === 4 ? 4n : 0n;
      await engine.produceBlock();
      apps.push(disk.app);
    }
    expect(engine.reader.earliestHeight()).toBe(4n);
    expect(engine.reader.block(3n)).toBeUndefined();
    const behind = disk.clone();
    behind.app = apps[1]!;
    await expect(openNode({ disk: behind })).rejects.toMatchObject({ code: "APP_TOO_FAR_BEHIND" });
    disk.app = apps[2]!;
    const { app: again } = await openNode({ disk });
    expect(again.finalized.map((f) => f.height)).toEqual([4n, 5n]);
  });

  it("is refused with another genesis document, and with damaged chain data", async () => {
    const disk = await chainOf(1);
    await expect(openNode({ disk, genesis: genesisFor({ chainId: "other-1" }) })).rejects.toMatchObject({
      code: "GENESIS_MISMATCH",
    });
    const damaged = disk.clone();
    for (const [key, [k, value]] of damaged.rows) damaged.rows.set(key, [k, value.slice(0, value.length >> 1)]);
    await expect(openNode({ disk: damaged })).rejects.toMatchObject({ code: "CHAIN_DATA_CORRUPT" });
  });
});
