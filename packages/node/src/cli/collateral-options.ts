/**
 * Options of commands that state evidence: which enclave gives it, and where the collateral of its quotes comes from.
 * @module
 */
import { INTEL_PCS_URL, serviceBase } from "@enclavenet/attestation/client";
import { LocalError } from "@enclavenet/common";
import { type Command, Option } from "commander";
import type { SessionOptions } from "../assembly/enclave-session.ts";
import type { CollateralChoice } from "../collateral/collateral-source.ts";
import { readTextInput } from "./input-files.ts";
import type { EnclaveChoice } from "./parse.ts";
import { enclaveOption, enclaveOptions } from "./run-node.ts";

/** What the command line says of collateral. */
export interface CollateralFlags {
  readonly collateral?: string;
  readonly apiKeyFile?: string;
}

export interface EvidenceFlags extends CollateralFlags {
  readonly enclave: EnclaveChoice;
}

const MAX_KEY_FILE = 4096;
/** What the verifier reads at most. */
const MAX_COLLATERAL_FILE = 8_388_608;

/** The header in which Intel's service takes keys. SECURITY: never an argument, which every process can read. */
export function keyHeader(path: string | undefined): Record<string, string> {
  if (path === undefined) return {};
  const key = readTextInput(path, "API key", MAX_KEY_FILE).trim();
  if (!/^[\x21-\x7e]{1,256}$/.test(key)) {
    throw new LocalError("COLLATERAL_KEY_FILE", `the file ${path} does not hold an API key`, {
      fix: "put the key alone into the file, in one line",
    });
  }
  return { "Ocp-Apim-Subscription-Key": key };
}

/** The source that was named; undefined when none was. Throws LocalError `COLLATERAL_URL`, `COLLATERAL_KEY_FILE`, `INPUT_FILE`. */
export function collateralChoice({ collateral, apiKeyFile }: CollateralFlags): CollateralChoice | undefined {
  if (collateral === undefined) return undefined;
  if (/^https?:\/\//.test(collateral)) return { service: serviceBase(collateral), headers: keyHeader(apiKeyFile) };
  return { file: collateral, text: readTextInput(collateral, "collateral", MAX_COLLATERAL_FILE) };
}

/** The enclave of a command that states evidence. */
export function evidenceOptions(flags: EvidenceFlags): SessionOptions {
  return { ...enclaveOptions(flags.enclave), collateral: collateralChoice(flags) };
}

/** Adds the options of collateral; without `standard`, none is fetched unless the user says so. */
export function withCollateral(command: Command, standard?: string): Command {
  const what =
    "collateral of an enclave on hardware: a file of fetch-collateral, or the URL of Intel's service or a PCCS";
  const option = new Option("--collateral <source>", what);
  return command
    .addOption(standard === undefined ? option : option.default(standard))
    .option("--api-key-file <file>", "file with the API key of the collateral service, if it wants one");
}

/** Adds the options of evidence. */
export function withEvidence(command: Command): Command {
  return withCollateral(command.addOption(enclaveOption()), INTEL_PCS_URL);
}
