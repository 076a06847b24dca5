/**
 * Following nodes for tests: homes that registered, the command that follows, and what nodes say of
 * their chain.
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import { ANY_PORTS_BUT_FAUCET, type Localnet, type ReadyLine, type StartOptions, startNode } from "./localnet.ts";
import { becomesTrue, runCommand } from "./processes.ts";

async function mustRun(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand(args);
  if (code !== 0) throw new Error(`${args.join(" ")}\n${stderr}`);
}

/** Makes `home` a home of the leader's network whose enclave has earned the seeds. */
export async function registerHome({ rpc, faucet }: ReadyLine, home: string): Promise<void> {
  await mustRun(["init", "--home", home, "--join", rpc]);
  await mustRun(["register", "--home", home, "--node", rpc, "--faucet", faucet]);
}

/** Starts a node that follows `sources` with the home `home`. */
export function startFollower(home: string, sources: readonly string[], options: StartOptions = {}): Promise<Localnet> {
  const args = ["start", "--json", ...ANY_PORTS_BUT_FAUCET, "--home", home, "--follow", sources.join(",")];
  return startNode(args, options);
}

/** Result of an RPC method in its URI form. */
export async function rpcGet(rpc: string, path: string): Promise<ReturnType<typeof JSON.parse>> {
  const response = await fetch(`${rpc}/${path}`);
  return ((await response.json()) as { result: unknown }).result;
}

export async function heightOf(rpc: string): Promise<number> {
  return Number((await rpcGet(rpc, "status")).sync_info.latest_block_height);
}

/** Waits until the node has `height` and says that it is not behind. */
export async function untilSynced(rpc: string, height: number): Promise<void> {
  const synced = await becomesTrue(async () => {
    const { sync_info: sync } = await rpcGet(rpc, "status");
    return Number(sync.latest_block_height) >= height && sync.catching_up === false;
  }, 30_000);
  if (!synced) throw new Error(`${rpc} did not come to height ${height}`);
}

/** What a node says of every height up to `last`: block, app hash, results. */
export async function historyOf(rpc: string, last: number): Promise<unknown[]> {
  const heights = Array.from({ length: last }, (_, i) => i + 1);
  return Promise.all(
    heights.map(async (height) => {
      const { block_id: id, block } = await rpcGet(rpc, `block?height=${height}`);
      const results = await rpcGet(rpc, `block_results?height=${height}`);
      return {
        height,
        hash: id.hash,
        appHash: block.header.app_hash,
        after: results.app_hash,
        results: results.txs_results,
      };
    }),
  );
}

/** The follower comes to where the leader is, and both say the same of every height. */
export async function expectSameHistory(leader: Localnet, follower: Localnet): Promise<void> {
  const height = await heightOf(leader.ready.rpc);
  await untilSynced(follower.ready.rpc, height);
  expect(await historyOf(follower.ready.rpc, height)).toEqual(await historyOf(leader.ready.rpc, height));
}

/** Height that a request asks blocks for; 0 when it asks for none. */
function askedHeight(body: string): number {
  const calls = [JSON.parse(body)].flat() as { method: string; params: { height?: string } }[];
  return Math.max(0, ...calls.map(({ params }) => Number(params.height ?? 0)));
}

/** An RPC that never answers for blocks above `last`, and is `rpc` for everything else. */
export async function limitedSource(rpc: string, last: number): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    // It has no websocket.
    if (request.method !== "POST") return response.writeHead(404).end();
    let body = "";
    for await (const chunk of request) body += chunk;
    if (askedHeight(body) > last) return;
    response.end(await (await fetch(rpc, { method: "POST", body })).text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
