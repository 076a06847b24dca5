/**
 * `enclavenet upgrade import`, of the new release: its enclave takes over and gets its place in the home.
 *
 * Spec: 01 §5.2 (op 3).
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type Enclave, EnclaveError, KeychainState } from "@enclavenet/enclave-api";
import { demandSameNetwork } from "../assembly/enclave-network.ts";
import { withEnclave } from "../assembly/enclave-session.ts";
import { takeHome } from "../assembly/open-home.ts";
import type { EnclaveOptions } from "../assembly/parts.ts";
import type { ExchangeFile } from "./exchange-file.ts";
import { nextEnclaveFolder, previousEnclaveFolder, swapEnclaves } from "./folders.ts";
import { genesisOf } from "./prepare.ts";

export interface ImportOptions extends EnclaveOptions {
  readonly home: string;
  readonly file: Extract<ExchangeFile, { kind: "package" }>;
  /** Seconds since the epoch, at which the old enclave's evidence is judged. */
  readonly time: number;
}

export interface Imported {
  readonly chainId: string;
  readonly height: bigint;
  /** Folder with what the replaced enclave had sealed. */
  readonly previous: string;
}

const WHY: Readonly<Partial<Record<EnclaveError["status"], string>>> = {
  NotReady: "this home has no request: run `enclavenet upgrade prepare`, and export for what it writes",
  MrEnclaveMismatch: "the program that made the package does not stand in this one as one before it",
  DecryptionError: "the package was made for another request: export again for the request of this home",
  InvalidCert: "the evidence in the package does not hold for it: export again, and import within its validity",
};

function takeOver(enclave: Enclave, { file, time }: ImportOptions): void {
  // A run before this one came as far as this, and did not get to the folders.
  if (enclave.call("status", {}).keychain === KeychainState.bound) return;
  try {
    enclave.call("importKeychain", { certificate: file.certificate, package: file.package, time: BigInt(time) });
  } catch (error) {
    if (!EnclaveError.is(error)) throw error;
    throw new LocalError("UPGRADE_IMPORT", `the enclave does not take over: ${error.message}`, {
      fix: WHY[error.status] ?? "see docs/protocol/upgrade.md",
      cause: error,
    });
  }
}

/** Throws LocalError `UPGRADE_IMPORT`, `ENCLAVE_…`, `HOME_…`. The node must not be running. May be repeated after a stop. */
export async function importUpgrade(options: ImportOptions): Promise<Imported> {
  const { home, release } = takeHome(options.home);
  try {
    const genesis = genesisOf(home);
    const next = { ...home, enclave: nextEnclaveFolder(home.directory) };
    const { height } = await withEnclave(options, next, ({ enclave }) => {
      takeOver(enclave, options);
      const status = enclave.call("status", {});
      demandSameNetwork(genesis, status);
      return status;
    });
    swapEnclaves(home.directory);
    return { chainId: genesis.chainId, height, previous: previousEnclaveFolder(home.directory) };
  } finally {
    release();
  }
}
