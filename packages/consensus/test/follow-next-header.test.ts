/**
 * The header behind a batch: with it the outcome of the batch's last block is compared before that is committed, and it counts
 * only when the validators signed it.
 */
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type Edit, Mutants } from "../../../tests/support/mutant.ts";
import type { DecidedBlock } from "../src/blocks/comet.ts";
import type { ChainFollower } from "../src/follow/chain-follower.ts";
import { FollowLoop } from "../src/follow/follow-loop.ts";
import type { Pulled } from "../src/follow/puller.ts";
import type { SourceEntry } from "../src/follow/source-pool.ts";
import { type FollowEngine, type RpcTransport, systemTimers } from "../src/index.ts";
import { type Follower, openFollower, untilHeight, untilRefused } from "./support/follow/follower.ts";
import { type Leader, type Lie, openLeader, resigned, showing } from "./support/follow/leader.ts";

/** Of the first batch. */
const LAST = 4n;
const BEHIND = LAST + 1n;

const WITHOUT_NEXT: readonly Edit[] = [
  {
    file: "packages/consensus/src/follow/puller.ts",
    text: "withNext: available > BigInt(count)",
    without: "withNext: false",
  },
  { file: "packages/consensus/src/follow/follow-loop.ts", text: "?? firstOf(ahead.arrived())", without: "" },
];
const UNSIGNED: Edit = {
  file: "packages/consensus/src/follow/chain-follower.ts",
  text: "verifySigned(this.#modules.primitives, last, following);",
  without: "",
};

const otherHash = new Uint8Array(32).fill(9);
const mutants = new Mutants<{ FollowEngine: typeof FollowEngine }>("packages/consensus/src/follow/follow-engine.ts");
const running: FollowEngine[] = [];

afterAll(() => mutants.remove());
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

async function start(options: Parameters<typeof openFollower>[0]): Promise<Follower> {
  const follower = await openFollower(options);
  running.push(follower.engine);
  follower.engine.start();
  return follower;
}

async function leaderOf(blocks: number): Promise<Leader> {
  const leader = await openLeader();
  await leader.grow(blocks);
  return leader;
}

/** Shows a header behind the batch that nobody signed, with the signatures for the true one. */
function unsigned({ node: { engine } }: Leader): Lie {
  return {
    commit: (at) => {
      const shown = engine.reader.commit(at);
      return at === BEHIND && shown !== undefined
        ? { ...shown, header: { ...shown.header, appHash: otherHash } }
        : shown;
    },
  };
}

describe("a leader whose validators signed another outcome of a batch's last block", () => {
  const lie = (leader: Leader) =>
    showing(
      leader,
      BEHIND,
      resigned(leader.shown(BEHIND), (block) => ({ ...block, header: { ...block.header, appHash: otherHash } })),
    );

  it("is found out before that block is committed", async () => {
    const leader = await leaderOf(6);
    const { engine, disk, app } = await start({
      genesis: leader.genesis,
      sources: [await leader.source(lie(leader))],
    });
    expect((await engine.fatal).code).toBe("FOLLOW_DIVERGED");
    expect([engine.reader.latestHeight(), disk.app.height, app.finalized.length]).toEqual([3n, 3n, 4]);
  });

  it("is found out a block late by a build that does not ask for the header behind", async () => {
    const leader = await leaderOf(6);
    const { FollowEngine: Engine } = await mutants.without(WITHOUT_NEXT);
    const sources = [await leader.source(lie(leader))];
    const { engine, disk } = await start({ genesis: leader.genesis, sources, Engine });
    expect((await engine.fatal).code).toBe("FOLLOW_DIVERGED");
    expect([engine.reader.latestHeight(), disk.app.height]).toEqual([LAST, LAST]);
  });
});

describe("a header behind a batch that nobody signed", () => {
  it("is the source's lie: nothing diverges, and another source leads on", async () => {
    const leader = await leaderOf(6);
    const liar = await leader.source(unsigned(leader));
    const alone = await start({ genesis: leader.genesis, sources: [liar] });
    expect(await untilRefused(alone)).toBe("HEADER_HASH");
    expect(alone.engine.reader.latestHeight()).toBe(3n);
    expect(alone.app.finalized).toHaveLength(3);
    const helped = await start({ genesis: leader.genesis, sources: [liar, await leader.source()] });
    await untilHeight(helped, 6n);
  });

  it("stops a build that believes it", async () => {
    const leader = await leaderOf(6);
    const { FollowEngine: Engine } = await mutants.without([UNSIGNED]);
    const { engine } = await start({
      genesis: leader.genesis,
      sources: [await leader.source(unsigned(leader))],
      Engine,
    });
    expect((await engine.fatal).code).toBe("FOLLOW_DIVERGED");
  });
});

it("what a source said a while ago is not taken for the end of the chain", async () => {
  const leader = await leaderOf(8);
  const honest = await leader.source();
  const asked: string[] = [];
  let now = 0;
  const growing: RpcTransport = {
    url: honest.url,
    async post(body, limits) {
      const calls = [JSON.parse(body)].flat() as { method: string; params: { height?: string } }[];
      asked.push(calls.map(({ method, params }) => `${method} ${params.height ?? ""}`).join());
      const answer = await honest.post(body, limits);
      // It said 8 before; it has 10 when the second batch is asked for.
      if (body.includes("genesis_chunked")) {
        await leader.grow(2);
        now += 1000;
      }
      return answer;
    },
  };
  const timers = { ...systemTimers, now: () => now };
  const follower = await start({ genesis: leader.genesis, sources: [growing], timers });
  await untilHeight(follower, 10n);
  expect(asked.find((calls) => calls.startsWith("block 5"))).toContain("block 10");
});

describe("the loop", () => {
  const block = (height: bigint) =>
    ({ sealed: { block: { header: { height } } }, seenCommit: { height } }) as unknown as DecidedBlock;
  const batch = (entry: SourceEntry, ...heights: bigint[]): Pulled => ({
    entry,
    blocks: heights.map(block),
    next: undefined,
  });

  /** Follows two batches; `refusal` is what the header behind the first one meets. */
  async function follow(refusal?: Error) {
    const [first, second] = [{}, {}] as [SourceEntry, SourceEntry];
    const batches = [batch(first, 1n, 2n), batch(second, 3n)];
    const compared: unknown[] = [];
    const failed: unknown[] = [];
    const chain = {
      state: { height: 0n, initialHeight: 1n },
      refusalOf: async () => undefined,
      refusalOfFollowing: async (_: DecidedBlock, { header }: { header: { height: bigint } }) =>
        header.height === 3n ? refusal : undefined,
      advance: async ({ seenCommit }: DecidedBlock, following?: { header: { height: bigint } }) => {
        compared.push([seenCommit.height, following?.header.height]);
      },
    } as unknown as ChainFollower;
    const pool = {
      succeed() {},
      fail: (entry: SourceEntry) => failed.push(entry === second ? "second" : "first"),
    } as never;
    const puller = { pull: async () => batches.shift() } as never;
    const modules = {
      chain,
      pool,
      puller,
      timers: systemTimers,
      stopping: new AbortController().signal,
      onExecuted() {},
    };
    await new FollowLoop(modules).run();
    return { compared, failed };
  }

  it("takes the header behind a batch from the next batch, when that is here already", async () => {
    const { compared, failed } = await follow();
    expect([compared, failed]).toEqual([
      [
        [1n, 2n],
        [2n, 3n],
        [3n, undefined],
      ],
      [],
    ]);
  });

  it("blames the source that gave it", async () => {
    const { compared, failed } = await follow(new Error("a lie"));
    expect([compared, failed]).toEqual([[[1n, 2n]], ["second"]]);
  });
});
