/**
 * A file system that takes no more, by the limit of a process on file sizes, which needs no privileges: the node ends with an
 * error that says what to do, has lost nothing, and goes on without the limit. (`scripts/full-disk.mjs` does the same with
 * real file systems that fill up.)
 * @module
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rpcBatch } from "../../bench/lib/nodes.mjs";
import { BenchWallet, multiSend, storeCode } from "../../bench/lib/wallets.mjs";
import { lifecycle } from "../support/lifecycle.ts";
import { ANY_PORTS, contractWasm, MNEMONICS } from "../support/localnet.ts";
import { COMMAND, type Ended } from "../support/processes.ts";

const { folder, TMPDIR, start } = lifecycle("full");

/** Unit of `ulimit -f` in a POSIX shell. */
const BLOCK = 512;

/** Starts the command with a limit on file sizes; `ready` is undefined when it ends before. */
function startLimited(home: string, bytes: number) {
  const script = `ulimit -f ${bytes / BLOCK}; exec "$@"`;
  const command = [process.execPath, COMMAND, "localnet", "--json", "--home", home, ...ANY_PORTS];
  const child = spawn("/bin/sh", ["-c", script, "sh", ...command], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR },
  });
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const ready = new Promise<{ readonly rpc: string; readonly rest: string } | undefined>((resolve) => {
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      if (stdout.includes("\n")) resolve(JSON.parse(stdout.split("\n")[0] as string));
    });
    void ended.then(() => resolve(undefined));
  });
  return { ready, ended };
}

function expectClear({ code, signal, stderr }: Ended): void {
  expect([code, signal]).toEqual([1, null]);
  expect(stderr).toMatch(
    /^enclavenet: .*(limit of this process on file sizes|full or limited).*\n {2}.*nothing that it has acknowledged is lost$/m,
  );
}

const broadcast = (tx: Uint8Array) => ({
  method: "broadcast_tx_commit",
  params: { tx: Buffer.from(tx).toString("base64") },
});

describe("a disk that takes no more", () => {
  it.each([4096, 10_240, 16_384])("at %i bytes ends the first start; the next one is a first start", async (bytes) => {
    const home = join(folder, `first-${bytes}`);
    const limited = startLimited(home, bytes);
    expect(await limited.ready).toBeUndefined();
    expectClear(await limited.ended);
    const net = await start(["--home", home]);
    expect(net.ready.height).toBeGreaterThanOrEqual(1);
    expect((await net.stop()).code).toBe(0);
  });

  it("in a block ends the node; what it has answered is there when it goes on", async () => {
    const home = join(folder, "block");
    const limited = startLimited(home, 120 * 1024);
    const ready = await limited.ready;
    if (ready === undefined) throw new Error((await limited.ended).stderr);
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(ready);
    const [sent] = await rpcBatch(ready, [broadcast(wallet.sign([multiSend(wallet, [wallet], "1")], 100_000n))]);
    expect(sent).toMatchObject({ tx_result: { code: 0 } });
    const upload = wallet.sign([storeCode(wallet, contractWasm("counter"))], 3_000_000n);
    await expect(rpcBatch(ready, [broadcast(upload)])).rejects.toThrow();
    expectClear(await limited.ended);

    const net = await start(["--home", home]);
    const [found] = await rpcBatch(net.ready, [
      { method: "tx", params: { hash: Buffer.from(sent.hash, "hex").toString("base64") } },
    ]);
    expect(found).toMatchObject({ height: sent.height, tx_result: sent.tx_result });
    const again = await wallet.load(net.ready);
    const retried = again.sign([storeCode(again, contractWasm("counter"))], 3_000_000n);
    expect((await rpcBatch(net.ready, [broadcast(retried)]))[0]).toMatchObject({ tx_result: { code: 0 } });
  });
});
