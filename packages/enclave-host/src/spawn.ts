/**
 * Starts the enclave as its own process, joined to this one by two FIFOs whose names are gone before it runs.
 *
 * The child gets an empty environment, no inherited streams, Node's permission model (its bundle and its sealing folder,
 * nothing else), and no core dumps. Both ends block, and each side sees the end of file when the other one dies.
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LocalError } from "@enclavenet/common";
import { EnclaveExitCode } from "@enclavenet/enclave-api";

export interface EnclaveProcessOptions {
  /** The enclave bundle, one self-contained file. */
  readonly bundle: string;
  /** The only folder that the enclave may write. */
  readonly sealingDirectory: string;
  /** Further flags of Node, so that tests run the enclave under other tiers of V8. */
  readonly nodeFlags?: readonly string[];
  /** Folders of a TEE's files, which the enclave may read and write too. */
  readonly devices?: readonly string[];
  /** Runs the enclave of a Gramine application in place of Node with the bundle. */
  readonly gramine?: GramineOptions;
}

/** An application that `deploy/gramine` builds: it has its own copy of Node, of the bundle and of all flags. */
export interface GramineOptions {
  /** Path of its signed manifest, without `.manifest.sgx`. */
  readonly application: string;
  /** Default: gramine-sgx. */
  readonly launcher?: string;
}

/** How an enclave process ended. */
export interface EnclaveExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running enclave process. The descriptors are this process's blocking ends; any of its threads may use them. */
export interface EnclaveProcess {
  readonly pid: number;
  readonly readFd: number;
  readonly writeFd: number;
  readonly exited: Promise<EnclaveExit>;
  /** Ends it at once; sealed state is written atomically, so nothing is lost. */
  kill(): void;
  /** Closes this side: an idle enclave sees the end of file and exits by itself. */
  close(): void;
}

/** The two ends of a FIFO, opened without waiting for each other; the name is removed at once. */
function openFifo(directory: string, name: string): { read: number; write: number } {
  const path = join(directory, name);
  execFileSync("mkfifo", ["-m", "600", path], { stdio: "ignore" });
  const both = openSync(path, constants.O_RDWR);
  const ends = { read: openSync(path, constants.O_RDONLY), write: openSync(path, constants.O_WRONLY) };
  closeSync(both);
  rmSync(path);
  return ends;
}

function openPipes(): { toEnclave: { read: number; write: number }; toHost: { read: number; write: number } } {
  let directory: string | undefined;
  try {
    directory = mkdtempSync(join(tmpdir(), "enclavenet-"));
    return { toEnclave: openFifo(directory, "in"), toHost: openFifo(directory, "out") };
  } catch (cause) {
    throw new LocalError("ENCLAVE_PIPES", "the pipes to the enclave could not be made", {
      fix: "the node needs a POSIX system with mkfifo and a writable TMPDIR",
      cause,
    });
  } finally {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * V8's share of the native stack in KiB, and what the shell grants the process: contracts may nest eleven deep before the
 * engine's own limiter acts (spec 06 §0b.2).
 */
const STACK_KIB = 98_304;
const PROCESS_STACK_KIB = 131_072;

/**
 * The shell forbids core dumps and grants the stack; exec keeps its pid. SECURITY: Linux ignores the limit where dumps go to a program
 * (core_pattern with a pipe), so that it is also told to leave all memory out of them; other systems have no such file.
 */
const START = [
  "ulimit -c 0",
  "{ echo 0 >/proc/self/coredump_filter; } 2>/dev/null",
  `ulimit -s ${PROCESS_STACK_KIB} || exit ${EnclaveExitCode.stackTooSmall}`,
  'exec "$@"',
].join("; ");

function nodeFlags(options: EnclaveProcessOptions): string[] {
  const { bundle, sealingDirectory, nodeFlags: further = [], devices = [] } = options;
  const permission = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  return [
    permission,
    `--allow-fs-read=${bundle}`,
    `--allow-fs-read=${join(sealingDirectory, "*")}`,
    `--allow-fs-write=${join(sealingDirectory, "*")}`,
    ...devices.flatMap((folder) => [`--allow-fs-read=${join(folder, "*")}`, `--allow-fs-write=${join(folder, "*")}`]),
    "--no-warnings",
    // Contract instances are pooled, so little garbage is made; memory that V8 may keep for it stays resident.
    "--min-semi-space-size=4",
    "--max-semi-space-size=4",
    "--heap-growing-percent=40",
    "--disallow-code-generation-from-strings",
    `--stack-size=${STACK_KIB}`,
    ...further,
  ];
}

function exitOf(child: ChildProcess): Promise<EnclaveExit> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", () => resolve({ code: null, signal: null }));
  });
}

/**
 * SECURITY: Node's permission model takes every `*` in a path for a wildcard: it would allow more than the folder, or end the
 * process (Node 20).
 */
function requirePlainPath(path: string, fix: string): void {
  if (path.includes("*"))
    throw new LocalError("ENCLAVE_PATH", `the enclave cannot be confined to ${path}: it has a *`, { fix });
}

/** What is run, where, and on which descriptors its channel is. */
function launch(options: EnclaveProcessOptions, { requests, answers }: { requests: number; answers: number }) {
  const { bundle, sealingDirectory, gramine } = options;
  if (gramine === undefined) {
    const command = [process.execPath, ...nodeFlags(options), bundle, sealingDirectory];
    return { command, stdio: ["ignore", "ignore", "ignore", requests, answers] as const };
  }
  // Gramine passes on nothing but the standard streams. Its manifest names the sealing folder as seen from the folder above it.
  const { application, launcher = "gramine-sgx" } = gramine;
  return {
    command: [launcher, application],
    stdio: [requests, answers, "ignore"] as const,
    cwd: dirname(sealingDirectory),
  };
}

/** Spawns the enclave. Throws LocalError `ENCLAVE_PATH`, `ENCLAVE_PIPES` or `ENCLAVE_SPAWN`. */
export function spawnEnclave(options: EnclaveProcessOptions): EnclaveProcess {
  requirePlainPath(options.sealingDirectory, "give a --home without *, or with --ephemeral a TMPDIR without one");
  requirePlainPath(options.bundle, "move the program to a folder without * in its path");
  mkdirSync(options.sealingDirectory, { recursive: true, mode: 0o700 });
  const { toEnclave, toHost } = openPipes();
  const { command, stdio, cwd } = launch(options, { requests: toEnclave.read, answers: toHost.write });
  const child = spawn("/bin/sh", ["-c", START, "enclave", ...command], {
    env: {},
    stdio: [...stdio],
    cwd,
  });
  // Listens before anything else: a child that could not be started says so with an event.
  const exited = exitOf(child);
  closeSync(toEnclave.read);
  closeSync(toHost.write);
  if (child.pid === undefined) {
    closeSync(toEnclave.write);
    closeSync(toHost.read);
    throw new LocalError("ENCLAVE_SPAWN", "the enclave process could not be started");
  }
  let open = true;
  return {
    pid: child.pid,
    readFd: toHost.read,
    writeFd: toEnclave.write,
    exited,
    kill: () => void child.kill("SIGKILL"),
    close() {
      if (!open) return;
      open = false;
      closeSync(toEnclave.write);
      closeSync(toHost.read);
    },
  };
}
