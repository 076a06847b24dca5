/**
 * `enclavenet verify-quote`.
 * @module
 */
import { parseChain, parsePolicy, type Verdict, verifyQuote } from "@enclavenet/attestation";
import { Command, Option } from "commander";
import { MAX_QUOTE_FILE, quoteBytes, readInput, readTextInput } from "./input-files.ts";
import { parseUnixTime } from "./parse.ts";

interface Flags {
  readonly quote: string;
  readonly collateral: string;
  readonly time?: number;
  readonly policy?: string;
  readonly trustedRoot?: string;
  readonly json?: true;
}

/** Most bytes of a file; formats have limits of their own. */
const MAX_COLLATERAL = 8_388_608;
const MAX_SMALL = 65_536;

const HELP = `
The quote is binary or hexadecimal. The collateral is JSON with the fields of Intel's provisioning service
(pck_crl, root_ca_crl, tcb_info, qe_identity, …); \`enclavenet fetch-collateral\` makes such a file.

Valid: a platform that Intel certified, not revoked, vouches at that time for measurement and report data, with
debugging off. Whether they are the right ones, and which TCB status is good enough, is for you or for a policy:
  {"tcb_statuses": ["UpToDate"], "measurements": ["33d8…"], "report_data": "48656c…", "max_collateral_age": 2592000}

Exit code: 0 when the quote is valid and the policy, if one is given, accepts it; 1 otherwise.`;

/** A table for people. */
export function verdictText(verdict: Verdict): string {
  const width = Math.max(...verdict.checks.map(({ name }) => name.length));
  const lines = verdict.checks.map(
    ({ name, ok, detail }) => `  ${ok ? "ok  " : "FAIL"}  ${name.padEnd(width)}  ${detail}`,
  );
  const advisories = verdict.advisory_ids.length === 0 ? "none" : verdict.advisory_ids.join(", ");
  return [
    `${verdict.valid ? "VALID" : "NOT VALID"} quote of ${verdict.tee ?? "an unknown TEE"}`,
    `  measurement  ${verdict.measurement ?? "not read"}`,
    `  report data  ${verdict.report_data ?? "not read"}`,
    `  TCB status   ${verdict.tcb_status ?? "not read"}; advisories: ${advisories}`,
    `  rollback     ${verdict.rollback_protection === null ? "not read" : "not ruled out: sealed state may be put back to an earlier one"}`,
    "",
    ...lines,
  ].join("\n");
}

function trustedRoots(path: string | undefined): { trustedRoots?: readonly Uint8Array[] } {
  if (path === undefined) return {};
  const chain = parseChain(readTextInput(path, "root certificate", MAX_SMALL));
  return { trustedRoots: chain.map(({ publicKey }) => publicKey) };
}

function run(flags: Flags): void {
  const quote = quoteBytes(readInput(flags.quote, "quote", MAX_QUOTE_FILE));
  const collateral = readTextInput(flags.collateral, "collateral", MAX_COLLATERAL);
  const policy = flags.policy === undefined ? undefined : parsePolicy(readTextInput(flags.policy, "policy", MAX_SMALL));
  const verdict = verifyQuote(quote, collateral, {
    time: flags.time ?? Math.floor(Date.now() / 1000),
    ...trustedRoots(flags.trustedRoot),
    ...(policy === undefined ? {} : { policy }),
  });
  console.log(flags.json === true ? JSON.stringify(verdict) : verdictText(verdict));
  process.exitCode = (policy === undefined ? verdict.valid : verdict.accepted) ? 0 : 1;
}

export function verifyQuoteCommand(): Command {
  return new Command("verify-quote")
    .description("verify a quote of an SGX enclave or a TDX trust domain, offline")
    .showHelpAfterError("All options: enclavenet verify-quote --help")
    .requiredOption("--quote <file>", "the quote")
    .requiredOption("--collateral <file>", "its collateral")
    .addOption(new Option("--time <seconds>", "verify as of this Unix time (default: now)").argParser(parseUnixTime))
    .option("--policy <file>", "what is demanded beyond a valid quote, as JSON")
    .option("--trusted-root <file>", "trust this root certificate (PEM) in place of Intel's: a development network's")
    .option("--json", "print the verdict as one line of JSON")
    .addHelpText("after", HELP)
    .action(run);
}
