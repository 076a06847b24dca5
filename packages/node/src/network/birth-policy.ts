/**
 * The policy with which a network is born: what its founder demands of nodes, and who decides about them. All of it stands in the
 * evidence, so that enclaves know it.
 * @module
 */
import { parsePolicy } from "@enclavenet/attestation";
import { LocalError, toHex } from "@enclavenet/common";
import type { EcallResponse } from "@enclavenet/enclave-api";

/** `json`: empty for the default. `authority`: address, empty for nobody. Throws LocalError `POLICY_AUTHORITY`. */
export function birthPolicy(json: string, authority: string): string {
  const policy = json === "" ? {} : parsePolicy(json);
  if (policy.authority !== undefined && policy.authority !== authority) {
    throw new LocalError("POLICY_AUTHORITY", "the policy names another authority than the network is to have", {
      fix: "leave `authority` out of the policy and give --authority ADDRESS",
    });
  }
  return JSON.stringify({ ...policy, authority });
}

/**
 * The policy with the program that begins the network in it, unless it names programs: a later program has to know who was let in
 * before it (docs/protocol/upgrade.md).
 */
export function namingProgram(json: string, { measurement, rtmrs }: EcallResponse<"hello">): string {
  const policy = json === "" ? {} : parsePolicy(json);
  if (policy.measurements !== undefined) return json;
  const system = rtmrs.length === 0 || policy.rtmrs !== undefined ? {} : { rtmrs: rtmrs.map(toHex) };
  return JSON.stringify({ ...policy, measurements: [toHex(measurement)], ...system });
}
