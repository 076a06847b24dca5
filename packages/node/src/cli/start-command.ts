/**
 * `enclavenet start`: a node that follows a network, or the one that makes the blocks of a network of one's own.
 * @module
 */
import { resolve } from "node:path";
import type { ProductionMode } from "@enclavenet/consensus";
import { Command, Option } from "commander";
import type { StateProofsSetting } from "../assembly/parts.ts";
import { startFollower } from "../follow/follower.ts";
import { LOCALNET_DEFAULTS, LOCALNET_PORTS } from "../localnet/options.ts";
import type { LogLevel } from "../logger.ts";
import { startFounder } from "../validator/founder.ts";
import { followBanner, progressLine, progressText, reportProgress } from "./follow-report.ts";
import { homeOption } from "./home-option.ts";
import { readyLine } from "./node-report.ts";
import { type EnclaveChoice, parseSources } from "./parse.ts";
import { resolvePorts } from "./ports.ts";
import {
  blockTimeOption,
  enclaveOption,
  enclaveOptions,
  logLevelOption,
  portOffsetOption,
  portOption,
  runNode,
  stateProofsOption,
} from "./run-node.ts";
import { founderBanner } from "./validator-report.ts";

interface StartFlags {
  readonly home: string;
  readonly follow?: readonly string[];
  readonly host: string;
  readonly portOffset: number;
  readonly rpcPort?: number;
  readonly restPort?: number;
  readonly grpcPort?: number;
  readonly grpcWebPort?: number;
  readonly blockTime: ProductionMode;
  readonly stateProofs?: StateProofsSetting;
  readonly enclave: EnclaveChoice;
  readonly logLevel: LogLevel;
  readonly json?: true;
}

const START_HELP = `
With --follow the node pulls blocks and commits from those RPCs, verifies the validators' signatures and every hash, executes the
blocks in its own enclave, and stops when it comes to another app hash than the network. While it catches up, /status says catching_up
true. Transactions that are sent to it are handed to the followed nodes.

  enclavenet init --home replica --join http://127.0.0.1:26657
  enclavenet register --home replica --node http://127.0.0.1:26657 --faucet http://127.0.0.1:5000
  enclavenet start --home replica --follow http://127.0.0.1:26657 --port-offset 100

Without --follow the home is that of a network's first node, which makes its blocks:

  enclavenet init --home first --chain-id my-1 --test-accounts
  enclavenet start --home first`;

function nodeOptions(flags: StartFlags) {
  const { host, logLevel, stateProofs } = flags;
  const { faucetPort: _, ...ports } = resolvePorts(flags);
  return {
    home: resolve(flags.home),
    host,
    ...ports,
    logLevel,
    stateProofs,
    enclaveDeadlineMs: LOCALNET_DEFAULTS.enclaveDeadlineMs,
    ...enclaveOptions(flags.enclave),
  };
}

async function startFollowing(flags: StartFlags, sources: readonly string[]): Promise<void> {
  const options = { ...nodeOptions(flags), sources };
  await runNode(
    (signal) => startFollower(options, signal),
    (node) => {
      console.log(flags.json === true ? readyLine(node, node.progress().height) : followBanner(node, sources));
      const text = flags.json === true ? progressLine : progressText;
      reportProgress(node.progress, (now) => console.log(text(now)));
    },
  );
}

async function startFirst(flags: StartFlags): Promise<void> {
  const options = { ...nodeOptions(flags), production: flags.blockTime };
  await runNode(
    (signal) => startFounder(options, signal),
    (node) => console.log(flags.json === true ? readyLine(node, node.height()) : founderBanner(node)),
  );
}

async function start(flags: StartFlags): Promise<void> {
  await (flags.follow === undefined ? startFirst(flags) : startFollowing(flags, flags.follow));
}

export function startCommand(): Command {
  return new Command("start")
    .description("run the node of a home: one that follows a network, or the first one of a network")
    .showHelpAfterError("All options: enclavenet start --help")
    .addOption(homeOption())
    .addOption(
      new Option(
        "--follow <urls>",
        "RPC of a node of the network; several, separated by commas, stand in for each other",
      ).argParser(parseSources),
    )
    .option("--host <address>", "address to listen on", LOCALNET_DEFAULTS.host)
    .addOption(portOption("--rpc-port", "CometBFT RPC", LOCALNET_PORTS.rpcPort))
    .addOption(portOption("--rest-port", "REST, the url of secretjs", LOCALNET_PORTS.restPort))
    .addOption(portOption("--grpc-port", "gRPC", LOCALNET_PORTS.grpcPort))
    .addOption(portOption("--grpc-web-port", "gRPC-web", LOCALNET_PORTS.grpcWebPort))
    .addOption(portOffsetOption("a node beside another one"))
    .addOption(blockTimeOption().conflicts("follow"))
    .addOption(stateProofsOption("all"))
    .addOption(enclaveOption())
    .addOption(logLevelOption())
    .option("--json", "print one JSON line when everything answers, and one for each step of catching up")
    .addHelpText("after", START_HELP)
    .action(start);
}
