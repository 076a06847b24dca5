/**
 * The policy with which a network is born: what its founder demands of nodes, and who decides about them. All of it stands in the
 * evidence, so that enclaves know it.
 * @module
 */
import { parsePolicy } from "@enclavenet/attestation";
import { LocalError } from "@enclavenet/common";

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
