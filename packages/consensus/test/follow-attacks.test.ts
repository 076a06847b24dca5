/**
 * The lying leader: every lie is refused with its code and leaves the node as it was, an honest second source leads on, and
 * a build in which only the checks in its way are missing takes the lie.
 */
import { toHex } from "@enclavenet/common";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Mutants } from "../../../tests/support/mutant.ts";
import type { FollowEngine } from "../src/index.ts";
import { attacks, LIE_HEIGHT } from "./support/follow/attacks.ts";
import { eventually, type Follower, openFollower, untilHeight, untilRefused } from "./support/follow/follower.ts";
import { type Leader, openLeader } from "./support/follow/leader.ts";
import { verifyChain } from "./support/verify-chain.ts";

const mutants = new Mutants<{ FollowEngine: typeof FollowEngine }>("packages/consensus/src/follow/follow-engine.ts");
const running: FollowEngine[] = [];

afterAll(() => mutants.remove());
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

async function leaderOf(blocks: bigint): Promise<Leader> {
  const leader = await openLeader();
  await leader.grow(Number(blocks));
  return leader;
}

async function start(options: Parameters<typeof openFollower>[0]): Promise<Follower> {
  const follower = await openFollower(options);
  running.push(follower.engine);
  follower.engine.start();
  return follower;
}

/** `undone`: blocks that were executed and not committed. */
function remains({ engine, disk, app }: Follower, leader: Leader, undone: number): void {
  const { reader } = engine;
  const height = reader.latestHeight();
  expect(height).toBeLessThan(LIE_HEIGHT);
  expect(disk.app.height).toBe(height);
  expect(app.finalized.map(({ hash }) => hash)).toEqual(
    app.finalized.map(({ height: at }) => toHex(leader.shown(at).record.blockId.hash)),
  );
  expect(app.finalized).toHaveLength(Number(height) + undone);
  if (height > 0n) verifyChain(reader);
}

describe.each(attacks)("$name", ({ code, checks, lie, fatal }) => {
  it(`is refused: ${code}`, async () => {
    const leader = await leaderOf(LIE_HEIGHT);
    const liar = await leader.source(await lie(leader));
    const alone = await start({ genesis: leader.genesis, sources: [liar] });
    expect(fatal ? (await alone.engine.fatal).code : await untilRefused(alone)).toBe(code);
    // What contradicts the outcome of a block comes before that is committed.
    remains(alone, leader, fatal ? 1 : 0);
    if (fatal) return;
    const helped = await start({ genesis: leader.genesis, sources: [liar, await leader.source()] });
    await untilHeight(helped, LIE_HEIGHT);
    expect(toHex(helped.disk.app.appHash)).toBe(toHex(leader.node.disk.app.appHash));
  });

  it("gets through a build without the check", async () => {
    const leader = await leaderOf(LIE_HEIGHT);
    const liar = await leader.source(await lie(leader));
    const { FollowEngine: Engine } = await mutants.without(checks);
    const taken = await start({ genesis: leader.genesis, sources: [liar], Engine });
    const end = await eventually(() =>
      taken.app.finalized.length >= Number(LIE_HEIGHT) ? "taken" : taken.engine.progress().lastError?.code,
    );
    expect(end).toBe("taken");
  });
});
