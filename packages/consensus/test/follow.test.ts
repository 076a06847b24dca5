/**
 * A node without a vote: it comes to the leader's state at every height, outlives its sources, hands transactions on, and
 * says when it is behind.
 */
import { CodedError, LocalError, toHex } from "@enclavenet/common";
import { afterEach, describe, expect, it } from "vitest";
import {
  ErrMempoolIsFull,
  ErrTxInMempoolCache,
  ErrTxTooLarge,
  ed25519Signer,
  type RpcTransport,
} from "../src/index.ts";
import { Disk } from "./support/disk.ts";
import { Faults } from "./support/faults.ts";
import {
  eventually,
  type Follower,
  type FollowerOptions,
  openFollower,
  untilHeight,
} from "./support/follow/follower.ts";
import { type Leader, openLeader, twoValidators } from "./support/follow/leader.ts";
import { hashOf, tx } from "./support/harness.ts";
import { primitives } from "./support/primitives.ts";
import { result } from "./support/results.ts";
import { verifyChain } from "./support/verify-chain.ts";

const running: Follower[] = [];

async function follow(options: FollowerOptions): Promise<Follower> {
  const follower = await openFollower(options);
  running.push(follower);
  follower.engine.start();
  return follower;
}

afterEach(async () => {
  for (const { engine } of running.splice(0)) await engine.stop();
});

const dead: RpcTransport = {
  url: "http://dead",
  post: async () => {
    throw new LocalError("FOLLOW_UNREACHABLE", "http://dead does not answer");
  },
};

function expectSameChain(leader: Leader, { engine, disk }: Follower): void {
  const [own, theirs] = [engine.reader, leader.node.engine.reader];
  expect(own.latestHeight()).toBe(theirs.latestHeight());
  expect(toHex(disk.app.appHash)).toBe(toHex(leader.node.disk.app.appHash));
  for (let height = 1n; height <= theirs.latestHeight(); height++) {
    expect(own.block(height)).toEqual(theirs.block(height));
    expect(own.commit(height)).toEqual(theirs.commit(height));
    expect(own.blockResults(height)).toEqual(theirs.blockResults(height));
    expect(own.validators(height)).toEqual(theirs.validators(height));
  }
  expect(own.status().latest).toEqual(theirs.status().latest);
}

describe("following", () => {
  it("comes to the same blocks, results, validators and app hash at every height", async () => {
    const leader = await openLeader();
    await leader.grow(60);
    const follower = await follow({ genesis: leader.genesis, sources: [await leader.source()] });
    await untilHeight(follower, 60n);
    expectSameChain(leader, follower);
    verifyChain(follower.engine.reader);
    await leader.grow(3);
    await untilHeight(follower, 63n);
    expectSameChain(leader, follower);
    expect(await follower.engine.reader.searchTxs("kv.key='key1'")).toEqual(
      await leader.node.engine.reader.searchTxs("kv.key='key1'"),
    );
    expect(follower.events.filter(({ type }) => type === "NewBlock")).toHaveLength(63);
  });

  it("changes the validators as its own execution says", async () => {
    const { publicKey } = ed25519Signer(primitives, new Uint8Array(32).fill(5));
    const prepare: FollowerOptions["prepare"] = (app) => app.updates.set(3n, [{ publicKey, power: 7n }]);
    const leader = await openLeader({ prepare });
    await leader.grow(8);
    const follower = await follow({ genesis: leader.genesis, sources: [await leader.source()], prepare });
    await untilHeight(follower, 8n);
    expectSameChain(leader, follower);
    expect(follower.engine.reader.validators(8n)?.validators).toHaveLength(3);
  });

  it("is behind until it has all that its sources have, and again when none answers", async () => {
    const leader = await openLeader();
    await leader.grow(12);
    const honest = await leader.source();
    let lost = false;
    const source: RpcTransport = { url: honest.url, post: (...args) => (lost ? dead : honest).post(...args) };
    const follower = await openFollower({ genesis: leader.genesis, sources: [source] });
    running.push(follower);
    const behind = () => follower.engine.reader.status().catchingUp;
    expect(behind()).toBe(true);
    const early: boolean[] = [];
    follower.engine.reader.subscribe(({ type }) => type === "NewBlock" && early.push(behind()));
    follower.engine.start();
    await eventually(() => (behind() ? undefined : true));
    expect(follower.engine.reader.latestHeight()).toBe(12n);
    expect(early.slice(0, 11)).toEqual(Array(11).fill(true));
    lost = true;
    await eventually(() => (behind() ? true : undefined));
    expect(follower.engine.progress()).toMatchObject({ height: 12n, catchingUp: true });
    expect(follower.engine.progress().lastError?.code).toBe("FOLLOW_UNREACHABLE");
  });

  it("goes on with another source when one disappears or stands still", async () => {
    const leader = await openLeader();
    await leader.grow(10);
    const honest = await leader.source();
    const { reader } = leader.node.engine;
    const stale = await leader.source({
      status: () => ({ ...reader.status(), latest: { ...reader.status().latest, height: 4n } }),
    });
    const follower = await follow({ genesis: leader.genesis, sources: [dead, stale, honest] });
    await untilHeight(follower, 10n);
    expectSameChain(leader, follower);
  });

  it("gets blocks that are too large together one by one", async () => {
    const leader = await openLeader();
    await leader.grow(20);
    const honest = await leader.source();
    const asked: number[] = [];
    const narrow: RpcTransport = {
      url: honest.url,
      async post(body, limits) {
        const calls = JSON.parse(body) as { method: string }[];
        if (Array.isArray(calls)) asked.push(calls.filter(({ method }) => method === "block").length);
        if (Array.isArray(calls) && calls.length > 7) throw new LocalError("FOLLOW_TOO_LARGE", "too large");
        return honest.post(body, limits);
      },
    };
    const follower = await follow({ genesis: leader.genesis, sources: [narrow] });
    await untilHeight(follower, 20n);
    expect(asked.slice(0, 3)).toEqual([4, 1, 2]);
    expect(asked.filter((heights) => heights > 3)).toEqual([4]);
  });

  it("stops, and names height and both hashes, when its own result is another", async () => {
    const leader = await openLeader();
    await leader.grow(6);
    const wrong = new Uint8Array(32).fill(9);
    const follower = await follow({
      genesis: leader.genesis,
      sources: [await leader.source()],
      prepare: (app) => {
        app.appHash = (height, computed) => (height === 3n ? wrong : computed);
      },
    });
    const error = await follower.engine.fatal;
    expect(error.code).toBe("FOLLOW_DIVERGED");
    const theirs = leader.node.engine.reader.block(4n)!.block.header.appHash;
    for (const part of ["block 4", toHex(wrong), toHex(theirs)]) expect(error.message).toContain(part);
    // Block 3 was executed, and neither committed nor shown: the header of block 4 was there before.
    expect(follower.engine.reader.latestHeight()).toBe(2n);
    expect([follower.disk.app.height, follower.app.finalized.length]).toEqual([2n, 3]);
    await expect(follower.engine.broadcastTx(tx("a=1"))).rejects.toBe(error);
  });

  it("serves nothing after a restart either, once it came to another result", async () => {
    const leader = await openLeader();
    await leader.grow(3);
    const disk = new Disk();
    const options = { genesis: leader.genesis, sources: [await leader.source()], disk };
    const wrong = new Uint8Array(32).fill(9);
    const follower = await follow({
      ...options,
      prepare: (app) => {
        app.appHash = (height, computed) => (height === 3n ? wrong : computed);
      },
    });
    // The chain says nothing of the last block yet.
    await untilHeight(follower, 3n);
    await leader.grow(1);
    const { message } = await follower.engine.fatal;
    expect(message).toContain("block 4");
    await expect(openFollower(options)).rejects.toMatchObject({ code: "FOLLOW_DIVERGED", message });
  });
});

describe("transactions", () => {
  it("are handed on, and found here once a block has them", async () => {
    const leader = await openLeader();
    await leader.grow(2);
    const follower = await follow({ genesis: leader.genesis, sources: [dead, await leader.source()] });
    await untilHeight(follower, 2n);
    const bytes = tx("forwarded=1");
    expect(await follower.engine.broadcastTx(bytes)).toMatchObject({ code: 0 });
    const waiting = follower.engine.waitForTx(hashOf(bytes), 15_000);
    await leader.node.engine.produceBlock();
    expect(await waiting).toMatchObject({ height: 3n, index: 0 });
    expect(await follower.engine.broadcastTx(tx("no transaction"))).toMatchObject({ code: 2, codespace: "sdk" });
  });

  it("are refused as the leader's mempool refuses them", async () => {
    const leader = await openLeader();
    const open = async (answer: Parameters<Leader["source"]>[1]) =>
      (await openFollower({ genesis: leader.genesis, sources: [await leader.source({}, answer)] })).engine;
    for (const refusal of [ErrTxInMempoolCache, ErrMempoolIsFull, ErrTxTooLarge]) {
      const { codespace, code, text } = refusal;
      const engine = await open(async () => result({ codespace, code, log: text }));
      const error: unknown = await engine.broadcastTx(tx("a=1")).catch((reason: unknown) => reason);
      expect(CodedError.is(error, refusal)).toBe(true);
    }
  });

  it("are refused when no source answers, when they are too large, and after the end", async () => {
    const leader = await openLeader();
    const follower = await openFollower({ genesis: leader.genesis, sources: [dead] });
    const broadcast = (bytes: Uint8Array) => follower.engine.broadcastTx(bytes).catch((error: unknown) => error);
    expect(await broadcast(tx("a=1"))).toMatchObject({ code: "FOLLOW_UNREACHABLE" });
    expect(CodedError.is(await broadcast(new Uint8Array(11 * 1024 * 1024)), ErrTxTooLarge)).toBe(true);
    await follower.engine.stop();
    expect(await broadcast(tx("a=1"))).toMatchObject({ code: "ENGINE_STOPPED" });
  });
});

describe("death at every step of following", () => {
  it("is repaired by the next start", async () => {
    const leader = await openLeader();
    await leader.grow(5);
    const source = await leader.source();
    const live = async (disk: Disk, faults: Faults): Promise<Follower> => {
      const follower = await openFollower({ genesis: leader.genesis, sources: [source], disk, faults });
      running.push(follower);
      follower.engine.start();
      await Promise.race([untilHeight(follower, 5n), follower.engine.fatal.then((error) => Promise.reject(error))]);
      await follower.engine.stop();
      return follower;
    };
    const honest = new Faults();
    expectSameChain(leader, await live(new Disk(), honest));
    const steps = honest.steps.length;
    expect(honest.steps).toContain("commit answers");
    for (let step = 0; step < steps; step++) {
      const disk = new Disk();
      await expect(live(disk, new Faults().killAt(step)), honest.steps[step]).rejects.toThrow();
      expectSameChain(leader, await live(disk, new Faults()));
    }
  });

  it("a home of another genesis is refused", async () => {
    const leader = await openLeader();
    await leader.grow(2);
    const disk = new Disk();
    await untilHeight(await follow({ genesis: leader.genesis, sources: [await leader.source()], disk }), 2n);
    const other = openFollower({ genesis: twoValidators({ chainId: "other-1" }), sources: [dead], disk });
    await expect(other).rejects.toMatchObject({ code: "GENESIS_MISMATCH" });
  });
});
