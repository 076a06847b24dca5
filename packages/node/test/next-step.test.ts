/** What a registration does next, from everything that can be known. */
import { describe, expect, it } from "vitest";
import { nextStep, type RegistrationFacts, type Step } from "../src/register/next-step.ts";

const ENCLAVES = ["new", "registering", "seeded", "founder"] as const;
const NODES = ["unknown", "pending", "registered", "revoked"] as const;
const SENT = [undefined, "register", "confirm"] as const;

const all: RegistrationFacts[] = ENCLAVES.flatMap((enclave) =>
  NODES.flatMap((node) =>
    [false, true].flatMap((hasCertificate) => SENT.map((sent) => ({ enclave, node, hasCertificate, sent }))),
  ),
);

const ENDS: readonly Step[] = ["ready", "revoked", "founder", "lost"];

/** What a step that succeeds changes. `lands`: the transaction is in a block. */
function after(facts: RegistrationFacts, step: Step, lands: boolean): RegistrationFacts {
  switch (step) {
    case "evidence":
      return { ...facts, enclave: "registering", hasCertificate: true, sent: undefined };
    case "transaction":
      return { ...facts, sent: "register" };
    case "confirm":
      return { ...facts, sent: "confirm" };
    case "wait":
      return { ...facts, sent: undefined, node: lands ? "pending" : facts.node };
    case "wait-confirm":
      return { ...facts, sent: undefined, node: lands ? "registered" : facts.node };
    case "seal":
      return { ...facts, enclave: "seeded" };
    default:
      return facts;
  }
}

describe("the next step", () => {
  it("leads to an end from everywhere, also when a transaction has to be signed anew", () => {
    for (const start of all) {
      let facts = start;
      let lost = false;
      for (let count = 0; count < 12 && !ENDS.includes(nextStep(facts)); count++) {
        const step = nextStep(facts);
        const lands = !step.startsWith("wait") || lost;
        lost ||= step.startsWith("wait");
        facts = after(facts, step, lands);
      }
      expect([start, ENDS.includes(nextStep(facts))]).toEqual([start, true]);
    }
  });

  it("is a signature only where none is on its way, and a registration only of a node that the chain does not know", () => {
    for (const facts of all) {
      const step = nextStep(facts);
      if (step === "transaction") expect([facts.sent === "register", facts.node]).toEqual([false, "unknown"]);
      if (step === "confirm") {
        expect([facts.sent === "confirm", facts.node, facts.enclave]).toEqual([false, "pending", "seeded"]);
      }
    }
  });

  it("never is to take over seeds where some are, nor to go on for a node that was revoked", () => {
    for (const facts of all) {
      const step = nextStep(facts);
      if (step === "seal") expect(facts.enclave).toBe("registering");
      if (facts.node === "revoked") expect(step).toBe(facts.enclave === "founder" ? "founder" : "revoked");
      if (step === "ready") expect([facts.enclave, facts.node]).toEqual(["seeded", "registered"]);
    }
  });
});
