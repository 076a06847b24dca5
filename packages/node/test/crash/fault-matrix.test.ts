/**
 * The whole node at every step that changes its disk: the process dies there, the power fails there, the disk is full there.
 * The next start goes on: what was shown is there, every app hash is that of an undisturbed run, nothing is applied twice.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskError, toHex } from "@enclavenet/common";
import { encodeBech32 } from "@enclavenet/wire";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { BenchWallet, instantiate, storeCode } from "../../../../bench/lib/wallets.mjs";
import { replayHome } from "../../../../scripts/lib/crash/replay.mjs";
import { LOCAL_ACCOUNTS } from "../../src/index.ts";
import { disk, type Fault } from "./disk-faults.ts";
import { abandon, bury, primitives, WholeNode } from "./whole-node.ts";

vi.mock("node:fs", async (original) => (await import("./faulty-modules.ts")).faultyFs(await original()));
vi.mock("node:fs/promises", async (original) =>
  (await import("./faulty-modules.ts")).faultyFsPromises(await original()),
);
vi.mock("lmdb", async (original) => (await import("./faulty-modules.ts")).faultyLmdb(await original()));

const folder = mkdtempSync(join(tmpdir(), "enclavenet-faults-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let places = 0;
const place = (name: string) => join(folder, `${name}-${++places}`);

/** Of the homes that are born here, one in so many is replayed. */
const REPLAY_EVERY = 6;

const sha256 = (bytes: Uint8Array) => primitives.sha256(bytes);
const wasm = new Uint8Array(readFileSync(new URL("../../../../contracts/artifacts/counter.wasm", import.meta.url)));

/** Transactions of the undisturbed run, one for each block after the first. */
const txs: Uint8Array[] = [];
/** Homes of the undisturbed run: `homes[n]` has n blocks, and `hashes[n]` is the app hash after block n. */
const homes: string[] = [];
const hashes: string[] = [];

/** Upload, instantiation and execution by one account, signed one after the other as the chain tells what they need. */
async function makeTxs(node: WholeNode): Promise<void> {
  const index = 1;
  const wallet = BenchWallet.fromMnemonic(LOCAL_ACCOUNTS[index]!.mnemonic);
  wallet.accountNumber = BigInt(index);
  const { appState } = node.engine.reader.genesis;
  const { register } = JSON.parse(new TextDecoder().decode(appState));
  const network = { ioPublicKey: new Uint8Array(Buffer.from(register.io_exch_key.bytes, "base64")) };
  const codeHash = toHex(sha256(wasm));
  const step = async (message: object, gas: bigint) => {
    const tx = wallet.sign([message], gas);
    txs.push(tx);
    await node.block([tx]);
    const { result } = node.engine.reader.tx(sha256(tx))!;
    expect(result.log).toBe("");
    return result;
  };
  await step(storeCode(wallet, wasm), 3_000_000n);
  await next(node);
  const made = await step(instantiate(wallet, network, "1", codeHash, "counter", { count: 0 }), 300_000n);
  const attributes = made.events.flatMap((event) => event.attributes);
  const address = attributes.find(({ key }) => key === "contract_address")!.value;
  await next(node);
  await step(wallet.execute(network, { address, codeHash }, { increment: {} }), 150_000n);
  expect(encodeBech32("secret", wallet.address)).toBe(LOCAL_ACCOUNTS[index]!.address);
}

/** Keeps the home as it is after this block. */
async function next(node: WholeNode): Promise<void> {
  hashes.push(node.appHash);
  const copy = place("honest");
  cpSync(live, copy, { recursive: true });
  bury(copy);
  homes.push(copy);
}

const live = place("live");

beforeAll(async () => {
  mkdirSync(live);
  homes.push(place("empty"));
  hashes.push("");
  mkdirSync(homes[0]!);
  const node = await WholeNode.start(live);
  await node.block([]);
  await next(node);
  await makeTxs(node);
  await next(node);
  await node.stop();
});

/** What was shown of a height, and of its transaction. */
interface Shown {
  height: bigint;
  hash: string;
  tx: Uint8Array | undefined;
}

/** Starts on `home` and makes the blocks up to `height`; notes what is shown. */
async function goOn(home: string, height: number, shown: Shown[]): Promise<WholeNode> {
  const node = await WholeNode.start(home);
  const { reader } = node.engine;
  while (reader.latestHeight() < height) {
    // A block that a crash fell into may be decided anew, and then it is made without the transaction that nobody saw.
    const tx = txs.find((candidate) => reader.tx(sha256(candidate)) === undefined);
    const at = await node.block(tx === undefined || reader.latestHeight() === 0n ? [] : [tx]);
    shown.push({ height: at, hash: toHex(reader.block(at)!.blockId.hash), tx: reader.block(at)!.block.txs[0] });
  }
  return node;
}

/** Goes on by one block more than was being made, which uses what that one has left: code, contract. */
async function expectRepaired(home: string, height: number, shown: readonly Shown[]): Promise<void> {
  const target = height + 1;
  const node = await goOn(home, target, []);
  const { reader } = node.engine;
  for (const { height: at, hash, tx } of shown) {
    expect(toHex(reader.block(at)!.blockId.hash)).toBe(hash);
    if (tx !== undefined) expect(reader.tx(sha256(tx))).toMatchObject({ height: at, result: { code: 0 } });
  }
  const included: string[] = [];
  for (let at = 1n; at <= reader.latestHeight(); at++) {
    const { block } = reader.block(at)!;
    included.push(...block.txs.map((tx: Uint8Array) => toHex(sha256(tx))));
    for (const result of reader.blockResults(at)!.txResults) expect(result).toMatchObject({ code: 0 });
  }
  expect(included).toEqual(txs.slice(0, target - 1).map((tx) => toHex(sha256(tx))));
  // Of a home that was born here, keys and with them app hashes are its own: a replay compares those.
  const proven = reader.block(BigInt(target))!.block.header.appHash;
  if (height > 1) expect(toHex(proven)).toBe(hashes[height]);
  await node.stop();
}

/** Steps of making block `height` from the home before it, with the number of changes that are not flushed at each. */
async function stepsOf(height: number): Promise<{ readonly name: string; readonly unflushed: boolean }[]> {
  const home = place("steps");
  cpSync(homes[height - 1]!, home, { recursive: true });
  const steps: { name: string; unflushed: boolean }[] = [];
  const spy = vi.spyOn(disk, "step").mockImplementation(function (this: typeof disk, name) {
    steps.push({ name, unflushed: disk.unflushed > 0 });
  });
  disk.watch(home);
  const node = await goOn(home, height, []);
  disk.settle();
  spy.mockRestore();
  await node.stop();
  return steps;
}

async function strike(height: number, at: number, fault: Fault): Promise<void> {
  const home = place(fault);
  cpSync(homes[height - 1]!, home, { recursive: true });
  const shown: Shown[] = [];
  disk.watch(home, { at, fault });
  const outcome = await goOn(home, height, shown).then(
    () => undefined,
    (error: unknown) => error,
  );
  await abandon();
  expect(disk.settle()).toBe(true);
  bury(home);
  if (fault === "full") expectClear(outcome);
  else expect(outcome).toBeInstanceOf(Error);
  await expectRepaired(home, height, shown);
  if (height === 1 && at % REPLAY_EVERY === 0) {
    const scratch = place("replay");
    mkdirSync(scratch);
    await replayHome(home, scratch);
  }
  rmSync(home, { recursive: true });
}

/** A full disk that a step at the end met may have hurt nobody; otherwise it is named. */
function expectClear(error: unknown): void {
  if (error === undefined) return;
  const { code, fix } = (diskError(error) ?? error) as { code?: string; fix?: string };
  expect(["DISK_FULL", "ENCLAVE_NOT_WRITABLE"]).toContain(code);
  expect(fix).toContain("nothing that it has acknowledged is lost");
}

describe.each([
  ["the first start", 1],
  ["a block that stores code", 2],
  ["a block that runs a contract", 4],
])("%s", (_, height) => {
  it("passes every kind of persistence step", async () => {
    const names = (await stepsOf(height)).map(({ name }) => name);
    const wanted = [
      "data/priv_validator_state.json",
      "transaction data/blocks",
      "transaction data/state",
      "enclave/progress.sealed",
    ];
    if (height === 1)
      wanted.push(
        "config/genesis.json",
        "config/priv_validator_key.json",
        "enclave/keychain.sealed",
        "node.lock",
        "home.json",
      );
    if (height === 2) wanted.push("rename to data/code/");
    for (const part of wanted)
      expect(
        names.some((name) => name.includes(part)),
        part,
      ).toBe(true);
  });

  it.each(["dies", "power", "full"] as const)(
    "is repaired after every step: %s",
    { timeout: 180_000 },
    async (fault) => {
      const steps = await stepsOf(height);
      expect(steps.length).toBeGreaterThan(30);
      for (const [at, { name, unflushed }] of steps.entries()) {
        // Without anything that is not flushed, the power's failure is the death of the process.
        if (fault === "power" && !unflushed) continue;
        await strike(height, at, fault).catch((error: Error) => {
          throw new Error(`${fault} at step ${at}, before "${name}": ${error.message}`, { cause: error });
        });
      }
    },
  );
});
