/**
 * A rotation out of an enclave: it draws the network's next seed, encrypts it to the registered nodes and keeps nothing. Its own share
 * comes back with the transaction, as everybody's does.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type EcallResponse, type Enclave, EnclaveError, KeychainState } from "@enclavenet/enclave-api";
import type { CollateralSource } from "../collateral/collateral-source.ts";
import { certificateOver } from "../executor/evidence-certificate.ts";
import type { RotationFile } from "./rotation-file.ts";

const NOBODY = new Uint8Array(32);

function draw(enclave: Enclave): EcallResponse<"createRotation"> {
  try {
    return enclave.call("createRotation", {});
  } catch (error) {
    if (EnclaveError.is(error, "NotReady")) {
      throw new LocalError("ROTATION_UNREGISTERED", "the node of this home is not registered, or was revoked", {
        fix: "prepare the rotation on a node that is: this one would shut itself out",
        cause: error,
      });
    }
    if (!EnclaveError.is(error, "RotationRejected")) throw error;
    throw new LocalError("ROTATION_IMPOSSIBLE", "this enclave can draw no further seed for its network", {
      fix: "a network has at most five seeds; if it has fewer, this home is of a program that did not take down who registered: register anew in a new home, for each such node; see docs/protocol/rotation.md",
      cause: error,
    });
  }
}

/** A rotation with the enclave's quotes, which have no collateral beside them yet. */
export interface DrawnRotation extends EcallResponse<"createRotation"> {
  readonly chainId: string;
}

/** Throws LocalError `ROTATION_…`. */
export function drawRotation(enclave: Enclave): DrawnRotation {
  const { chainId, keychain } = enclave.call("status", {});
  if (keychain !== KeychainState.bound) {
    throw new LocalError("ROTATION_EARLY", "the node of this home has not executed a block yet", {
      fix: "start it until it has caught up, and prepare again",
    });
  }
  return { chainId, ...draw(enclave) };
}

/** Puts the collateral beside the quotes. Throws LocalError `COLLATERAL_…`. */
export async function certifyRotation(drawn: DrawnRotation, source: CollateralSource): Promise<RotationFile> {
  const { chainId, rotation, quote, networkQuote } = drawn;
  const certify = (one: Uint8Array) => certificateOver(source, { chainId, owner: NOBODY }, one);
  return { chainId, rotation, certificate: await certify(quote), networkCertificate: await certify(networkQuote) };
}
