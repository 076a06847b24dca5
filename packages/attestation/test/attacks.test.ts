/** Each rule refuses what it is for, alone, and a verifier without it is taken in. */
import { RULES, type Verdict, verifyByRules, verifyQuote } from "@enclavenet/attestation";
import { describe, expect, it } from "vitest";
import { ATTACKS, type Attack } from "./support/attacks.ts";
import { forge } from "./support/forge.ts";
import { publicKey } from "./support/keys.ts";
import { honestPlan, NOW } from "./support/plan.ts";

function evidenceOf({ tee, change }: Attack) {
  const plan = honestPlan(tee);
  change?.(plan);
  return forge(plan);
}

const options = { time: NOW, trustedRoots: [publicKey("root")] };
const failing = ({ checks }: Verdict) => checks.filter(({ ok }) => !ok).map(({ name }) => name);
const ruleOf = (name: string) => RULES.find((rule) => rule.name === name)!;

describe("honest evidence", () => {
  it.each([
    ["sgx", 3],
    ["tdx", 4],
    ["tdx", 5],
  ] as const)("of %s, quote version %i, is accepted", (tee, version) => {
    const { quote, collateral } = forge({ ...honestPlan(tee), version });
    const verdict = verifyQuote(quote, collateral, options);
    expect(failing(verdict)).toEqual([]);
    expect([verdict.valid, verdict.accepted, verdict.tcb_status, verdict.root]).toEqual([
      true,
      true,
      "UpToDate",
      "other",
    ]);
  });

  it("with TCB information of version 2", () => {
    const plan = honestPlan();
    plan.tcbInfo.version = 2;
    const { quote, collateral } = forge(plan);
    expect(verifyQuote(quote, collateral, options).accepted).toBe(true);
  });

  it("is refused without the test's root", () => {
    const { quote, collateral } = forge(honestPlan());
    const verdict = verifyQuote(quote, collateral, { time: NOW });
    expect([verdict.valid, failing(verdict)]).toEqual([false, ["chain"]]);
  });
});

describe.each(ATTACKS.map((attack) => [attack.rule, attack.what, attack] as const))("%s: %s", (name, _, attack) => {
  const { quote, collateral } = evidenceOf(attack);
  const all = { ...options, ...attack.options };
  const { check, essential } = ruleOf(name);

  it("fails its check and no other", () => {
    const verdict = verifyQuote(quote, collateral, all);
    expect(failing(verdict)).toEqual([check]);
    expect([verdict.valid, verdict.accepted]).toEqual([!essential, false]);
  });

  it("passes without the rule", () => {
    const without = RULES.filter((rule) => rule.name !== name);
    const verdict = verifyByRules(without, quote, collateral, all);
    expect(essential ? verdict.valid : verdict.accepted).toBe(true);
  });
});

it("there is an attack for every rule", () => {
  const attacked = new Set(ATTACKS.map(({ rule }) => rule));
  expect(RULES.map(({ name }) => name).filter((name) => !attacked.has(name))).toEqual([]);
});
