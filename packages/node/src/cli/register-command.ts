/**
 * `enclavenet register`.
 * @module
 */
import { resolve } from "node:path";
import { toHex } from "@enclavenet/common";
import type { enclavenetRegistration as own } from "@enclavenet/proto";
import { Command, Option } from "commander";
import { registerNode } from "../register/register.ts";
import { type EvidenceFlags, evidenceOptions, withEvidence } from "./collateral-options.ts";
import { homeOption } from "./home-option.ts";
import { parseMachineId, parseSource } from "./parse.ts";
import { type PayerFlags, payerOf, withPayer } from "./payer-options.ts";

interface Flags extends PayerFlags, EvidenceFlags {
  readonly home: string;
  readonly replaceMachineId: string;
  readonly json?: true;
}

const HELP = `
Steps: evidence (a quote about this node's key), transaction, wait, seal (verify the network, decrypt and seal its seeds), confirm,
wait-confirm. A run that was ended at any point goes on when the command is given again; what was paid is not paid twice.

  enclavenet init --home replica --join http://127.0.0.1:26657
  enclavenet register --home replica --node http://127.0.0.1:26657 --faucet http://127.0.0.1:5000
  enclavenet start --home replica --follow http://127.0.0.1:26657

Who pays: the account of a mnemonic, of a private key (64 hexadecimal digits), or, on a local network, one of the home's own that the
faucet fills. Keys are read from files, never from arguments, which every process can read.`;

/** What the chain knows of the node, as the one line of `--json`. */
function registeredLine(node: own.Node): string {
  return JSON.stringify({
    event: "registered",
    node_id: toHex(node.publicKey),
    machine_id: toHex(node.machineId),
    registered_height: Number(node.registeredHeight),
    confirmed_height: Number(node.confirmedHeight),
  });
}

function stepText(step: string, details: Readonly<Record<string, string>>): string {
  const facts = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  return `  ${step.padEnd(12)}  ${facts.join(", ")}`;
}

async function run(flags: Flags): Promise<void> {
  const isJson = flags.json === true;
  const record = await registerNode({
    home: resolve(flags.home),
    ...evidenceOptions(flags),
    node: flags.node,
    payer: payerOf(flags),
    replaceMachineId: flags.replaceMachineId,
    waitMs: flags.wait * 1000,
    report(step, details) {
      console.log(isJson ? JSON.stringify({ event: "step", step, ...details }) : stepText(step, details));
    },
  });
  if (isJson) {
    console.log(registeredLine(record));
    return;
  }
  console.log(
    `The node ${toHex(record.publicKey)} is registered since height ${record.confirmedHeight}. Start it with:`,
  );
  console.log(`  enclavenet start --home ${flags.home} --follow ${flags.node}`);
}

export function registerCommand(): Command {
  const command = new Command("register")
    .description("earn the network's seeds for the enclave of a home: evidence, transaction, confirmation")
    .showHelpAfterError("All options: enclavenet register --help")
    .addOption(homeOption());
  return withPayer(withEvidence(command))
    .addOption(
      new Option(
        "--faucet <url>",
        "faucet that fills the account when it has nothing; without a key, one of the home's own",
      ).argParser(parseSource),
    )
    .addOption(
      new Option(
        "--replace-machine-id <id>",
        "machine of the same owner whose place this one takes, 40 hexadecimal digits",
      )
        .default("")
        .argParser(parseMachineId),
    )
    .option("--json", "print one JSON line for each step, and one at the end")
    .addHelpText("after", HELP)
    .action(run);
}
