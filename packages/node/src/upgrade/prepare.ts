/**
 * `enclavenet upgrade prepare`, of the new release: its enclave draws a key and says so by evidence. The node may run meanwhile.
 *
 * Spec: 01 §5.2 (op 1).
 * @module
 */
import { join } from "node:path";
import type { Program } from "@enclavenet/attestation";
import { LocalError } from "@enclavenet/common";
import { type GenesisDocument, parseGenesis } from "@enclavenet/consensus";
import { EvidencePurpose, KeychainState } from "@enclavenet/enclave-api";
import { type SessionOptions, withEnclave } from "../assembly/enclave-session.ts";
import { evidenceCertificate } from "../executor/evidence-certificate.ts";
import { readFileIfThere } from "../home/files.ts";
import { type NodeHome, prepareHome } from "../home/home.ts";
import { takeLock } from "../home/lock.ts";
import type { ExchangeFile } from "./exchange-file.ts";
import { nextEnclaveFolder } from "./folders.ts";

const NOBODY = new Uint8Array(32);

/** The request, and the program that the network has to approve. */
export interface Prepared {
  readonly file: Extract<ExchangeFile, { kind: "request" }>;
  readonly program: Program;
}

/** Document of the network that a home belongs to. Throws LocalError `NO_NETWORK`. */
export function genesisOf(home: NodeHome): GenesisDocument {
  const stored = readFileIfThere(home.genesis);
  if (stored !== undefined) return parseGenesis(stored);
  throw new LocalError("NO_NETWORK", `${home.directory} is no home of a network`, {
    fix: "give the home of the node whose enclave is to be replaced",
  });
}

/** Throws LocalError `UPGRADE_DONE`, `NO_NETWORK`, `COLLATERAL_…`, `ENCLAVE_…`, `NODE_HOME_LOCKED`. May be repeated: the key stays. */
export async function prepareUpgrade(options: SessionOptions & { home: string }): Promise<Prepared> {
  const home = prepareHome(options.home);
  const { chainId } = genesisOf(home);
  const enclave = nextEnclaveFolder(home.directory);
  const release = takeLock(join(home.directory, "upgrade.lock"));
  try {
    return await withEnclave(options, { ...home, enclave }, async (session) => {
      const { keychain } = session.enclave.call("status", {});
      if (keychain === KeychainState.bound) {
        throw new LocalError("UPGRADE_DONE", "the new enclave has taken over already, and is not in its place yet", {
          fix: "stop the node and run `enclavenet upgrade import` again with the same package",
        });
      }
      session.enclave.call("createRegistration", { chainId });
      const request = { purpose: EvidencePurpose.upgrade, chainId, owner: NOBODY };
      const certificate = await evidenceCertificate(session, request);
      return { file: { kind: "request", chainId, certificate }, program: session.hello };
    });
  } finally {
    release();
  }
}
