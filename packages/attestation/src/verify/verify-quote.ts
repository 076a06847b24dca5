/**
 * The verifier: quote and collateral in, itemised verdict out. Offline, without a clock; the same bytes at the same time
 * always give the same verdict.
 *
 * Spec: 07 §2 fact 3 (what a verdict must say separately), architecture §3 "Evidence".
 * @module
 */
import { toHex } from "@enclavenet/common";
import { platformPrimitives } from "#platform-primitives";
import { type CollateralJson, parseCollateral } from "../collateral/collateral.ts";
import type { TcbStatus } from "../collateral/tcb-status.ts";
import { AttestationError, refuse } from "../errors.ts";
import { type Policy, parsePolicy } from "../policy.ts";
import type { AttestationPrimitives } from "../primitives/primitives.ts";
import { parseQuote, type Quote } from "../quote/quote.ts";
import { INTEL_SGX_ROOT_KEY } from "../roots.ts";
import { POINT_LENGTH } from "../x509/algorithms.ts";
import { chainRules } from "./chains.ts";
import { collateralRules } from "./collateral-rules.ts";
import { describeCheck, isIntelRoot } from "./describe.ts";
import { type Evidence, gatherEvidence, type Terms } from "./evidence.ts";
import { measurementOf, policyRules, rtmrsOf, signerOf } from "./policy-rules.ts";
import { quoteRules } from "./quote-rules.ts";
import { revocationRules } from "./revocation.ts";
import { CHECKS, type CheckName, type Rule } from "./rule.ts";

/** One item. `ok`: no rule of it is broken; what a policy does not ask for is not judged, and `detail` says so. */
export interface Check {
  readonly name: CheckName;
  readonly ok: boolean;
  readonly detail: string;
}

/** A verdict, in the names of its JSON. What could not be read is null. */
export interface Verdict {
  /**
   * Whether a platform that the root certified, not revoked and not known as broken, vouches at this time for the
   * measurement and the report data, with debugging off. Says nothing about whether they are the right ones.
   */
  readonly valid: boolean;
  /** Valid, and everything the policy demands is there. Without a policy: valid and up to date. */
  readonly accepted: boolean;
  readonly tee: "sgx" | "tdx" | null;
  readonly tcb_status: TcbStatus | "NotSupported" | null;
  readonly advisory_ids: readonly string[];
  /** MRENCLAVE or MRTD, hexadecimal. */
  readonly measurement: string | null;
  /** MRSIGNER; null for trust domains, which have none. */
  readonly signer: string | null;
  readonly report_data: string | null;
  /** RTMR 0 to 3 of a trust domain. */
  readonly rtmrs: readonly string[];
  readonly machine_id: string | null;
  /** Whose root the platform's certificate leads to. */
  readonly root: "intel" | "other" | null;
  /**
   * Whether the quote rules out that the program's sealed records were put back to an earlier state. Neither SGX nor TDX has a
   * monotonic counter, so that no quote does.
   */
  readonly rollback_protection: "none" | null;
  readonly checks: readonly Check[];
}

export interface VerifyOptions {
  /** Seconds since the Unix epoch at which everything must be valid. */
  readonly time: number;
  /** Keys of root authorities, uncompressed points. Default: Intel's, alone. */
  readonly trustedRoots?: readonly Uint8Array[];
  readonly policy?: Policy;
  /** Default: OpenSSL on Node, JavaScript elsewhere. Every implementation gives the same verdicts. */
  readonly primitives?: AttestationPrimitives;
}

/** Every rule, in the order of the verdict's items. */
export const RULES: readonly Rule[] = [
  ...chainRules,
  ...revocationRules,
  ...collateralRules,
  ...quoteRules,
  ...policyRules,
];

/** The end of the year 9999, the last one that certificates can name. */
const MAX_TIME = 253_402_300_799;

function termsOf({ time, trustedRoots, policy, primitives }: VerifyOptions): Terms {
  if (!Number.isInteger(time) || time < 0 || time > MAX_TIME) {
    refuse("ATTESTATION_USAGE", "time is not a whole number of seconds since the epoch");
  }
  const roots = trustedRoots ?? [INTEL_SGX_ROOT_KEY];
  if (roots.some((root) => root.length !== POINT_LENGTH || root[0] !== 4)) {
    refuse("ATTESTATION_USAGE", "a trusted root is not an uncompressed point of P-256");
  }
  return { time, roots, policy: parsePolicy(policy ?? {}), primitives: primitives ?? platformPrimitives };
}

type QuoteFields = Pick<Verdict, "tee" | "measurement" | "signer" | "report_data" | "rtmrs">;

function quoteFields(quote: Quote | undefined): QuoteFields {
  if (quote === undefined) return { tee: null, measurement: null, signer: null, report_data: null, rtmrs: [] };
  const { body } = quote;
  return {
    tee: body.tee,
    measurement: measurementOf(body),
    signer: signerOf(body) ?? null,
    report_data: toHex(body.report.reportData),
    rtmrs: rtmrsOf(body),
  };
}

function malformed(error: AttestationError, quote: Quote | undefined): Verdict {
  const check: Check = { name: "format", ok: false, detail: `[${error.code}] ${error.message}` };
  const unread = { tcb_status: null, advisory_ids: [], machine_id: null, root: null, rollback_protection: null };
  return { valid: false, accepted: false, ...quoteFields(quote), ...unread, checks: [check] };
}

function judge(evidence: Evidence, rules: readonly Rule[]): Verdict {
  const breaches = rules.flatMap((rule) => {
    const text = rule.breach(evidence);
    return text === undefined ? [] : [{ rule, text }];
  });
  const checks = CHECKS.map((name): Check => {
    const broken = breaches.find(({ rule }) => rule.check === name);
    return { name, ok: broken === undefined, detail: broken?.text ?? describeCheck(evidence, name) };
  });
  return {
    valid: !breaches.some(({ rule }) => rule.essential),
    accepted: breaches.length === 0,
    ...quoteFields(evidence.quote),
    tcb_status: evidence.tcb.status,
    advisory_ids: evidence.tcb.advisories,
    machine_id: evidence.machineId,
    root: isIntelRoot(evidence) ? "intel" : "other",
    rollback_protection: "none",
    checks,
  };
}

/** The verifier over a list of rules; the door hands out the one with all of them. */
export function verifyByRules(
  rules: readonly Rule[],
  quoteBytes: Uint8Array,
  collateralJson: unknown,
  options: VerifyOptions,
): Verdict {
  const terms = termsOf(options);
  if (Object.prototype.toString.call(quoteBytes) !== "[object Uint8Array]") {
    refuse("ATTESTATION_USAGE", "the quote is not given as bytes");
  }
  let quote: Quote | undefined;
  try {
    quote = parseQuote(quoteBytes);
    return judge(gatherEvidence(quote, parseCollateral(collateralJson), terms), rules);
  } catch (error) {
    if (error instanceof AttestationError) return malformed(error, quote);
    throw error;
  }
}

/**
 * Verifies a quote. Bytes of any kind give a verdict; what cannot be read at all fails the item `format` alone. Throws
 * `AttestationError` only for what the caller chose: a quote that is no bytes, time, roots, policy.
 */
export function verifyQuote(quote: Uint8Array, collateral: CollateralJson | string, options: VerifyOptions): Verdict {
  return verifyByRules(RULES, quote, collateral, options);
}
