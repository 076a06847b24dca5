/**
 * `enclavenet upgrade export`, of the release that ran: its enclave encrypts what it has sealed to the one that takes over.
 *
 * Spec: 01 §5.2 (op 2), §5.3.
 * @module
 */
import { certifiedProgram } from "@enclavenet/attestation";
import { LocalError, toHex } from "@enclavenet/common";
import { type EcallResponse, type Enclave, EnclaveError } from "@enclavenet/enclave-api";
import { type SessionOptions, withEnclave } from "../assembly/enclave-session.ts";
import { takeHome } from "../assembly/open-home.ts";
import { demandSeed } from "../assembly/seed.ts";
import { certificateOver } from "../executor/evidence-certificate.ts";
import { approveCommandText } from "./approve-text.ts";
import type { ExchangeFile } from "./exchange-file.ts";

const NOBODY = new Uint8Array(32);

export interface ExportOptions extends SessionOptions {
  readonly home: string;
  readonly request: Extract<ExchangeFile, { kind: "request" }>;
}

function refused(error: EnclaveError, certificate: Uint8Array): LocalError {
  const named = certifiedProgram(certificate);
  const measurement = named === undefined ? "…" : toHex(named.measurement);
  if (error.status === "UpgradeRejected") {
    return new LocalError("UPGRADE_NOT_APPROVED", `the network has not approved the program ${measurement}`, {
      fix: `let its authority approve it: ${approveCommandText(named)}; start this node until it has executed that block`,
      cause: error,
    });
  }
  return new LocalError("UPGRADE_REFUSED", `the enclave does not hand over to ${measurement}: ${error.message}`, {
    fix: "prepare again with `enclavenet upgrade prepare`: evidence runs out, and must hold at the time of the last block",
    cause: error,
  });
}

function handOver(enclave: Enclave, certificate: Uint8Array): EcallResponse<"exportKeychain"> {
  try {
    return enclave.call("exportKeychain", { certificate });
  } catch (error) {
    if (EnclaveError.is(error, "NotReady")) {
      throw new LocalError("UPGRADE_EARLY", "the node of this home has not executed a block yet", {
        fix: "start it until it has caught up, then stop it and export again",
        cause: error,
      });
    }
    throw EnclaveError.is(error) ? refused(error, certificate) : error;
  }
}

/** Throws LocalError `UPGRADE_…`, `COLLATERAL_…`, `ENCLAVE_…`, `HOME_…`. The node must not be running. */
export async function exportUpgrade(options: ExportOptions): Promise<Extract<ExchangeFile, { kind: "package" }>> {
  const { request } = options;
  const { home, release } = takeHome(options.home);
  try {
    return await withEnclave(options, home, async (session) => {
      const status = session.enclave.call("status", {});
      demandSeed(status, home.directory);
      const { chainId, height } = status;
      const { package: sealed, quote } = handOver(session.enclave, request.certificate);
      const certificate = await certificateOver(session.collateral, { chainId, owner: NOBODY }, quote);
      return { kind: "package", chainId, certificate, package: sealed, height };
    });
  } finally {
    release();
  }
}
