/**
 * What the system says of processes, ports and folders, and the command run to its end.
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Launcher of the built command. */
export const COMMAND = join(root, "packages/node/bin/enclavenet.mjs");

/** How a process ended and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the command with `args`; `group` makes it the leader of its own process group, as a shell or a supervisor does. */
export function startCommand(
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly group?: boolean; readonly command?: string } = {},
): Started {
  const child = spawn(process.execPath, [options.command ?? COMMAND, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
    detached: options.group ?? false,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { process: child, ended };
}

/** A command that should end by itself is killed after this time, so that a failing test leaves no node behind. */
const RUN_MS = 20_000;

/** Runs the command to its end; `command` is the launcher of another build. */
export async function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  command: string = COMMAND,
): Promise<Ended> {
  const { process: child, ended } = startCommand(args, { env, command });
  const timer = setTimeout(() => child.kill("SIGKILL"), RUN_MS);
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}

/** What the command says in its last line of JSON. Throws when it fails. */
export async function runForJson(args: readonly string[], command: string = COMMAND): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runCommand(args, {}, command);
  if (code !== 0) throw new Error(`${args.join(" ")}\n${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
}

function processTable(): ProcessRow[] {
  const text = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" });
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent, state = ""] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), state };
    });
}

/** Whether the process runs; one that has ended and that nobody has waited for does not. */
export function isRunning(pid: number): boolean {
  return processTable().some((row) => row.pid === pid && !row.state.startsWith("Z"));
}

/** Running children of `pid`. */
export function childrenOf(pid: number): number[] {
  return processTable()
    .filter(({ parent, state }) => parent === pid && !state.startsWith("Z"))
    .map((row) => row.pid);
}

/** Children of `pid` that have ended and that it has not waited for. */
export function unreapedChildrenOf(pid: number): number[] {
  return processTable()
    .filter(({ parent, state }) => parent === pid && state.startsWith("Z"))
    .map((row) => row.pid);
}

/** Memory that a process holds. */
export function residentKilobytes(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", `${pid}`], { encoding: "utf8" }));
}

/** Files and folders below `directory`, as paths relative to it. */
export function below(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" });
}

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `enclavenet-${name}-`));
}

/** Port of an URL. */
export function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** Takes a port until the returned function is called; undefined when somebody has it. */
export function takePort(port: number): Promise<(() => Promise<void>) | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ host: "127.0.0.1", port }, () => {
      resolve(() => new Promise((closed) => server.close(() => closed())));
    });
  });
}

export async function portIsFree(port: number): Promise<boolean> {
  const release = await takePort(port);
  await release?.();
  return release !== undefined;
}

/** Asks again and again until `condition` holds; false when it does not within `ms`. */
export async function becomesTrue(condition: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end; await delay(25)) {
    if (await condition()) return true;
  }
  return condition();
}

/** Milliseconds until `promise` settles, with its value. */
export async function timed<T>(promise: Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const started = performance.now();
  const value = await promise;
  return { ms: performance.now() - started, value };
}

/** Below what systems give to whoever asks for any port: 32768 on Linux, 49152 elsewhere. */
const OWN_PORTS = { first: 10_000, count: 22_000, stride: 97 } as const;
let drawn = 0;

/**
 * A free port that nobody gets who asks for any: still free for this test when the process that had it has ended. Each test process
 * begins elsewhere in the range.
 */
export async function ownPort(): Promise<number> {
  const { first, count, stride } = OWN_PORTS;
  for (let attempt = 0; attempt < count; attempt++) {
    const port = first + ((process.pid * stride + drawn++) % count);
    if (await portIsFree(port)) return port;
  }
  throw new Error("no free port");
}
