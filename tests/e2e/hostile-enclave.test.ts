/**
 * A whole node on an enclave bundle that turns on it: wrong frames, lies, floods, silence, sudden ends; at the start, in the middle
 * of a block, in a query. The node ends and says what happened, nothing that it showed is lost, and with the real bundle it goes
 * on from there; at the end another node executes the whole chain and comes to the same app hashes.
 * @module
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startNode } from "../../bench/lib/nodes.mjs";
import { heightOf, historyOf, registerHome, startFollower, untilSynced } from "../support/follower.ts";
import { type HostilePlan, hostileBundle } from "../support/hostile-enclave/hostile-enclave.ts";
import {
  clientOf,
  type Deployed,
  deploy,
  execute,
  type Localnet,
  MNEMONICS,
  type ReadyLine,
  startLocalnet,
} from "../support/localnet.ts";
import { isRunning, temporaryFolder, timed } from "../support/processes.ts";

// Every test starts nodes.
vi.setConfig({ testTimeout: 90_000 });

const DEADLINE_MS = 1_500;
const END_MS = 20_000;
const realBundle = fileURLToPath(
  new URL("../../packages/enclave/dist/bundles/enclave-development.mjs", import.meta.url),
);
const folder = temporaryFolder("hostile-enclave");
const home = join(folder, "home");

let net: Localnet;
let counter: Deployed;
/** The contract's count, as somebody was last shown it. */
let shown = 0;

const client = ({ rest }: { readonly rest: string }) =>
  clientOf({ rest, chain_id: "secretdev-1" } as ReadyLine, MNEMONICS.a);

const increment = (node: { readonly rest: string }) => execute(client(node), counter, { increment: {} });

async function countOf(node: { readonly rest: string }): Promise<number> {
  const { address: contract_address, codeHash: code_hash } = counter;
  const query = { contract_address, code_hash, query: { get_count: {} } };
  return (await client(node).query.compute.queryContract<object, { count: number }>(query)).count;
}

async function history(): Promise<unknown[]> {
  return await historyOf(net.ready.rpc, await heightOf(net.ready.rpc));
}

beforeAll(async () => {
  net = await startLocalnet(["--home", home]);
  counter = await deploy(client(net.ready), "counter", { count: 0 });
});

afterAll(async () => {
  await net.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function startHostile(plan: HostilePlan) {
  return startNode(hostileBundle(realBundle, folder, plan), ["--home", home, "--deadline", `${DEADLINE_MS}`]);
}

/** Runs the node on a hostile bundle, which takes a query and a transaction; gives what it said at its end. */
async function suffer(plan: HostilePlan): Promise<string> {
  const node = await startHostile(plan);
  const asked = countOf(node)
    .then(() => increment(node))
    .catch(() => undefined);
  const { ms, value: code } = await timed(node.exited);
  await asked;
  expect([code, ms < END_MS, isRunning(node.enclavePid)]).toEqual([1, true, false]);
  return node.log();
}

/** What holds of the real bundle's node after a hostile one: all that was shown, and the next transaction. */
async function expectNothingLost(before: readonly unknown[]): Promise<void> {
  net = await startLocalnet(["--home", home]);
  expect((await history()).slice(0, before.length)).toEqual(before);
  const count = await countOf(net.ready);
  // The transaction that nobody was shown is in its block, or was lost with the mempool.
  expect([shown, shown + 1]).toContain(count);
  expect((await increment(net.ready)).code).toBe(0);
  shown = await countOf(net.ready);
  expect(shown).toBe(count + 1);
}

/** In the answer to `status`: behind kind and chain id are the hash of genesis and the height. */
const [GENESIS_HASH_AT, HEIGHT_AT] = [1 + 4 + "secretdev-1".length, 1 + 4 + "secretdev-1".length + 32];

describe("an enclave that turns on its node", () => {
  describe("at its start", () => {
    let before: unknown[];
    beforeAll(async () => {
      before = await history();
      await net.stop();
    });

    it.each<[string, string, HostilePlan]>([
      ["says nothing", "ENCLAVE_DEADLINE", { call: "hello", how: "hang" }],
      ["speaks another version", "ENCLAVE_VERSION", { call: "hello", how: "patch", at: 0, bytes: "ff" }],
      ["is noise", "ENCLAVE_FRAME", { call: "status", how: "noise" }],
      [
        "has forgotten blocks",
        "ENCLAVE_BEHIND",
        { call: "status", how: "patch", at: HEIGHT_AT, bytes: "00".repeat(8) },
      ],
      [
        "has keys of another network",
        "ENCLAVE_OTHER_NETWORK",
        { call: "status", how: "patch", at: GENESIS_HASH_AT, bytes: "77".repeat(32) },
      ],
    ])("%s: %s", async (_what, code, plan) => {
      await expect(startHostile(plan)).rejects.toThrow(code);
    });

    it("has changed nothing", async () => {
      await expectNothingLost(before);
    });
  });

  it.each<[string, string, HostilePlan]>([
    ["a block, with an endless frame", "ENCLAVE_FRAME", { call: "beginBlock", how: "hugeLength" }],
    ["a message, twice", "ENCLAVE_PROTOCOL", { call: "execute", how: "twice" }],
    ["a message, for ever", "ENCLAVE_PROTOCOL", { call: "execute", how: "floodOfAnswers" }],
    ["a message, with questions for ever", "ENCLAVE_DEADLINE", { call: "execute", how: "floodOfOcalls" }],
    ["a message, by half and then never", "ENCLAVE_DEADLINE", { call: "execute", how: "halfAndHang" }],
    ["a message, by half and with its end", "ENCLAVE_DIED", { call: "execute", how: "halfAndExit" }],
    ["a message, with a crash", "signal SIGSEGV", { call: "execute", how: "crash" }],
    [
      "the end of a block, with its own end",
      "cannot open its sealed state",
      { call: "endBlock", how: "exit", code: 72 },
    ],
    ["a query, with noise", "the enclave's answer cannot be read", { call: "query", how: "noise" }],
  ])("when it answers %s: %s", async (_what, said, plan) => {
    const before = await history();
    await net.stop();
    expect(await suffer(plan)).toContain(said);
    await expectNothingLost(before);
  });

  it("leaves a chain that another node executes to the same app hashes", async () => {
    await registerHome(net.ready, join(folder, "follower"));
    const follower = await startFollower(join(folder, "follower"), [net.ready.rpc]);
    try {
      const all = await history();
      await untilSynced(follower.ready.rpc, all.length);
      expect(await historyOf(follower.ready.rpc, all.length)).toEqual(all);
      expect(await countOf(follower.ready)).toBe(shown);
    } finally {
      await follower.stop();
    }
  });
});
