/**
 * `enclavenet fetch-collateral`.
 * @module
 */
import { resolve } from "node:path";
import { fetchCollateral, INTEL_PCS_URL, type PlatformKind, platformKind } from "@enclavenet/attestation/client";
import { LocalError } from "@enclavenet/common";
import { Command, InvalidArgumentError, Option } from "commander";
import { collateralFolder } from "../collateral/collateral-folder.ts";
import { SERVICE_ATTEMPTS, serviceHttp } from "../collateral/service-client.ts";
import { writeFileDurably } from "../home/files.ts";
import { keyHeader } from "./collateral-options.ts";
import { MAX_QUOTE_FILE, quoteBytes, readInput } from "./input-files.ts";
import { parsePlatformKind } from "./parse.ts";

interface Flags {
  readonly quote?: string;
  readonly platform?: PlatformKind;
  readonly out: string;
  readonly pccs: string;
  readonly apiVersion: "3" | "4";
  readonly apiKeyFile?: string;
  readonly cache?: string;
  readonly offline?: true;
  readonly attempts: number;
  readonly json?: true;
}

const HELP = `
Asks for everything that verifying the quote needs and writes one file, for \`enclavenet verify-quote\` and for --collateral of
\`enclavenet init\`, \`register\` and \`rotate prepare\`. The service learns the kind of platform, not the quote. What it serves is proven
when the quote is verified with it. Instead of a quote, --platform names the kind: these commands say it where they miss collateral.

With --cache, collateral is kept until its first part ends (about a month) and shared by all quotes of one kind of platform.
The folder can be copied to a machine without a network and used there with --offline.

A cache of your own with a certificate of its own: NODE_EXTRA_CA_CERTS=ca.pem enclavenet fetch-collateral …`;

function kindOf({ quote, platform }: Flags): PlatformKind {
  if (platform !== undefined) return platform;
  if (quote !== undefined) return platformKind(quoteBytes(readInput(quote, "quote", MAX_QUOTE_FILE)));
  throw new LocalError("COLLATERAL_USAGE", "nothing says whose collateral is wanted", {
    fix: "give --quote FILE, or --platform KIND",
  });
}

async function run(flags: Flags): Promise<void> {
  const kind = kindOf(flags);
  const { collateral, expires, from } = await fetchCollateral(kind, {
    service: { url: flags.pccs, apiVersion: flags.apiVersion === "3" ? 3 : 4 },
    http: serviceHttp(keyHeader(flags.apiKeyFile), flags.attempts),
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
    .option("--quote <file>", "the quote")
    .addOption(
      new Option("--platform <kind>", "kind of platform in place of a quote, such as sgx:00A067110000:platform")
        .argParser(parsePlatformKind)
        .conflicts("quote"),
    )
    .requiredOption("--out <file>", "where the collateral is written, as JSON")
    .option("--pccs <url>", "address of the service", INTEL_PCS_URL)
    .addOption(new Option("--api-version <n>", "of the service").choices(["3", "4"]).default("4"))
    .option("--api-key-file <file>", "file with the service's API key, if it wants one")
    .option("--cache <dir>", "keep collateral in this folder and look there first")
    .option("--offline", "ask nobody: only the folder of --cache")
    .addOption(new Option("--attempts <n>", "tries per request").default(SERVICE_ATTEMPTS).argParser(parseAttempts))
    .option("--json", "print one line of JSON")
    .addHelpText("after", HELP)
    .action(run);
}
