/**
 * Two networks on one machine: nothing of one reaches the other.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { TxResultCode } from "secretjs";
import { describe, expect, it } from "vitest";
import { lifecycle, portsOf } from "../support/lifecycle.ts";
import { clientOf, deploy, execute, FAST, type Localnet, MNEMONICS } from "../support/localnet.ts";
import { portIsFree } from "../support/processes.ts";

const { folder, start, expectNothingLeft } = lifecycle("two");

/** Default ports: RPC, REST, gRPC, gRPC-web, faucet (spec 04 §3.1, §3.2). */
const DEFAULTS = [26657, 1317, 9090, 9091, 5000];

/** An offset at which all default ports are free, from `first` on. */
async function freeOffset(first: number): Promise<number> {
  for (let offset = first; offset < 30_000; offset += 7) {
    const free = await Promise.all(DEFAULTS.map((port) => portIsFree(port + offset)));
    if (free.every((one) => one)) return offset;
  }
  throw new Error("no offset with free ports");
}

const FEE = { gasLimit: 60_000, ...FAST };

/** Sends from a to b over `net`, signed for the chain `chainId`. */
function send(net: Localnet, chainId: string) {
  const client = clientOf({ ...net.ready, chain_id: chainId }, MNEMONICS.a);
  const to_address = clientOf(net.ready, MNEMONICS.b).address;
  const amount = [{ denom: "uscrt", amount: "7" }];
  return client.tx.bank.send({ from_address: client.address, to_address, amount }, FEE);
}

async function heightOf({ ready }: Localnet): Promise<number> {
  const { result } = (await (await fetch(`${ready.rpc}/status`)).json()) as {
    result: { sync_info: { latest_block_height: string } };
  };
  return Number(result.sync_info.latest_block_height);
}

describe("two networks side by side", () => {
  it("have their own ports, homes, chains and keys, and refuse each other's transactions", async () => {
    const HOME = join(folder, "user");
    const offset = await freeOffset(1000 + (process.pid % 20_000));
    const one = await start(["--chain-id", "one-1", "--port-offset", `${offset}`], { env: { HOME }, ports: [] });
    const two = await start(["--chain-id", "two-1"], { env: { HOME } });
    expect(portsOf(one)).toEqual(DEFAULTS.map((port) => port + offset));
    for (const chain of ["one-1", "two-1"]) {
      expect(existsSync(join(HOME, ".enclavenet", chain, "config", "genesis.json"))).toBe(true);
    }

    const counts = await Promise.all(
      [one, two].map(async (net, i) => {
        const client = clientOf(net.ready, MNEMONICS.a);
        const counter = await deploy(client, "counter", { count: 10 * i }, "same label");
        expect((await execute(client, counter, { add: { n: i + 1 } })).code).toBe(0);
        const { address, codeHash } = counter;
        const query = { contract_address: address, code_hash: codeHash, query: { get_count: {} } };
        return client.query.compute.queryContract(query);
      }),
    );
    expect(counts).toEqual([{ count: 1 }, { count: 12 }]);

    for (const [net, own, other] of [
      [one, "one-1", "two-1"],
      [two, "two-1", "one-1"],
    ] as const) {
      expect(await send(net, own)).toMatchObject({ code: TxResultCode.Success });
      const height = await heightOf(net);
      // sdk 4: unauthorized, since the signature covers the chain id (spec 04 §6.5). CheckTx says it, so nothing is included.
      await expect(send(net, other)).rejects.toThrowError(
        new RegExp(`code 4 \\(codespace: sdk\\).*chain-id \\(${own}\\)`),
      );
      expect(await heightOf(net)).toBe(height);
    }

    expect((await one.stop()).code).toBe(0);
    expect(await send(two, "two-1")).toMatchObject({ code: TxResultCode.Success });
    expect((await two.stop()).code).toBe(0);
    await expectNothingLeft(one);
    await expectNothingLeft(two);
  });
});
