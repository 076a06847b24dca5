/**
 * `enclavenet rotate prepare`: the home's enclave draws the network's next seed and encrypts it to the registered nodes. The enclave
 * keeps nothing: its own share comes back with the transaction, as everybody's does.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import {
  type EcallResponse,
  type Enclave,
  EnclaveError,
  EvidencePurpose,
  KeychainState,
} from "@enclavenet/enclave-api";
import { type SessionOptions, withEnclave } from "../assembly/enclave-session.ts";
import { takeHome } from "../assembly/open-home.ts";
import { demandSeed } from "../assembly/seed.ts";
import { certificateOver, evidenceCertificate } from "../executor/evidence-certificate.ts";
import { loadValidatorKey } from "../home/files.ts";
import type { RotationFile } from "./rotation-file.ts";

const NOBODY = new Uint8Array(32);

/** What the enclave drew; nothing while the home's own node is not registered: it would shut itself out. */
interface Drawn {
  /** Under which the node is registered, or is to be. */
  readonly publicKey: Uint8Array;
  readonly rotation: EcallResponse<"createRotation"> | undefined;
}

function rotationOf(enclave: Enclave): Drawn["rotation"] {
  try {
    return enclave.call("createRotation", {});
  } catch (error) {
    if (EnclaveError.is(error, "NotReady")) return undefined;
    throw error;
  }
}

/** Throws LocalError `ROTATION_IMPOSSIBLE`. A keychain of the first format knows no birth, and can take no registration either. */
function draw(enclave: Enclave, chainId: string): Drawn {
  try {
    const { publicKey } = enclave.call("createRegistration", { chainId });
    return { publicKey, rotation: rotationOf(enclave) };
  } catch (error) {
    if (!EnclaveError.is(error, "RotationRejected") && !EnclaveError.is(error, "KeychainConflict")) throw error;
    throw new LocalError("ROTATION_IMPOSSIBLE", "this enclave can draw no further seed for its network", {
      fix: "a network has at most five seeds; if it has fewer, this home is of a program that did not take down who registered: register anew in a new home, for each such node; see docs/protocol/rotation.md",
      cause: error,
    });
  }
}

export interface PrepareOptions extends SessionOptions {
  readonly home: string;
}

/** Throws LocalError `ROTATION_…`, `COLLATERAL_…`, `ENCLAVE_…`, `HOME_…`. The node must not be running. */
export async function prepareRotation(options: PrepareOptions): Promise<RotationFile> {
  const { home, release } = takeHome(options.home);
  try {
    const primitives = createNodePrimitives();
    return await withEnclave(options, home, async (session) => {
      const { enclave, collateral } = session;
      const status = enclave.call("status", {});
      demandSeed(status, home.directory);
      const { chainId, keychain } = status;
      if (keychain !== KeychainState.bound) {
        throw new LocalError("ROTATION_EARLY", "the node of this home has not executed a block yet", {
          fix: "start it until it has caught up, then stop it and prepare again",
        });
      }
      const { publicKey, rotation: made } = draw(enclave, chainId);
      if (made !== undefined) {
        const certify = (quote: Uint8Array) => certificateOver(collateral, { chainId, owner: NOBODY }, quote);
        const { rotation, quote, networkQuote } = made;
        const certificate = await certify(quote);
        return { kind: "rotate", chainId, rotation, certificate, networkCertificate: await certify(networkQuote) };
      }
      const owner = loadValidatorKey(primitives, home.validatorKey).publicKey;
      const request = { purpose: EvidencePurpose.registration, chainId, owner };
      const certificate = await evidenceCertificate(session, request);
      const { proof } = enclave.call("possessionProof", {});
      return { kind: "register", chainId, certificate, publicKey, proof };
    });
  } finally {
    release();
  }
}
