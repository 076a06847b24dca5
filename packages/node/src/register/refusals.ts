/**
 * Why a registration does not go on, in words that name what to do.
 *
 * Spec: 01 §3.4, §3.8; 04 §6.5.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { noFunds } from "./payer.ts";
import type { TxOutcome } from "./remote-node.ts";

const MAX_LOG = 300;

const shown = (log: string): string => JSON.stringify(log.slice(0, MAX_LOG));

/** The account has sent something else since the transaction was signed. */
export function isStale({ codespace, code }: TxOutcome): boolean {
  return codespace === "sdk" && code === 32;
}

/** The node was revoked: its key is of no use any more. */
export function revoked(): LocalError {
  return new LocalError("REGISTRATION_REVOKED", "this node was revoked: the network lets it register no more", {
    fix: "ask the network's operators why; a new node needs a new --home",
  });
}

/** The network does not let this enclave in. `why` names the check that failed. */
export function notAdmitted(why: string): LocalError {
  return new LocalError("REGISTRATION_REFUSED", `the network's policy refuses this enclave: ${why}`, {
    fix: "run the program and the platform that the policy names: GET /enclavenet/registration/v1/evidence shows it",
  });
}

/** The error for a transaction that was refused, by the check or in its block. */
export function txRefused(outcome: TxOutcome, address: string): LocalError {
  const { codespace, code, log } = outcome;
  if (codespace === "register" && code === 2) {
    return log.includes("the node was revoked") ? revoked() : notAdmitted(shown(log));
  }
  if (codespace === "sdk" && code === 5) return noFunds(address, shown(log));
  if (codespace === "sdk" && code === 13) {
    return new LocalError("PAYER_FEE", `the network wants a higher fee: ${shown(log)}`, {
      fix: "give a higher --gas-price",
    });
  }
  return new LocalError("REGISTRATION_TX", `the transaction was refused (${codespace} ${code}): ${shown(log)}`, {
    fix: "register again; what was done so far counts",
  });
}
