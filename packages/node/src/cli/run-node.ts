/**
 * What the commands that run a node have in common: signals, exit codes, errors in words, the enclave's bundle.
 * @module
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { diskError, LocalError } from "@enclavenet/common";
import { TdxFolder } from "@enclavenet/enclave-api";
import { Option } from "commander";
import type { EnclaveOptions, StateProofsSetting } from "../assembly/parts.ts";
import type { RunningNode } from "../assembly/running-node.ts";
import { boundHeaps } from "../heap.ts";
import { type EnclaveChoice, parseBlockTime, parseEnclave, parsePort, parsePortOffset } from "./parse.ts";

/** Exit codes of the signals that end a node: being told to stop is no failure, the others are as shells count them. */
const EXIT_CODES = { SIGTERM: 0, SIGINT: 130, SIGHUP: 129 } as const;

/** Shutdown may take this long before the process ends the hard way. */
const SHUTDOWN_MS = 4_500;

/** How the chosen enclave is started. Throws LocalError `ENCLAVE_BUNDLE`. */
export function enclaveOptions({ bundle, application }: EnclaveChoice): EnclaveOptions {
  const enclaveBundle = bundlePath(bundle);
  if (application !== undefined) return { enclaveBundle, enclaveLaunch: { gramine: { application } } };
  if (bundle === "development") return { enclaveBundle };
  return { enclaveBundle, enclaveLaunch: { devices: Object.values(TdxFolder) } };
}

function bundlePath(bundle: EnclaveChoice["bundle"]): string {
  const path = fileURLToPath(new URL(`../../../enclave/dist/bundles/enclave-${bundle}.mjs`, import.meta.url));
  if (existsSync(path)) return path;
  throw new LocalError("ENCLAVE_BUNDLE", "the enclave bundle is not built", { fix: "run `npm run build`" });
}

/** One line for what happened, one for what to do. */
export function errorText(error: unknown): string {
  const { message, fix } = (diskError(error) ?? error) as { message?: string; fix?: string };
  const text = `enclavenet: ${message ?? String(error)}`;
  return fix === undefined ? text : `${text}\n  ${fix}`;
}

/** From now on a signal does not kill: the first one aborts, and those that follow change nothing. */
function abortOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const [signal, code] of Object.entries(EXIT_CODES)) {
    process.on(signal, () => {
      if (controller.signal.aborted) return;
      endWithin(SHUTDOWN_MS, code);
      controller.abort();
    });
  }
  return controller.signal;
}

/** Sets the exit code if nothing has yet, and ends the process the hard way when the shutdown hangs. */
function endWithin(ms: number, code: number): void {
  process.exitCode ??= code;
  setTimeout(() => process.exit(code === 0 ? 1 : code), ms).unref();
}

/** Waits for the signal or a failure, then ends the node. */
async function untilEnd(node: RunningNode, signal: AbortSignal): Promise<void> {
  const signalled = new Promise<void>((end) => {
    if (signal.aborted) end();
    signal.addEventListener("abort", () => end(), { once: true });
  });
  const failed = node.failed.then((error) => {
    console.error(errorText(error));
    endWithin(SHUTDOWN_MS, 1);
  });
  await Promise.race([signalled, failed]);
  await node.stop();
}

/** Starts a node, tells of it once it is ready, and keeps it until a signal or a failure ends it. */
export async function runNode<Node extends RunningNode>(
  start: (signal: AbortSignal) => Promise<Node>,
  ready: (node: Node) => void,
): Promise<void> {
  const signal = abortOnSignal();
  try {
    const node = await start(signal);
    // Once more: starting a thread undoes it.
    boundHeaps();
    ready(node);
    await untilEnd(node, signal);
  } catch (error) {
    // What fails while the node is being stopped fails because of that.
    if (!signal.aborted) throw error;
  }
}

/** The port's default is text only, since `--port-offset` moves it. */
export function portOption(flag: string, what: string, port: number): Option {
  return new Option(`${flag} <port>`, `${what}; 0: any free port (default: ${port})`).argParser(parsePort);
}

export function portOffsetOption(purpose: string): Option {
  return new Option("--port-offset <n>", `added to every port that is not given: ${purpose}`)
    .default(0)
    .argParser(parsePortOffset);
}

export function logLevelOption(): Option {
  return new Option("--log-level <level>", "lines on standard error")
    .choices(["error", "warn", "info", "debug", "silent"])
    .default("warn");
}

export function enclaveOption(): Option {
  const what =
    "development; production, in a TDX domain; or gramine:APPLICATION, a production enclave on SGX (deploy/). An enclave finds its TEE itself";
  return new Option("--enclave <which>", what)
    .default({ bundle: "development" }, "development")
    .argParser(parseEnclave);
}

export function blockTimeOption(): Option {
  const what = "auto (on demand), an interval such as 200ms, or manual (RPC unsafe_produce_block)";
  return new Option("--block-time <when>", what).default({ mode: "auto" }, "auto").argParser(parseBlockTime);
}

export function stateProofsOption(standard: StateProofsSetting): Option {
  const what = `all: the enclave believes state only with a proof under a verified header; fixed when the network begins (default: ${standard})`;
  return new Option("--state-proofs <which>", what).choices(["off", "all"]);
}
