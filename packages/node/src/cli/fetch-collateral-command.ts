/**
 * `enclavenet fetch-collateral`.
 * @module
 */
import { resolve } from "node:path";
import { fetchCollateral, INTEL_PCS_URL, platformKind } from "@enclavenet/attestation/client";
import { LocalError } from "@enclavenet/common";
import { Command, InvalidArgumentError, Option } from "commander";
import { writeFileDurably } from "../home/files.ts";
import { collateralFolder } from "./collateral-folder.ts";
import { MAX_QUOTE_FILE, quoteBytes, readInput, readTextInput } from "./input-files.ts";

interface Flags {
  readonly quote: string;
  readonly out: string;
  readonly pccs: string;
  readonly apiVersion: "3" | "4";
  readonly apiKeyFile?: string;
  readonly cache?: string;
  readonly offline?: true;
  readonly attempts: number;
  readonly json?: true;
}

const MAX_KEY_FILE = 4096;
const TIMEOUT_MS = 20_000;

const HELP = `
Asks for everything that verifying the quote needs and writes one file for \`enclavenet verify-quote\`. The service learns
the kind of platform, not the quote. What it serves is proven when the quote is verified with it.

With --cache, collateral is kept until its first part ends (about a month) and shared by all quotes of one kind of platform.
The folder can be copied to a machine without a network and used there with --offline.

A cache of your own with a certificate of its own: NODE_EXTRA_CA_CERTS=ca.pem enclavenet fetch-collateral …`;

/** The header in which Intel's service takes keys. SECURITY: never an argument, which every process can read. */
function keyHeader(path: string | undefined): Record<string, string> {
  if (path === undefined) return {};
  const key = readTextInput(path, "API key", MAX_KEY_FILE).trim();
  if (!/^[\x21-\x7e]{1,256}$/.test(key)) {
    throw new LocalError("COLLATERAL_KEY_FILE", `the file ${path} does not hold an API key`, {
      fix: "put the key alone into the file, in one line",
    });
  }
  return { "Ocp-Apim-Subscription-Key": key };
}

const clock = {
  now: (): number => Math.floor(Date.now() / 1000),
  sleep: (milliseconds: number): Promise<void> => new Promise((over) => setTimeout(over, milliseconds)),
};

async function run(flags: Flags): Promise<void> {
  const kind = platformKind(quoteBytes(readInput(flags.quote, "quote", MAX_QUOTE_FILE)));
  const headers = keyHeader(flags.apiKeyFile);
  const { collateral, expires, from } = await fetchCollateral(kind, {
    service: { url: flags.pccs, apiVersion: flags.apiVersion === "3" ? 3 : 4 },
    http: { fetch: globalThis.fetch, clock, headers, attempts: flags.attempts, timeoutMs: TIMEOUT_MS },
    ...(flags.cache === undefined ? {} : { cache: collateralFolder(resolve(flags.cache)) }),
    offline: flags.offline === true,
  });
  writeFileDurably(resolve(flags.out), `${JSON.stringify(collateral, undefined, 2)}\n`);
  const result = { ...kind, expires, from, out: flags.out };
  const until = new Date(expires * 1000).toISOString().replace(".000", "");
  const text = `Collateral of ${kind.tee} platforms ${kind.fmspc} (${kind.ca}), from the ${from}, valid until ${until}: ${flags.out}`;
  console.log(flags.json === true ? JSON.stringify(result) : text);
}

function parseAttempts(text: string): number {
  const attempts = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (attempts < 1 || attempts > 20) throw new InvalidArgumentError("expected a number from 1 to 20.");
  return attempts;
}

export function fetchCollateralCommand(): Command {
  return new Command("fetch-collateral")
    .description("fetch what the verification of a quote needs from Intel's service or a cache of it (PCCS)")
    .showHelpAfterError("All options: enclavenet fetch-collateral --help")
    .requiredOption("--quote <file>", "the quote")
    .requiredOption("--out <file>", "where the collateral is written, as JSON")
    .option("--pccs <url>", "address of the service", INTEL_PCS_URL)
    .addOption(new Option("--api-version <n>", "of the service").choices(["3", "4"]).default("4"))
    .option("--api-key-file <file>", "file with the service's API key, if it wants one")
    .option("--cache <dir>", "keep collateral in this folder and look there first")
    .option("--offline", "ask nobody: only the folder of --cache")
    .addOption(new Option("--attempts <n>", "tries per request").default(5).argParser(parseAttempts))
    .option("--json", "print one line of JSON")
    .addHelpText("after", HELP)
    .action(run);
}
