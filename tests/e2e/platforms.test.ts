/**
 * What one machine can show of others: unusual folders and checkouts, and the refusal on Windows.
 * @module
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { copyCheckout } from "../support/checkout.ts";
import { lifecycle } from "../support/lifecycle.ts";
import { ANY_PORTS, clientOf, FAST, MNEMONICS, startLocalnet } from "../support/localnet.ts";
import { below, runCommand } from "../support/processes.ts";

const { folder, TMPDIR, start } = lifecycle("platforms");
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Names that quoting, URLs, wildcards, option parsers and lists of paths trip over. */
const ODD = [
  "a b ü 日本 é",
  "comma, and = equals",
  "question ? mark [a-z]",
  "100%20 #hash",
  `quotes ' " and $HOME`,
  "-dash",
];

/** One folder below the other, and the longest name that file systems take with what we add. */
const NAMES = [ODD.join("/"), "x".repeat(200)];

describe("a home in a folder named", () => {
  it.each(NAMES)("%j works, and goes on", async (name) => {
    const home = join(folder, name, "home");
    for (const height of [1, 2]) {
      const net = await start(["--home", home, "--block-time", "manual"]);
      expect(net.ready.home).toBe(home);
      expect(net.ready.height).toBe(height);
      await fetch(`${net.ready.rpc}/unsafe_produce_block`);
      expect((await net.stop()).code).toBe(0);
    }
  });
});

describe("a TMPDIR named", () => {
  it.each(NAMES)("%j works, and is empty afterwards", async (name) => {
    const directory = join(TMPDIR, name);
    mkdirSync(directory, { recursive: true });
    const net = await start(["--ephemeral"], { env: { TMPDIR: directory } });
    expect((await net.stop()).code).toBe(0);
    expect(below(directory)).toEqual([]);
  });
});

describe("a checkout named", () => {
  it.each(["a b ü", "comma, 100%20 #hash"])("%j runs the built command", async (name) => {
    const checkout = join(folder, name);
    copyCheckout(checkout);
    const net = await startLocalnet(["--home", join(checkout, "home")], { env: { TMPDIR }, checkout });
    try {
      const client = clientOf(net.ready, MNEMONICS.a);
      const amount = [{ denom: "uscrt", amount: "1" }];
      const sent = await client.tx.bank.send(
        { from_address: client.address, to_address: client.address, amount },
        { gasLimit: 60_000, ...FAST },
      );
      expect(sent.code).toBe(0);
    } finally {
      await net.stop();
    }
    rmSync(checkout, { recursive: true });
  });
});

describe("a star, a wildcard to what confines the enclave", () => {
  it("in the home, or in TMPDIR above an ephemeral one, is refused", async () => {
    const directory = join(TMPDIR, "a *");
    mkdirSync(directory);
    const inHome = await runCommand(["localnet", "--home", join(folder, "a *"), ...ANY_PORTS], { TMPDIR });
    const inTemporary = await runCommand(["localnet", "--ephemeral", ...ANY_PORTS], { TMPDIR: directory });
    for (const { code, stdout, stderr } of [inHome, inTemporary]) {
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(
        /^enclavenet: the enclave cannot be confined to .*: it has a \*\n {2}give a --home without \*/,
      );
    }
    expect(below(directory)).toEqual([]);
  });
});

describe("Windows", () => {
  it("is refused before anything is loaded or written, with the way out", async () => {
    const asWindows = pathToFileURL(join(root, "tests/support/as-windows.mjs")).href;
    const home = join(folder, "windows");
    const { code, stdout, stderr } = await runCommand(["localnet", "--home", home, ...ANY_PORTS], {
      TMPDIR,
      NODE_OPTIONS: `--import=${asWindows}`,
    });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^enclavenet: .*Windows.*\n {2}run it in WSL 2/);
    expect(existsSync(home)).toBe(false);
  });
});
