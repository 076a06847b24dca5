/**
 * What a registration does next. It follows from what the enclave holds, what the chain says of the node and what was sent already,
 * never from where the last run stopped: so a run that was killed anywhere goes on, and what is done is not done twice.
 *
 * Spec: 01 §3.1, §8.
 * @module
 */

/** What is known. */
export interface RegistrationFacts {
  /** `founder`: seeds that this enclave drew itself. */
  readonly enclave: "new" | "registering" | "seeded" | "founder";
  readonly node: "unknown" | "pending" | "registered" | "revoked";
  readonly hasCertificate: boolean;
  /** A signed transaction that may be in a block or on its way. */
  readonly sent: "register" | "confirm" | undefined;
}

/**
 * `evidence`: draw the key, make the quote. `transaction`: sign the registration. `wait`: hand it in until it is in a block.
 * `seal`: verify the network, decrypt and seal its seeds. `confirm`: sign the proof of possession. `wait-confirm`: as `wait`.
 */
export type Step =
  | "evidence"
  | "transaction"
  | "wait"
  | "seal"
  | "confirm"
  | "wait-confirm"
  | "ready"
  | "revoked"
  | "founder"
  | "lost";

function beforeSeeds({ node, hasCertificate, sent }: RegistrationFacts): Step {
  if (node !== "unknown") return "seal";
  if (!hasCertificate) return "evidence";
  return sent === "register" ? "wait" : "transaction";
}

/** The next step; the last four end a registration, `ready` alone well. */
export function nextStep(facts: RegistrationFacts): Step {
  const { enclave, node, sent } = facts;
  if (enclave === "founder") return "founder";
  if (node === "revoked") return "revoked";
  if (enclave !== "seeded") return enclave === "new" ? "evidence" : beforeSeeds(facts);
  if (node === "registered") return "ready";
  // Seeds come by a registration alone: this chain is another one, or it lost blocks.
  if (node === "unknown") return "lost";
  return sent === "confirm" ? "wait-confirm" : "confirm";
}
