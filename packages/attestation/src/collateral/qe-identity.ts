/**
 * Identity of Intel's quoting enclave: what its report must say.
 *
 * Rule: Intel PCS API, "Get Quoting Enclave identity", version 2.
 * @module
 */
import { refuse } from "../errors.ts";
import type { JsonObject } from "./json.ts";
import { readSvnLevels, type SvnLevel } from "./tcb-info.ts";

export interface QeIdentity {
  /** Whose quotes it signs. */
  readonly tee: "sgx" | "tdx";
  readonly issueDate: number;
  readonly nextUpdate: number;
  readonly evaluationNumber: number;
  readonly miscSelect: Uint8Array;
  readonly miscSelectMask: Uint8Array;
  readonly attributes: Uint8Array;
  readonly attributesMask: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  readonly levels: readonly SvnLevel[];
}

/** Throws `AttestationError`. */
export function readQeIdentity(identity: JsonObject): QeIdentity {
  const version = identity.count("version", 255);
  if (version !== 2) refuse("QE_IDENTITY_FORMAT", `version ${version}; only 2 is served`);
  return {
    tee: identity.oneOf("id", ["QE", "TD_QE"]) === "QE" ? "sgx" : "tdx",
    issueDate: identity.time("issueDate"),
    nextUpdate: identity.time("nextUpdate"),
    evaluationNumber: identity.count("tcbEvaluationDataNumber", 1_000_000),
    miscSelect: identity.hex("miscselect", 4),
    miscSelectMask: identity.hex("miscselectMask", 4),
    attributes: identity.hex("attributes", 16),
    attributesMask: identity.hex("attributesMask", 16),
    mrSigner: identity.hex("mrsigner", 32),
    isvProdId: identity.count("isvprodid", 65_535),
    levels: readSvnLevels(identity),
  };
}
