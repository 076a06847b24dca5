/**
 * `enclavenet localnet`.
 * @module
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { diskError, LocalError } from "@enclavenet/common";
import type { ProductionMode } from "@enclavenet/consensus";
import { Command, Option } from "commander";
import { boundHeaps } from "../heap.ts";
import { LOCAL_ACCOUNTS } from "../localnet/accounts.ts";
import { type Localnet, startLocalnet } from "../localnet/localnet.ts";
import { LOCALNET_DEFAULTS, LOCALNET_PORTS, type LocalnetOptions } from "../localnet/options.ts";
import type { LogLevel } from "../logger.ts";
import { banner, readyLine } from "./banner.ts";
import { parseBlockTime, parseChainId, parseDirectory, parsePort, parsePortOffset } from "./parse.ts";
import { resolvePorts } from "./ports.ts";

interface Flags {
  readonly home?: string;
  readonly ephemeral?: true;
  readonly chainId: string;
  readonly host: string;
  readonly portOffset: number;
  readonly rpcPort?: number;
  readonly restPort?: number;
  readonly grpcPort?: number;
  readonly grpcWebPort?: number;
  readonly faucetPort?: number;
  readonly blockTime: ProductionMode;
  readonly logLevel: LogLevel;
  readonly json?: true;
}

/** Exit codes of the signals that end a node: being told to stop is no failure, the others are as shells count them. */
const EXIT_CODES = { SIGTERM: 0, SIGINT: 130, SIGHUP: 129 } as const;

/** Shutdown may take this long before the process ends the hard way. */
const SHUTDOWN_MS = 4_500;

function enclaveBundle(): string {
  const path = fileURLToPath(new URL("../../../enclave/dist/bundles/enclave-development.mjs", import.meta.url));
  if (existsSync(path)) return path;
  throw new LocalError("ENCLAVE_BUNDLE", "the enclave bundle is not built", { fix: "run `npm run build`" });
}

function homeOf(flags: Flags): string | undefined {
  if (flags.ephemeral === true) return undefined;
  return resolve(flags.home ?? join(homedir(), ".enclavenet", flags.chainId));
}

function mnemonicsHelp(): string {
  const lines = LOCAL_ACCOUNTS.map(({ name, address, mnemonic }) => `  ${name}  ${address}\n     ${mnemonic}`);
  return `\nAccounts:\n${lines.join("\n")}`;
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

/** Waits for the signal or a failure, then ends the network. */
async function untilEnd(net: Localnet, signal: AbortSignal): Promise<void> {
  const signalled = new Promise<void>((end) => {
    if (signal.aborted) end();
    signal.addEventListener("abort", () => end(), { once: true });
  });
  const failed = net.failed.then((error) => {
    console.error(errorText(error));
    endWithin(SHUTDOWN_MS, 1);
  });
  await Promise.race([signalled, failed]);
  await net.stop();
}

/** One line for what happened, one for what to do. */
export function errorText(error: unknown): string {
  const { message, fix } = (diskError(error) ?? error) as { message?: string; fix?: string };
  const text = `enclavenet: ${message ?? String(error)}`;
  return fix === undefined ? text : `${text}\n  ${fix}`;
}

async function run(flags: Flags): Promise<void> {
  const { chainId, host, blockTime, logLevel } = flags;
  const options: LocalnetOptions = {
    home: homeOf(flags),
    chainId,
    host,
    ...resolvePorts(flags),
    production: blockTime,
    logLevel,
    enclaveDeadlineMs: LOCALNET_DEFAULTS.enclaveDeadlineMs,
    enclaveBundle: enclaveBundle(),
  };
  const signal = abortOnSignal();
  try {
    const net = await startLocalnet(options, signal);
    // Once more: starting a thread undoes it.
    boundHeaps();
    console.log(flags.json === true ? readyLine(net) : banner(net));
    await untilEnd(net, signal);
  } catch (error) {
    // What fails while the node is being stopped fails because of that.
    if (!signal.aborted) throw error;
  }
}

/** The port's default is text only, since `--port-offset` moves it. */
function portOption(flag: string, what: string, port: number): Option {
  return new Option(`${flag} <port>`, `${what}; 0: any free port (default: ${port})`).argParser(parsePort);
}

export function localnetCommand(): Command {
  return new Command("localnet")
    .description("run a whole secret-contract network on this machine")
    .showHelpAfterError("All options: enclavenet localnet --help")
    .addOption(
      new Option("--home <dir>", "keep everything below this directory (default: ~/.enclavenet/CHAIN_ID)")
        .conflicts("ephemeral")
        .argParser(parseDirectory),
    )
    .addOption(new Option("--ephemeral", "keep nothing"))
    .addOption(new Option("--chain-id <id>", "chain id").default(LOCALNET_DEFAULTS.chainId).argParser(parseChainId))
    .option("--host <address>", "address to listen on", LOCALNET_DEFAULTS.host)
    .addOption(portOption("--rpc-port", "CometBFT RPC", LOCALNET_PORTS.rpcPort))
    .addOption(portOption("--rest-port", "REST, the url of secretjs", LOCALNET_PORTS.restPort))
    .addOption(portOption("--grpc-port", "gRPC", LOCALNET_PORTS.grpcPort))
    .addOption(portOption("--grpc-web-port", "gRPC-web", LOCALNET_PORTS.grpcWebPort))
    .addOption(portOption("--faucet-port", "faucet", LOCALNET_PORTS.faucetPort))
    .addOption(
      new Option("--port-offset <n>", "added to every port that is not given: a second network beside the first")
        .default(0)
        .argParser(parsePortOffset),
    )
    .addOption(
      new Option(
        "--block-time <when>",
        "auto (on demand), an interval such as 200ms, or manual (RPC unsafe_produce_block)",
      )
        .default({ mode: "auto" }, "auto")
        .argParser(parseBlockTime),
    )
    .addOption(
      new Option("--log-level <level>", "lines on standard error")
        .choices(["error", "warn", "info", "debug", "silent"])
        .default("warn"),
    )
    .option("--json", "print one JSON line when everything answers, instead of the banner")
    .addHelpText("after", mnemonicsHelp())
    .action(run);
}
