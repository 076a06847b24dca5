/** Sources that fail are left alone for longer and longer, and asked for less where that may help. */
import { LocalError, silentLogger } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import type { BlockSource } from "../src/follow/source/block-source.ts";
import { type SourceEntry, SourcePool } from "../src/follow/source-pool.ts";
import { ManualTime } from "./support/harness.ts";

const failure = new LocalError("FOLLOW_FORK", "a lie");
const sourceAt = (url: string) => ({ url }) as BlockSource;

function poolOf(...urls: string[]) {
  const time = new ManualTime();
  return { time, pool: new SourcePool(urls.map(sourceAt), time, silentLogger) };
}

/** Milliseconds for which a pool of one source gives none. */
function pause(pool: SourcePool): number {
  const picked = pool.pick();
  return typeof picked === "number" ? picked : 0;
}

describe("a source that fails", () => {
  it("is paused for twice as long each time, and for five minutes at most", async () => {
    const { time, pool } = poolOf("a");
    const pauses: number[] = [];
    for (let i = 0; i < 13; i++) {
      pool.fail(pool.pick() as SourceEntry, failure);
      pauses.push(pause(pool));
      await time.advance(pause(pool));
    }
    expect(pauses.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
    expect(pauses.slice(-2)).toEqual([300_000, 300_000]);
  });

  it("is forgiven once a block of it was executed, not for merely answering", async () => {
    const { time, pool } = poolOf("a");
    const entry = pool.pick() as SourceEntry;
    pool.fail(entry, failure);
    pool.fail(entry, failure);
    expect([pause(pool), pool.lastError]).toEqual([500, failure]);
    await time.advance(500);
    expect(pool.pick()).toBe(entry);
    expect(pool.lastError).toBe(failure);
    pool.succeed(entry);
    pool.fail(entry, failure);
    expect(pause(pool)).toBe(250);
  });

  it("makes room for the next one, and its claims no longer count", () => {
    const { pool } = poolOf("a", "b");
    const first = pool.pick() as SourceEntry;
    first.height = 10n ** 18n;
    pool.fail(first, failure);
    const second = pool.pick() as SourceEntry;
    second.height = 7n;
    expect([second.source.url, pool.claimedHeight, pool.usable()]).toEqual(["b", 7n, [second]]);
  });
});

describe("heights asked for at once", () => {
  it("grow, fall to one, and stay below what was too much", () => {
    const { pool } = poolOf("a");
    const entry = pool.pick() as SourceEntry;
    const sizes = Array.from({ length: 5 }, () => {
      pool.grow(entry);
      return entry.batch;
    });
    expect(sizes).toEqual([8, 16, 32, 40, 40]);
    expect([pool.shrink(entry), entry.batch, pool.shrink(entry)]).toEqual([true, 1, false]);
    for (let i = 0; i < 9; i++) pool.grow(entry);
    expect(entry.batch).toBe(20);
  });
});
