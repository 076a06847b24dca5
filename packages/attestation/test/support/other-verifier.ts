/** The independent verifier that ours is held against, and what it does not look at. */
import { type CollateralJson, INTEL_SGX_ROOT_KEY, verifyQuote } from "@enclavenet/attestation";
import { type Collateral, QuoteVerifier } from "@phala/dcap-qvl";
import { certificate } from "./certificates.ts";
import { publicKey } from "./keys.ts";
import { honestPlan } from "./plan.ts";

/** Status and advisories, or undefined when the quote is refused. */
export type Outcome = { readonly status: string; readonly advisories: readonly string[] } | undefined;

const intel = QuoteVerifier.newProd();
const test = QuoteVerifier.newWithRootCa(Buffer.from(certificate(honestPlan().certificates.root)));

export type Root = "intel" | "test";

export function theirs(root: Root, quote: Uint8Array, collateral: CollateralJson, time: number): Outcome {
  try {
    const verifier = root === "intel" ? intel : test;
    const report = verifier.verify(Buffer.from(quote), collateral as unknown as Collateral, time);
    return { status: report.status, advisories: [...report.advisory_ids].sort() };
  } catch {
    return undefined;
  }
}

export interface Ours {
  readonly outcome: Outcome;
  /** Checks that failed. */
  readonly failing: readonly string[];
}

export function ours(root: Root, quote: Uint8Array, collateral: CollateralJson, time: number): Ours {
  const trustedRoots = [root === "intel" ? INTEL_SGX_ROOT_KEY : publicKey("root")];
  const verdict = verifyQuote(quote, collateral, { time, trustedRoots });
  return {
    outcome: verdict.valid
      ? { status: verdict.tcb_status as string, advisories: [...verdict.advisory_ids].sort() }
      : undefined,
    failing: verdict.checks.filter(({ ok }) => !ok).map(({ name }) => name),
  };
}
