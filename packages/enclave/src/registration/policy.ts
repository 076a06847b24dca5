/**
 * The policy under which a network lets nodes in, as it is sealed: JSON, empty for the default.
 * @module
 */
import { AttestationError, type Policy, parsePolicy } from "@enclavenet/attestation";
import { EnclaveError } from "@enclavenet/enclave-api";
import { tryDecodeAddress } from "../account-address.ts";

/** Status of each kind of refused evidence (spec 01 §3.4). */
export const REFUSAL_STATUS = { certificate: "InvalidCert", measurement: "MrEnclaveMismatch" } as const;

/** Longest text of a policy. */
const MAX_POLICY = 65_536;

/** Digits of an MRTD. */
const TDX_DIGITS = 96;

/** SECURITY: an MRTD names the firmware alone: with any system above it, any program would be let in. Throws `BadRequest`. */
export function demandWholePrograms({ measurements = [], rtmrs }: Policy): void {
  const isHalf = rtmrs === undefined && measurements.some(({ length }) => length === TDX_DIGITS);
  if (isHalf) throw new EnclaveError("BadRequest", { check: "policy with a trust domain's firmware alone" });
}

/** Reads a policy. Throws `BadRequest` for what is none. */
export function readPolicy(json: string): Policy {
  if (json === "") return {};
  if (json.length > MAX_POLICY) throw new EnclaveError("BadRequest", { check: "length of the policy" });
  const policy = parse(json);
  authorityOf(policy);
  return policy;
}

function parse(json: string): Policy {
  try {
    return parsePolicy(json);
  } catch (error) {
    if (error instanceof AttestationError) throw new EnclaveError("BadRequest", { check: "policy" });
    throw error;
  }
}

/** Address of a network's authority: no bytes for nobody; undefined where the birth does not say, so that the chain alone does. */
export function authorityOf({ authority }: Policy): Uint8Array | undefined {
  if (authority === undefined) return undefined;
  if (authority === "") return new Uint8Array(0);
  const address = tryDecodeAddress(authority);
  if (address === undefined) throw new EnclaveError("BadRequest", { check: "authority of the policy" });
  return address;
}
