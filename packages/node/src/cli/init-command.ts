/**
 * `enclavenet init`: the home of a new network's first node, or of a node that joins a network.
 * @module
 */
import { resolve } from "node:path";
import { parsePolicy } from "@enclavenet/attestation";
import { LocalError, toHex } from "@enclavenet/common";
import { downloadGenesis, type GenesisDocument, httpTransport } from "@enclavenet/consensus";
import { Command, Option } from "commander";
import { LOCAL_GENESIS_ACCOUNTS } from "../localnet/genesis.ts";
import { foundNetwork } from "../network/found-network.ts";
import type { GenesisAccount } from "../network/genesis-document.ts";
import { joinNetwork } from "../network/join-network.ts";
import { type EvidenceFlags, evidenceOptions, withEvidence } from "./collateral-options.ts";
import { homeOption } from "./home-option.ts";
import { readInput, readTextInput } from "./input-files.ts";
import { parseAccounts, parseAddressOption, parseDevelopmentChainId } from "./parse.ts";
import { enclaveOptions } from "./run-node.ts";

interface Flags extends EvidenceFlags {
  readonly home: string;
  readonly chainId?: string;
  readonly account: readonly GenesisAccount[];
  readonly testAccounts?: true;
  readonly authority: string;
  readonly policy?: string;
  readonly join?: string;
  readonly json?: true;
}

const MAX_GENESIS_FILE = 268_435_456;
const MAX_POLICY_FILE = 65_536;

const HELP = `
A new network: the enclave of the home draws the seeds, and its quote about the network's public keys stands in the genesis document.
The home's key is the only validator.

  enclavenet init --home first --chain-id my-1 --test-accounts
  enclavenet start --home first

A node that joins one: the genesis document is fetched or read, and the home's own enclave judges the evidence in it. The home has no
seed then; register earns it.

  enclavenet init --home replica --join http://127.0.0.1:26657
  enclavenet register --home replica --node http://127.0.0.1:26657 --mnemonic-file FILE

The policy says which nodes may register, as JSON with the members of \`enclavenet verify-quote --policy\`:
  {"measurements": ["33d8…"], "signers": ["83d7…"], "tcb_statuses": ["UpToDate"], "machine_ids": ["81c5…"]}
Without one: nodes that run the same enclave program on a platform that is UpToDate. Debugging is refused always.`;

function usage(message: string, fix: string): LocalError {
  return new LocalError("INIT_USAGE", message, { fix });
}

function accountsOf({ account, testAccounts }: Flags): readonly GenesisAccount[] {
  const accounts = [...account, ...(testAccounts === true ? LOCAL_GENESIS_ACCOUNTS : [])];
  if (accounts.length === 0) {
    throw usage("a network without coins takes no transaction", "give --account ADDRESS=USCRT, or --test-accounts");
  }
  if (new Set(accounts.map(({ address }) => address)).size < accounts.length) {
    throw usage("an account is given twice", "give each address once");
  }
  return accounts;
}

/** A policy as the enclave will seal it. Throws for one that it would not read, or not live by. */
function policyOf({ policy: path, enclave }: Flags): string {
  const policy = path === undefined ? undefined : parsePolicy(readTextInput(path, "policy", MAX_POLICY_FILE));
  if (enclave.bundle === "development") return policy === undefined ? "" : JSON.stringify(policy);
  // Production enclaves know nothing else: every node reads it in the evidence, and needs no setting.
  if (policy?.state_proofs === "off") {
    throw usage("production enclaves believe no state without proof", 'leave "state_proofs" out of the policy');
  }
  return JSON.stringify({ ...policy, state_proofs: "all" });
}

function found(flags: Flags, chainId: string): Promise<GenesisDocument> {
  return foundNetwork({
    home: resolve(flags.home),
    ...evidenceOptions(flags),
    chainId,
    accounts: accountsOf(flags),
    authority: flags.authority,
    policy: policyOf(flags),
    now: () => BigInt(Date.now()) * 1_000_000n,
  });
}

/** The document before the home is touched. */
async function join(flags: Flags, source: string): Promise<GenesisDocument> {
  const isUrl = /^https?:\/\//.test(source);
  const genesis = isUrl
    ? await downloadGenesis(httpTransport(source), new AbortController().signal)
    : readInput(source, "genesis document", MAX_GENESIS_FILE);
  return joinNetwork({ home: resolve(flags.home), ...enclaveOptions(flags.enclave), genesis });
}

async function run(flags: Flags): Promise<void> {
  const { chainId, join: source, home } = flags;
  if ((chainId === undefined) === (source === undefined)) {
    throw usage("either a new network or one to join", "give --chain-id ID, or --join URL_OR_FILE");
  }
  const genesis = source === undefined ? await found(flags, chainId as string) : await join(flags, source);
  const hash = toHex(genesis.hash);
  if (flags.json === true) {
    console.log(
      JSON.stringify({ event: "initialized", chain_id: genesis.chainId, genesis_hash: hash, home: resolve(home) }),
    );
    return;
  }
  console.log(`${resolve(home)} is a home of ${genesis.chainId} (genesis ${hash.slice(0, 16)}…). Next:`);
  console.log(
    source === undefined
      ? `  enclavenet start --home ${home}`
      : `  enclavenet register --home ${home} --node URL --mnemonic-file FILE`,
  );
}

export function initCommand(): Command {
  const command = new Command("init")
    .description("make the home of a new network's first node, or of a node that joins a network")
    .showHelpAfterError("All options: enclavenet init --help")
    .addOption(homeOption());
  return withEvidence(command)
    .addOption(
      new Option("--chain-id <id>", "begin a network of this chain id")
        .argParser(parseDevelopmentChainId)
        .conflicts("join"),
    )
    .addOption(
      new Option("--join <source>", "join a network: URL of the RPC of one of its nodes, or its genesis document"),
    )
    .addOption(
      new Option("--account <address=uscrt>", "an account with coins at genesis; may be repeated")
        .default([], "none")
        .argParser(parseAccounts)
        .conflicts("join"),
    )
    .addOption(new Option("--test-accounts", "LocalSecret's accounts, whose mnemonics are public").conflicts("join"))
    .addOption(
      new Option("--authority <address>", "account that may revoke nodes (default: nobody)")
        .default("", "nobody")
        .argParser(parseAddressOption)
        .conflicts("join"),
    )
    .addOption(new Option("--policy <file>", "which nodes may register, as JSON").conflicts("join"))
    .option("--json", "print one line of JSON")
    .addHelpText("after", HELP)
    .action(run);
}
