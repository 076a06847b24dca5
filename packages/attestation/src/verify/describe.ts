/**
 * What an item of a verdict says when nothing is wrong with it.
 * @module
 */
import { equalBytes, toHex } from "@enclavenet/common";
import { timeText } from "../encoding/time.ts";
import type { Policy } from "../policy.ts";
import { INTEL_SGX_ROOT_KEY } from "../roots.ts";
import { rootOf } from "./chains.ts";
import { windowsOf } from "./collateral-rules.ts";
import type { Evidence } from "./evidence.ts";
import { expectedModule } from "./match-tcb.ts";
import { collateralAge, measurementOf, signerOf } from "./policy-rules.ts";
import type { CheckName } from "./rule.ts";

/** Whose root the platform's chain ends in. */
export function isIntelRoot({ pckChain }: Evidence): boolean {
  return equalBytes(rootOf(pckChain).publicKey, INTEL_SGX_ROOT_KEY);
}

/** What the root calls itself; that of a development network says so. Fit for a terminal. */
function rootName({ pckChain }: Evidence): string {
  const { commonName = "" } = rootOf(pckChain).subject;
  return commonName.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, "?");
}

function validUntil(evidence: Evidence): number {
  return Math.min(...windowsOf(evidence).map(({ to }) => to));
}

function moduleText({ quote, collateral }: Evidence): string {
  if (quote.body.tee === "sgx") return "an SGX enclave runs on none";
  const module = expectedModule(quote.body.report, collateral.tcbInfo.content);
  if (module === undefined) return "Intel lists no such module";
  return "id" in module ? `${module.id}` : "the module of version 0";
}

/** A value that only a policy can judge. */
function judged(value: string, demand: unknown): string {
  return demand === undefined ? `${value}; no policy asks for one` : `${value}, as the policy asks`;
}

/** The texts that depend on a policy. */
function policyText(evidence: Evidence, check: CheckName, policy: Policy): string | undefined {
  const { body } = evidence.quote;
  if (check === "measurement") return judged(measurementOf(body), policy.measurements ?? policy.rtmrs);
  if (check === "signer") return judged(signerOf(body) ?? "a trust domain has none", policy.signers);
  if (check === "report_data") return judged(toHex(body.report.reportData), policy.report_data);
  if (check === "machine_id") return judged(evidence.machineId, policy.machine_ids);
  if (check !== "collateral_age") return undefined;
  return judged(`${collateralAge(evidence)} seconds`, policy.max_collateral_age ?? policy.min_evaluation_number);
}

/** One line for people. */
export function describeCheck(evidence: Evidence, check: CheckName): string {
  const { collateral, platform, tcb } = evidence;
  const advisories = tcb.advisories.length === 0 ? "" : `; advisories ${tcb.advisories.join(", ")}`;
  const texts: Partial<Record<CheckName, string>> = {
    format: `quote version ${evidence.quote.version}, TCB information version ${collateral.tcbInfo.content.version}`,
    chain: isIntelRoot(evidence)
      ? "up to Intel's root"
      : `up to a root that the caller trusts, NOT Intel's: "${rootName(evidence)}"`,
    certificate_times: `valid at ${timeText(evidence.time)}`,
    revocation_lists: `${collateral.pckCrl.revoked.size} platforms and ${collateral.rootCrl.revoked.size} authorities`,
    revocation: "nothing that is used here is revoked",
    collateral_times: `valid until ${timeText(validUntil(evidence))}`,
    platform: `FMSPC ${platform.fmspc}, PCE ${platform.pceId}`,
    tdx_module: moduleText(evidence),
    debug: "off",
    tcb_status: `${tcb.status}: ${tcb.parts}${advisories}`,
  };
  return policyText(evidence, check, evidence.policy) ?? texts[check] ?? "verified";
}
