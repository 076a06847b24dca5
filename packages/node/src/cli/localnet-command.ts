/**
 * `enclavenet localnet`.
 * @module
 */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { ProductionMode } from "@enclavenet/consensus";
import { Command, Option } from "commander";
import type { StateProofsSetting } from "../assembly/parts.ts";
import { LOCAL_ACCOUNTS } from "../localnet/accounts.ts";
import { startLocalnet } from "../localnet/localnet.ts";
import { LOCALNET_DEFAULTS, LOCALNET_PORTS, type LocalnetOptions } from "../localnet/options.ts";
import type { LogLevel } from "../logger.ts";
import { banner } from "./banner.ts";
import { type CollateralFlags, collateralChoice, withCollateral } from "./collateral-options.ts";
import { readyLine } from "./node-report.ts";
import { type EnclaveChoice, parseDevelopmentChainId, parseDirectory } from "./parse.ts";
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

interface Flags extends CollateralFlags {
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
  readonly stateProofs?: StateProofsSetting;
  readonly enclave: EnclaveChoice;
  readonly logLevel: LogLevel;
  readonly json?: true;
}

function homeOf(flags: Flags): string | undefined {
  if (flags.ephemeral === true) return undefined;
  return resolve(flags.home ?? join(homedir(), ".enclavenet", flags.chainId));
}

function mnemonicsHelp(): string {
  const lines = LOCAL_ACCOUNTS.map(({ name, address, mnemonic }) => `  ${name}  ${address}\n     ${mnemonic}`);
  return `\nAccounts:\n${lines.join("\n")}`;
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
    // Production enclaves know nothing else.
    stateProofs: flags.stateProofs ?? (flags.enclave.bundle === "production" ? "all" : undefined),
    collateral: collateralChoice(flags),
    enclaveDeadlineMs: LOCALNET_DEFAULTS.enclaveDeadlineMs,
    ...enclaveOptions(flags.enclave),
  };
  await runNode(
    (signal) => startLocalnet(options, signal),
    (net) => console.log(flags.json === true ? readyLine(net, net.height()) : banner(net)),
  );
}

export function localnetCommand(): Command {
  const command = new Command("localnet")
    .description("run a whole secret-contract network on this machine")
    .showHelpAfterError("All options: enclavenet localnet --help")
    .addOption(
      new Option("--home <dir>", "keep everything below this directory (default: ~/.enclavenet/CHAIN_ID)")
        .conflicts("ephemeral")
        .argParser(parseDirectory),
    )
    .addOption(new Option("--ephemeral", "keep nothing"))
    .addOption(
      new Option("--chain-id <id>", "chain id").default(LOCALNET_DEFAULTS.chainId).argParser(parseDevelopmentChainId),
    )
    .option("--host <address>", "address to listen on", LOCALNET_DEFAULTS.host)
    .addOption(portOption("--rpc-port", "CometBFT RPC", LOCALNET_PORTS.rpcPort))
    .addOption(portOption("--rest-port", "REST, the url of secretjs", LOCALNET_PORTS.restPort))
    .addOption(portOption("--grpc-port", "gRPC", LOCALNET_PORTS.grpcPort))
    .addOption(portOption("--grpc-web-port", "gRPC-web", LOCALNET_PORTS.grpcWebPort))
    .addOption(portOption("--faucet-port", "faucet", LOCALNET_PORTS.faucetPort))
    .addOption(portOffsetOption("a second network beside the first"))
    .addOption(blockTimeOption())
    .addOption(stateProofsOption(LOCALNET_DEFAULTS.stateProofs))
    .addOption(enclaveOption());
  return withCollateral(command)
    .addOption(logLevelOption())
    .option("--json", "print one JSON line when everything answers, instead of the banner")
    .addHelpText("after", mnemonicsHelp())
    .action(run);
}
