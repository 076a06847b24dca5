/**
 * What the command says: help, wrong options, and homes that it cannot use. Every refusal names what to do.
 * @module
 */
import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lifecycle } from "../support/lifecycle.ts";
import { ANY_PORTS } from "../support/localnet.ts";
import { below, type Ended, runCommand } from "../support/processes.ts";

const { folder, TMPDIR, start } = lifecycle("cli");

const run = (...args: string[]): Promise<Ended> => runCommand(args, { TMPDIR, HOME: folder });
const localnet = (...args: string[]): Promise<Ended> => run("localnet", ...ANY_PORTS, ...args);

/** A refusal: the exit code, nothing on standard output, no stack, no temporary file. */
function expectRefusal({ code, stdout, stderr }: Ended, text: string | RegExp): void {
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(text);
  expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
  expect(below(TMPDIR)).toEqual([]);
}

describe("help", () => {
  it("of the command lists its subcommands", async () => {
    for (const args of [["--help"], ["-h"], ["help"]]) {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/^Usage: enclavenet .*\n[\s\S]*\n {2}localnet /);
    }
  });

  it("of localnet lists every option and the accounts", async () => {
    const { code, stdout, stderr } = await run("localnet", "--help");
    expect([code, stderr]).toEqual([0, ""]);
    for (const option of [
      ...[
        "--home",
        "--ephemeral",
        "--chain-id",
        "--rpc-port",
        "--rest-port",
        "--grpc-port",
        "--grpc-web-port",
        "--faucet-port",
        "--block-time",
        "--json",
      ],
      ...["secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03", "grant rice replace explain"],
    ]) {
      expect(stdout).toContain(option);
    }
    expect((await run("help", "localnet")).stdout).toBe(stdout);
  });

  it("without a subcommand is an error", async () => {
    const { code, stdout, stderr } = await run();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("Usage: enclavenet");
  });

  it("--version tells the version", async () => {
    expect(await run("--version")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe("a wrong command line", () => {
  const directory = join(folder, "never");
  it.each([
    [["nonsense"], /unknown command 'nonsense'[\s\S]*localnet/],
    [["localnet", "--nonsense"], /unknown option '--nonsense'\nAll options: enclavenet localnet --help/],
    [["localnet", "--rpc-prot", "1"], /unknown option '--rpc-prot'\n\(Did you mean --rpc-port\?\)/],
    [["localnet", "surplus"], /too many arguments/],
    [["localnet", "--rpc-port", "65536"], /'65536' is invalid\. expected a port from 0 to 65535\./],
    [["localnet", "--rest-port", "-1"], /'-1' is invalid\. expected a port from 0 to 65535\./],
    [["localnet", "--grpc-port", "70000"], /'70000' is invalid\. expected a port from 0 to 65535\./],
    [["localnet", "--faucet-port", "http"], /'http' is invalid\. expected a port from 0 to 65535\./],
    [["localnet", "--rpc-port"], /'--rpc-port <port>' argument missing/],
    [["localnet", "--block-time", "soon"], /'soon' is invalid\. expected auto, manual, or an interval such as 200ms/],
    [["localnet", "--block-time", "0ms"], /'0ms' is invalid\. expected auto, manual, or an interval such as 200ms/],
    [["localnet", "--block-time", "200"], /'200' is invalid\. expected auto, manual, or an interval such as 200ms/],
    [["localnet", "--chain-id", ".."], /'\.\.' is invalid\. expected 1 to 50 letters, digits/],
    [["localnet", "--chain-id", "secret-4"], /'secret-4' is invalid\. that is a public network/],
    [["localnet", "--chain-id", "a/b"], /'a\/b' is invalid\. expected 1 to 50 letters, digits/],
    [["localnet", "--home", ""], /'--home <dir>' argument '' is invalid\. expected the path of a directory\./],
    [["localnet", "--home", directory, "--ephemeral"], /'--home <dir>' cannot be used with option '--ephemeral'/],
    [["localnet", "--log-level", "loud"], /'loud' is invalid\. Allowed choices are error, warn, info, debug, silent/],
  ])("%j is refused", async (args, text) => {
    expectRefusal(await run(...args), text);
    expect(below(folder)).toEqual(["tmp"]);
  });
});

describe("a place that cannot be used", () => {
  it("is named: a file in place of the home, or above it", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const home of [file, join(file, "home")]) {
      const text = `enclavenet: the home directory ${home} cannot be written\n  give a writable directory with --home`;
      expectRefusal(await localnet("--home", home), text);
    }
    rmSync(file);
  });

  it("is named: a TMPDIR that does not exist", async () => {
    const missing = join(TMPDIR, "missing");
    const inTemporary = await runCommand(["localnet", ...ANY_PORTS, "--ephemeral"], { TMPDIR: missing });
    expectRefusal(inTemporary, `enclavenet: no folder can be made in ${missing}\n  set TMPDIR to a writable directory`);
    const inHome = await runCommand(["localnet", ...ANY_PORTS, "--home", join(folder, "h")], { TMPDIR: missing });
    expectRefusal(inHome, /the pipes to the enclave could not be made\n {2}.*writable TMPDIR/);
  });

  it("is named: an address of another machine", async () => {
    const text = "enclavenet: cannot listen on 192.0.2.1\n  give an address of this machine with --host";
    expectRefusal(await localnet("--ephemeral", "--host", "192.0.2.1"), text);
  });
});

describe("a damaged home", () => {
  const original = join(folder, "original");
  const home = join(folder, "damaged");

  beforeAll(async () => {
    mkdirSync(TMPDIR, { recursive: true });
    const net = await start(["--home", original]);
    await net.stop();
  });

  beforeEach(() => {
    rmSync(home, { recursive: true, force: true });
    cpSync(original, home, { recursive: true });
  });

  const write = (path: string, content: string) => () => writeFileSync(join(home, path), content);
  const writeAll = (directory: string, prefix: string) => () => {
    const names = below(join(home, directory)).filter((name) => name.startsWith(prefix));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) writeFileSync(join(home, directory, name), "nonsense");
  };
  const remove = (path: string) => () => rmSync(join(home, path), { recursive: true });
  const edit = (path: string, from: string, to: string) => () => {
    const text = readFileSync(join(home, path), "utf8");
    expect(text).toContain(from);
    writeFileSync(join(home, path), text.replace(from, to));
  };
  const cut = (path: string) => () => truncateSync(join(home, path), 100);

  it("is told from one that is not, which starts", async () => {
    const net = await start(["--home", home]);
    expect(net.ready.height).toBeGreaterThanOrEqual(1);
  });

  it.each([
    ["genesis is not JSON", write("config/genesis.json", "{"), /JSON/],
    ["genesis is empty", write("config/genesis.json", ""), /JSON/],
    ["genesis is of another shape", write("config/genesis.json", "[]"), /genesis/i],
    ["genesis was edited", edit("config/genesis.json", "100000000000", "100000000001"), /another network/],
    ["genesis is gone", remove("config/genesis.json"), /genesis file is gone\n {2}restore config\/genesis\.json/],
    ["validator key is not JSON", write("config/priv_validator_key.json", "nonsense"), /restore priv_validator_key/],
    ["sign state is not JSON", write("data/priv_validator_state.json", "nonsense"), /restore priv_validator_state/],
    ["enclave folder is gone", remove("enclave"), /enclave folder holds no keys.*\n {2}restore the enclave folder/],
    ["sealing key is gone", remove("enclave/software-sealing.key"), /sealed state\n {2}.*restore its enclave folder/],
    ["keychain is gone", remove("enclave/keychain.sealed"), /enclave folder/],
    [
      "keychain is damaged",
      write("enclave/keychain.sealed", "nonsense"),
      /sealed state\n {2}.*restore its enclave folder/,
    ],
    ["progress is damaged", writeAll("enclave", "progress"), /sealed state\n {2}.*restore its enclave folder/],
    ["state database is damaged", write("data/state/data.mdb", "nonsense".repeat(2000)), /data\/state.*\n {2}restore/],
    [
      "block database is damaged",
      write("data/blocks/data.mdb", "nonsense".repeat(2000)),
      /data\/blocks.*\n {2}restore/,
    ],
    ["state database is cut off", cut("data/state/data.mdb"), /data\/state.*\n {2}restore/],
    ["state database is gone", remove("data/state"), /data\/state\/data\.mdb is gone\n {2}restore/],
    ["block database is gone", remove("data/blocks"), /restore|reset/],
  ])("is refused when its %s", async (_what, damage, text) => {
    damage();
    expectRefusal(await localnet("--home", home), text);
  });
});
