/**
 * `enclavenet start` and `enclavenet init`: nodes that join a network that is there.
 * @module
 */
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { cloneSeed } from "../follow/clone-seed.ts";
import { startFollower } from "../follow/follower.ts";
import { LOCALNET_DEFAULTS, LOCALNET_PORTS } from "../localnet/options.ts";
import type { LogLevel } from "../logger.ts";
import { followBanner, followReadyLine, progressLine, progressText, reportProgress } from "./follow-report.ts";
import { parseDirectory, parseSources } from "./parse.ts";
import { resolvePorts } from "./ports.ts";
import { enclaveBundle, logLevelOption, portOffsetOption, portOption, runNode } from "./run-node.ts";

interface StartFlags {
  readonly home: string;
  readonly follow: readonly string[];
  readonly host: string;
  readonly portOffset: number;
  readonly rpcPort?: number;
  readonly restPort?: number;
  readonly grpcPort?: number;
  readonly grpcWebPort?: number;
  readonly logLevel: LogLevel;
  readonly json?: true;
}

const START_HELP = `
The node pulls blocks and commits from those RPCs, verifies the validators' signatures and every hash, executes the blocks in its
own enclave, and stops when it comes to another app hash than the network. While it catches up, /status says catching_up true.
Transactions that are sent to it are handed to the followed nodes.

  enclavenet init --home ~/replica --from-home ~/.enclavenet/secretdev-1
  enclavenet start --home ~/replica --follow http://127.0.0.1:26657 --port-offset 100`;

const INIT_HELP = `
Development only. The new home gets the sealed keychain of the other one's enclave, its sealing key and the genesis document: whoever
has either home has the network's seed. Nothing else is copied; the node behind the other home may be running.`;

async function start(flags: StartFlags): Promise<void> {
  const { host, logLevel, follow: sources } = flags;
  const { faucetPort: _, ...ports } = resolvePorts(flags);
  const options = {
    home: resolve(flags.home),
    host,
    ...ports,
    sources,
    logLevel,
    enclaveDeadlineMs: LOCALNET_DEFAULTS.enclaveDeadlineMs,
    enclaveBundle: enclaveBundle(),
  };
  await runNode(
    (signal) => startFollower(options, signal),
    (node) => {
      console.log(flags.json === true ? followReadyLine(node) : followBanner(node, sources));
      const text = flags.json === true ? progressLine : progressText;
      reportProgress(node.progress, (now) => console.log(text(now)));
    },
  );
}

function homeOption(): Option {
  return new Option("--home <dir>", "the node's own directory").argParser(parseDirectory).makeOptionMandatory();
}

export function startCommand(): Command {
  return new Command("start")
    .description("run a node that follows a network: no vote, the same state, a replica for reading")
    .showHelpAfterError("All options: enclavenet start --help")
    .addOption(homeOption())
    .addOption(
      new Option(
        "--follow <urls>",
        "RPC of a node of the network; several, separated by commas, stand in for each other",
      )
        .argParser(parseSources)
        .makeOptionMandatory(),
    )
    .option("--host <address>", "address to listen on", LOCALNET_DEFAULTS.host)
    .addOption(portOption("--rpc-port", "CometBFT RPC", LOCALNET_PORTS.rpcPort))
    .addOption(portOption("--rest-port", "REST, the url of secretjs", LOCALNET_PORTS.restPort))
    .addOption(portOption("--grpc-port", "gRPC", LOCALNET_PORTS.grpcPort))
    .addOption(portOption("--grpc-web-port", "gRPC-web", LOCALNET_PORTS.grpcWebPort))
    .addOption(portOffsetOption("a node beside another one"))
    .addOption(logLevelOption())
    .option("--json", "print one JSON line when everything answers, and one for each step of catching up")
    .addHelpText("after", START_HELP)
    .action(start);
}

export function initCommand(): Command {
  return new Command("init")
    .description("make the home of a node that joins a network: the seed of another home's enclave (development only)")
    .showHelpAfterError("All options: enclavenet init --help")
    .addOption(homeOption())
    .addOption(
      new Option("--from-home <dir>", "home of a node that has the network's seed")
        .argParser(parseDirectory)
        .makeOptionMandatory(),
    )
    .addHelpText("after", INIT_HELP)
    .action(({ home, fromHome }: { readonly home: string; readonly fromHome: string }) => {
      cloneSeed(fromHome, home);
      console.log(`${resolve(home)} has the seed of ${resolve(fromHome)} now. Start it with:`);
      console.log(`  enclavenet start --home ${home} --follow URL`);
    });
}
