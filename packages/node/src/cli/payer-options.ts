/**
 * Options of commands that send transactions.
 * @module
 */
import type { SecretBytes } from "@enclavenet/crypto";
import { type Command, Option } from "commander";
import type { PayerOptions } from "../register/payer.ts";
import { parseKey, parseMnemonic } from "../wallet/keys.ts";
import { readTextInput } from "./input-files.ts";
import { parseGasPrice, parseSeconds, parseSource } from "./parse.ts";

/** What the command line says of node and payer. */
export interface PayerFlags {
  readonly node: string;
  readonly mnemonicFile?: string;
  readonly keyFile?: string;
  readonly faucet?: string;
  readonly gasPrice: bigint;
  readonly wait: number;
}

const MAX_KEY_FILE = 4096;

/** SECURITY: keys come from files, never as arguments, which every process can read. */
function payerKey({ mnemonicFile, keyFile }: PayerFlags): SecretBytes | undefined {
  if (mnemonicFile !== undefined) return parseMnemonic(readTextInput(mnemonicFile, "mnemonic", MAX_KEY_FILE));
  return keyFile === undefined ? undefined : parseKey(readTextInput(keyFile, "private key", MAX_KEY_FILE));
}

export function payerOf(flags: PayerFlags): PayerOptions {
  return { key: payerKey(flags), faucet: flags.faucet, gasPrice: flags.gasPrice };
}

/** Adds the options. */
export function withPayer(command: Command): Command {
  return command
    .addOption(new Option("--node <url>", "RPC of a node of the network").argParser(parseSource).makeOptionMandatory())
    .addOption(new Option("--mnemonic-file <file>", "mnemonic of the account that pays").conflicts("keyFile"))
    .option("--key-file <file>", "private key of the account that pays")
    .addOption(
      new Option("--gas-price <price>", "uscrt per gas")
        .default(parseGasPrice("0.0125"), "0.0125")
        .argParser(parseGasPrice),
    )
    .addOption(
      new Option("--wait <seconds>", "how long a block with a transaction is waited for")
        .default(60)
        .argParser(parseSeconds),
    );
}
