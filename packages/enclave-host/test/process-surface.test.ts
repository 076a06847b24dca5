/**
 * What an enclave process shows to the machine around it, on the shipped program: no socket, no file that somebody asked the runtime
 * to write, no way in by flags or variables. Each door is shown to be one on a program that does not close it.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EnclaveExitCode } from "@enclavenet/enclave-api";
import { afterAll, describe, expect, it } from "vitest";
import { buildBundle } from "../../../scripts/lib/bundles.mjs";
import { manifestTemplate, renderManifest } from "../../../tests/support/gramine-manifest.ts";
import { isOpened } from "../../enclave/src/process-surface.ts";
import { type EnclaveProcess, greet, processEnclave, spawnEnclave } from "../src/index.ts";

const temporary = mkdtempSync(join(tmpdir(), "enclavenet-surface-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const bundle = (await buildBundle("development", temporary)).outfile;
/** The same program without the check of what was opened. */
const open = withoutDoors(bundle);
const preload = join(temporary, "preload.cjs");
writeFileSync(preload, "require('node:fs').writeFileSync('preloaded', '');");

function cut(text: string, part: RegExp): string {
  expect(text.match(new RegExp(part, "g"))).toHaveLength(1);
  return text.replace(part, "");
}

function withoutDoors(program: string): string {
  const text = readFileSync(program, "utf8");
  const path = join(temporary, "open.mjs");
  writeFileSync(path, cut(text, /if \(isOpened\(process\.execArgv[^;]*;/));
  return path;
}

let folders = 0;
function freshFolder(): string {
  const folder = join(temporary, `folder-${++folders}`);
  mkdirSync(folder);
  return folder;
}

interface Way {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a program by itself, as a host would that does not use ours; its channel is closed at once. */
function run(program: string, { flags = [], environment = {} }: Way) {
  const cwd = freshFolder();
  const sealing = freshFolder();
  const { status } = spawnSync(process.execPath, [...flags, program, sealing], {
    cwd,
    env: environment,
    stdio: ["ignore", "ignore", "ignore", "ignore", "ignore"],
    timeout: 20_000,
  });
  return { status, files: readdirSync(cwd), sealed: readdirSync(sealing) };
}

const PERMISSION = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";

const WAYS: readonly [string, Way][] = [
  ["the inspector", { flags: ["--inspect=127.0.0.1:0"] }],
  ["the inspector, with a stop", { flags: ["--inspect-port=0"] }],
  ["code before ours", { flags: ["--require", preload] }],
  ["a module before ours", { flags: [`--import=${preload}`] }],
  ["heap snapshots by signal", { flags: ["--heapsnapshot-signal=SIGUSR2"] }],
  ["heap snapshots of a full heap", { flags: ["--heapsnapshot-near-heap-limit=1"] }],
  ["reports by signal", { flags: ["--report-on-signal"] }],
  ["reports of exceptions", { flags: ["--report-uncaught-exception"] }],
  ["a processor profile", { flags: ["--cpu-prof"] }],
  ["a heap profile", { flags: ["--heap-prof"] }],
  ["V8's profile", { flags: ["--prof"] }],
  ["traces of events", { flags: ["--trace-events-enabled"] }],
  ["traces of signals and exits", { flags: ["--trace-exit"] }],
  ["keys of TLS", { flags: ["--tls-keylog=keys"] }],
  ["another OpenSSL", { flags: ["--openssl-config=/dev/null"] }],
  ["native addons", { flags: [PERMISSION, "--allow-fs-read=*", "--allow-fs-write=*", "--allow-addons"] }],
  ["a core dump of an exception", { flags: ["--abort-on-uncaught-exception"] }],
  ["NODE_OPTIONS", { environment: { NODE_OPTIONS: "--no-warnings" } }],
  ["NODE_OPTIONS with the inspector", { environment: { NODE_OPTIONS: "--inspect=127.0.0.1:0" } }],
  ["NODE_V8_COVERAGE", { environment: { NODE_V8_COVERAGE: "coverage" } }],
  ["NODE_EXTRA_CA_CERTS", { environment: { NODE_EXTRA_CA_CERTS: "/dev/null" } }],
  ["OPENSSL_CONF", { environment: { OPENSSL_CONF: "/dev/null" } }],
  ["LD_LIBRARY_PATH", { environment: { LD_LIBRARY_PATH: "/nowhere" } }],
];

describe("an enclave process that was opened by", () => {
  it.each(WAYS)("%s ends before it makes a key", (_name, way) => {
    const { status, sealed } = run(bundle, way);
    expect(status).toBe(EnclaveExitCode.opened);
    expect(sealed).toEqual([]);
  });

  it.each(WAYS)("%s gets a key all the same where the check is missing", (_name, way) => {
    expect(run(open, way).sealed).toEqual(["software-sealing.key"]);
  });

  it("nobody goes on until its channel is found closed: the control", () => {
    const { status, sealed } = run(bundle, { environment: { PWD: "/", HOME: "/", LANG: "C" } });
    expect(status).not.toBe(EnclaveExitCode.opened);
    expect(sealed).toEqual(["software-sealing.key"]);
  });
});

describe("the list of flags", () => {
  it.each([
    "--inspect",
    "--inspect-brk=0",
    "-r",
    "--loader=x",
    "--env-file=x",
    "--allow-worker",
    "--print-bytecode",
    "x",
  ])("does not have %s", (flag) => {
    expect(isOpened([flag], {})).toBe(true);
  });

  it("has those of our own host", () => {
    expect(isOpened(["--permission", "--allow-fs-read=/a", "--stack-size=1", "--no-opt"], { PWD: "/", _: "x" })).toBe(
      false,
    );
  });
});

describe("the manifest for Gramine", () => {
  const { argv, env } = renderManifest(manifestTemplate()).loader;

  it("opens nothing by its flags and its one variable", () => {
    const flags = argv.slice(1).filter((argument) => argument.startsWith("--"));
    expect(isOpened(flags, env as Record<string, string>)).toBe(false);
  });

  it.each(["/lib", "/lib:/runtime:/tmp", ""])("is the only one whose libraries count, not %j", (LD_LIBRARY_PATH) => {
    expect(isOpened([], { LD_LIBRARY_PATH })).toBe(true);
  });
});

/** What the descriptors of a process are. */
function descriptors(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}

function sockets(pid = 0): number {
  return descriptors(pid).filter((target) => target.startsWith("socket:")).length;
}

async function becomes(condition: () => boolean): Promise<boolean> {
  for (let i = 0; i < 100; i++) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** An enclave that works, in a folder of its own. */
function running(): { enclave: EnclaveProcess; works: () => void } {
  const enclave = spawnEnclave({ bundle, sealingDirectory: freshFolder() });
  const session = processEnclave(enclave);
  greet(session);
  return { enclave, works: () => void session.call("status", {}) };
}

describe.runIf(process.platform === "linux")("a running enclave process", () => {
  it("opens no inspector on SIGUSR1, as any other program does", async () => {
    const other = spawn(process.execPath, ["--inspect-port=0", "-e", "setInterval(() => {}, 20); console.log(1)"]);
    await new Promise((resolve) => other.stdout.once("data", resolve));
    const before = sockets(other.pid);
    other.kill("SIGUSR1");
    expect(await becomes(() => sockets(other.pid) > before)).toBe(true);
    other.kill("SIGKILL");

    const { enclave, works } = running();
    process.kill(enclave.pid, "SIGUSR1");
    for (let i = 0; i < 20; i++) {
      works();
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(sockets(enclave.pid)).toBe(0);
    enclave.close();
  }, 30_000);

  it("has two pipes and no other descriptor that leads out", () => {
    const { enclave } = running();
    const out = descriptors(enclave.pid).filter((target) => !/^(anon_inode:|\/dev\/null$)/.test(target));
    // Node's own two event pipes have no name; the channel's names are gone.
    expect(out.filter((target) => !/^pipe:/.test(target))).toEqual([
      expect.stringMatching(/\(deleted\)$/),
      expect.stringMatching(/\(deleted\)$/),
    ]);
    enclave.close();
  });

  it("goes on with signals for the whole group, and ends with its host", async () => {
    const { enclave, works } = running();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(enclave.pid, signal);
    works();
    enclave.close();
    expect(await enclave.exited).toEqual({ code: 0, signal: null });
  });

  it.each(["SIGQUIT", "SIGABRT", "SIGSEGV", "SIGUSR2"] as const)(
    "leaves nothing behind when %s ends it",
    async (signal) => {
      const before = readdirSync(process.cwd());
      const { enclave } = running();
      expect(readFileSync(`/proc/${enclave.pid}/limits`, "utf8")).toMatch(/Max core file size\s+0\s+0/);
      // Where the kernel hands dumps to a program, the limit does not count: nothing of the memory is in them.
      expect(readFileSync(`/proc/${enclave.pid}/coredump_filter`, "utf8").trim()).toBe("00000000");
      process.kill(enclave.pid, signal);
      expect(await enclave.exited).toEqual({ code: null, signal });
      expect(readdirSync(process.cwd())).toEqual(before);
      enclave.close();
    },
  );

  it("shows its program, its folder and the flags of its confinement in its arguments, nothing else", () => {
    const { enclave } = running();
    const [node, ...args] = readFileSync(`/proc/${enclave.pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    expect(node).toBe(process.execPath);
    const [folder, program, ...flags] = args.reverse();
    expect(program).toBe(bundle);
    expect(folder).toContain(temporary);
    expect(isOpened(flags, {})).toBe(false);
    enclave.close();
  });
});
