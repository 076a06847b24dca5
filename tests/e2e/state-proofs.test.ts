/**
 * A network whose enclave believes state only with a proof: the unmodified client sees no difference, failed transactions and
 * nested calls included, and the setting stays with the network.
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  clientOf,
  contractWasm,
  type Deployed,
  execute,
  FAST,
  instantiate,
  type Localnet,
  MNEMONICS,
  startLocalnet,
  storeCode,
} from "../support/localnet.ts";
import { runCommand } from "../support/processes.ts";

const home = mkdtempSync(join(tmpdir(), "enclavenet-proofs-"));
const running = new Set<Localnet>();

async function start(...options: readonly string[]): Promise<Localnet> {
  const net = await startLocalnet(["--home", home, ...options]);
  running.add(net);
  return net;
}

async function stop(net: Localnet): Promise<void> {
  await net.stop();
  running.delete(net);
}

afterAll(async () => {
  for (const net of running) await stop(net);
  rmSync(home, { recursive: true, force: true });
});

function ask(client: ReturnType<typeof clientOf>, contract: Deployed, query: object): Promise<unknown> {
  return client.query.compute.queryContract({
    contract_address: contract.address,
    code_hash: contract.codeHash,
    query,
  });
}

const countOf = (contract: Deployed) => ({
  get_count_of: { contract: contract.address, code_hash: contract.codeHash },
});

describe("a network with proofs of state", () => {
  let first: Deployed;
  let second: Deployed;

  it("runs contracts, calls between contracts, failures and queries", async () => {
    const net = await start("--state-proofs", "all");
    const a = clientOf(net.ready, MNEMONICS.a);
    const code = await storeCode(a, contractWasm("counter"));
    first = await instantiate(a, code, { count: 7 });
    second = await instantiate(a, code, { count: 100 });
    expect(await ask(a, first, { get_count: {} })).toEqual({ count: 7 });
    const relay = (msg: object) => ({
      relay: {
        contract: second.address,
        code_hash: second.codeHash,
        msg: Buffer.from(JSON.stringify(msg)).toString("base64"),
        funds: [],
        reply_on: "always",
      },
    });
    // More than one message in a block, so that some read what others wrote, or what failed ones did not.
    const sent = [
      await execute(a, first, { increment: {} }),
      await execute(a, first, { panic: {} }),
      await execute(a, first, relay({ add: { n: 5 } })),
      await execute(a, first, relay({ fail: { text: "no" } })),
    ];
    expect(sent.map(({ code, rawLog }) => (code === 0 ? "" : rawLog))).toEqual([
      "",
      expect.stringContaining("panicked"),
      "",
      "",
    ]);
    expect(await ask(a, first, { get_count: {} })).toEqual({ count: 8 });
    expect(await ask(a, first, countOf(second))).toEqual({ count: 105 });
    const messages = await Promise.all(
      [MNEMONICS.b, MNEMONICS.c, MNEMONICS.d].map((mnemonic) =>
        execute(clientOf(net.ready, mnemonic), first, { increment: {} }),
      ),
    );
    expect(messages.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await ask(a, first, { get_count: {} })).toEqual({ count: 11 });
    await stop(net);
  });

  it("goes on after a restart, and answers what the last block wrote", async () => {
    const net = await start();
    const a = clientOf(net.ready, MNEMONICS.a);
    expect(await ask(a, first, { get_count: {} })).toEqual({ count: 11 });
    expect((await execute(a, first, { increment: {} })).code).toBe(0);
    expect(await ask(a, first, countOf(second))).toEqual({ count: 105 });
    const sent = await a.tx.bank.send(
      { from_address: a.address, to_address: second.address, amount: [{ denom: "uscrt", amount: "5" }] },
      { gasLimit: 30_000, ...FAST },
    );
    expect(sent.code).toBe(0);
    await stop(net);
  });

  it("lets in the machines of its proven list alone", async () => {
    const net = await start();
    const { rpc, faucet } = net.ready;
    const authority = join(home, "authority.txt");
    writeFileSync(authority, MNEMONICS.validator);
    const node = join(home, "node");
    expect((await runCommand(["init", "--home", node, "--join", rpc])).code).toBe(0);
    const machines = async (...args: readonly string[]) =>
      (await runCommand(["machines", "--node", rpc, "--mnemonic-file", authority, "--list", "on", ...args])).code;
    const register = () => runCommand(["register", "--home", node, "--node", rpc, "--faucet", faucet, "--json"]);
    expect(await machines()).toBe(0);
    const refused = await register();
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("does not let this node in")]);
    const steps = refused.stdout.trim().split("\n");
    const id: string = steps.map((line) => JSON.parse(line)).find(({ step }) => step === "evidence").machine_id;
    expect(await machines("--allow", id)).toBe(0);
    expect((await register()).code).toBe(0);
    await stop(net);
  }, 240_000);

  it("cannot be started as one without proofs", async () => {
    await expect(start("--state-proofs", "off")).rejects.toThrow('this network began with state proofs "all"');
  });
});
