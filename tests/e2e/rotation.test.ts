/**
 * Rotation of the seeds of a running network, by the documented commands: clients that know the old key and clients that ask for the
 * new one, contracts of before and of after, nodes that registered before and after. docs/protocol/rotation.md.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Permit, SecretNetworkClient } from "secretjs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectSameHistory, registerHome, startFollower } from "../support/follower.ts";
import {
  clientOf,
  type Deployed,
  deploy,
  execute,
  type Localnet,
  MNEMONICS,
  startLocalnet,
} from "../support/localnet.ts";
import { runCommand, runForJson, temporaryFolder } from "../support/processes.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const folder = temporaryFolder("rotation");
const at = (name: string): string => join(folder, name);
const home = at("first");
const running: Localnet[] = [];

let net: Localnet;
let token: Deployed;
/** Asked for the network's key before the rotation. */
let cached: SecretNetworkClient;
let oldKey: unknown;
/** Signed before the rotation. */
let permit: Permit;

async function start(): Promise<void> {
  net = await startLocalnet(["--home", home]);
  running.push(net);
}

/** What the enclave of the stopped node has to say. */
async function prepare(): Promise<Record<string, unknown>> {
  await net.stop();
  const prepared = await runForJson(["rotate", "prepare", "--home", home, "--out", at("rotation.json"), "--json"]);
  await start();
  return prepared;
}

const sendArgs = (account: keyof typeof MNEMONICS) => {
  writeFileSync(at(account), MNEMONICS[account]);
  return ["rotate", "send", at("rotation.json"), "--node", net.ready.rpc, "--mnemonic-file", at(account), "--json"];
};

const txKey = async (client: SecretNetworkClient) => (await client.query.registration.txKey({})).key;

async function balanceOf(node: Localnet, address: string, key: string): Promise<string> {
  const client = clientOf(node.ready, MNEMONICS.c);
  const contract = { address: token.address, code_hash: token.codeHash };
  return (await client.query.snip20.getBalance({ contract, address, auth: { key } })).balance.amount;
}

/** A permit as the client's own signer makes it, on this machine alone. */
function permitOf(client: SecretNetworkClient): Promise<Permit> {
  return client.utils.accessControl.permit.sign(
    client.address,
    "secretdev-1",
    "reading",
    [token.address],
    ["balance"],
    false,
  );
}

/** The balance that a viewing key or a permit opens to `client`, or the contract's refusal. */
async function opened(client: SecretNetworkClient, address: string, auth: object): Promise<string> {
  const contract = { address: token.address, code_hash: token.codeHash };
  const answer = await client.query.snip20.getBalance({ contract, address, auth });
  return typeof answer === "string" ? answer : (answer.balance?.amount ?? JSON.stringify(answer));
}

async function succeed(client: SecretNetworkClient, contract: Deployed, msg: object): Promise<void> {
  const tx = await execute(client, contract, msg, { gasLimit: 500_000 });
  expect([tx.code, tx.rawLog]).toEqual([0, ""]);
}

beforeAll(async () => {
  await start();
  const a = clientOf(net.ready, MNEMONICS.a);
  token = await deploy(a, "token", {
    name: "Private Coin",
    symbol: "PRIV",
    decimals: 6,
    prng_seed: Buffer.from("seed").toString("base64"),
    initial_balances: [{ address: a.address, amount: "1000" }],
  });
  await succeed(a, token, { set_viewing_key: { key: "key of a" } });
  await registerHome(net.ready, at("earlier"));
});

afterAll(async () => {
  for (const node of running) await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a rotation", () => {
  it("is prepared on the node where the network began, which is registered from birth", async () => {
    expect(await prepare()).toMatchObject({ event: "prepared" });
  });

  it("is the authority's to send, and gives the network another key", async () => {
    cached = clientOf(net.ready, MNEMONICS.a);
    await succeed(cached, token, { transfer: { recipient: cached.address, amount: "1" } });
    oldKey = await txKey(cached);
    permit = await permitOf(cached);
    expect(await opened(cached, cached.address, { permit })).toBe("1000");
    const refused = await runCommand(sendArgs("b"));
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("may not rotate the network")]);
    const rotated = await runForJson(sendArgs("validator"));
    expect(rotated).toMatchObject({ event: "rotated", height: expect.any(Number) });
    expect(await txKey(cached)).not.toBe(oldKey);
    const again = await runCommand(sendArgs("validator"));
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("the network refuses this rotation")]);
  });

  it("leaves clients that know the old key working, and their contracts with their state", async () => {
    const recipient = clientOf(net.ready, MNEMONICS.b).address;
    const tx = await execute(cached, token, { transfer: { recipient, amount: "250" } });
    expect([
      tx.code,
      JSON.parse(
        Buffer.from(tx.data[0] as Uint8Array)
          .toString()
          .trim()
          .replace(/^[^{]*/, ""),
      ),
    ]).toEqual([0, { transfer: { status: "success" } }]);
    const contract = { address: token.address, code_hash: token.codeHash };
    const { balance } = await cached.query.snip20.getBalance({
      contract,
      address: cached.address,
      auth: { key: "key of a" },
    });
    expect(balance.amount).toBe("750");
    expect(await balanceOf(net, cached.address, "key of a")).toBe("750");
  });

  it("leaves permits and viewing keys good, whichever key of the network the client knows", async () => {
    const [fresh, { address }] = [clientOf(net.ready, MNEMONICS.a), cached];
    const after = await permitOf(fresh);
    await succeed(cached, token, { set_viewing_key: { key: "set under the old key" } });
    for (const client of [cached, fresh]) {
      for (const auth of [{ permit }, { permit: after }, { key: "set under the old key" }]) {
        expect(await opened(client, address, auth)).toBe("750");
      }
      expect(await opened(client, address, { key: "key of a" })).not.toBe("750");
    }
    await succeed(fresh, token, { set_viewing_key: { key: "key of a" } });
    for (const client of [cached, fresh]) expect(await opened(client, address, { key: "key of a" })).toBe("750");
    await succeed(cached, token, { revoke_permit: { permit_name: "reading" } });
    for (const client of [cached, fresh]) expect(await opened(client, address, { permit })).not.toBe("750");
  });

  it("lets contracts of before and after call each other", async () => {
    const fresh = clientOf(net.ready, MNEMONICS.b);
    const receiver = await deploy(fresh, "receiver", {});
    const { address, codeHash: code_hash } = token;
    await succeed(fresh, receiver, { know: { token: address, code_hash, viewing_key: "key of the receiver" } });
    await succeed(fresh, receiver, { register: { token: address } });
    await succeed(cached, token, { send: { recipient: receiver.address, amount: "100" } });
    await succeed(fresh, token, { send: { recipient: receiver.address, amount: "50" } });
    expect(await balanceOf(net, receiver.address, "key of the receiver")).toBe("150");
  });

  it("takes along nodes that registered before it, and those that register later", async () => {
    await registerHome(net.ready, at("later"));
    for (const name of ["earlier", "later"]) {
      const follower = await startFollower(at(name), [net.ready.rpc]);
      running.push(follower);
      await expectSameHistory(net, follower);
      expect(await balanceOf(follower, cached.address, "key of a")).toBe("650");
    }
  });

  it("outlives a restart", async () => {
    const key = await txKey(cached);
    await net.stop();
    await start();
    const client = clientOf(net.ready, MNEMONICS.a);
    expect(await txKey(client)).toBe(key);
    await succeed(client, token, { transfer: { recipient: client.address, amount: "1" } });
  });
});
