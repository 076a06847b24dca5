/**
 * Ours beside an independent verifier: quotes of real machines and thousands of changed ones, and re-signed evidence under
 * a root made for the test. Where they differ, ours refuses, and the reason is one that is written down here.
 */
import { readFileSync } from "node:fs";
import type { CollateralJson } from "@enclavenet/attestation";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { sharedFile } from "../../../tests/support/shared.ts";
import { ATTACKS } from "./support/attacks.ts";
import { forge } from "./support/forge.ts";
import { ours, theirs } from "./support/other-verifier.ts";
import { type EvidencePlan, honestPlan, NOW } from "./support/plan.ts";

const SEED = 20_261_127;
/** The other verifier takes ten times as long as ours, and the machine may be busy. */
const PATIENT_MS = 180_000;
const NO_DATA = "dcap data is not beside the repository";

interface Real {
  readonly quote: Uint8Array;
  readonly collateral: CollateralJson;
  readonly time: number;
  /** Where the PCK chain begins: from there on bytes are text, and the other verifier reads it leniently. */
  readonly chainAt: number;
}

function real(name: string, time: string): Real | undefined {
  const [quotePath, collateralPath] = [
    sharedFile("data", "dcap", name),
    sharedFile("data", "dcap", `${name}_collateral.json`),
  ];
  if (quotePath === undefined || collateralPath === undefined) return undefined;
  const quote = new Uint8Array(readFileSync(quotePath));
  return {
    quote,
    collateral: JSON.parse(readFileSync(collateralPath, "utf8")),
    time: Date.parse(time) / 1000,
    chainAt: Buffer.from(quote).indexOf("-----BEGIN"),
  };
}

const REAL = [
  ["sgx_quote", "2025-06-20T00:00:00Z"],
  ["tdx_quote", "2025-06-20T00:00:00Z"],
  ["tdx_quote_outdated", "2026-02-20T00:00:00Z"],
] as const;

/** Ours may refuse more, and only in these checks; it never accepts more, and never says another status. */
function compare(got: ReturnType<typeof ours>, other: ReturnType<typeof theirs>, stricter: readonly string[]): void {
  if (got.outcome === undefined && other !== undefined) {
    expect(stricter).toEqual(expect.arrayContaining(got.failing.filter((check) => check !== "tcb_status")));
    expect(stricter).not.toEqual([]);
    return;
  }
  expect(got.outcome).toEqual(other);
}

/** The list of an issuer is not verified at all by the other one, so that it takes any. */
const LISTS = ["revocation_lists", "collateral_times", "revocation", "format", "chain", "certificate_times"];
/** Text that is not exactly PEM, DER that is not exactly DER, kinds of certification data. */
const FORM = ["format"];

const flip = fc.record({ at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) });

function flipped(bytes: Uint8Array, from: number, to: number, { at, bits }: { at: number; bits: number }): Uint8Array {
  const out = bytes.slice();
  const position = from + (at % (to - from));
  out[position] = (out[position] as number) ^ bits;
  return out;
}

/** A text with one character changed. */
const changedText = (text: string, at: number, character: string): string => {
  const position = at % text.length;
  return text.slice(0, position) + character + text.slice(position + 1);
};

describe.each(REAL)("%s", { timeout: PATIENT_MS }, (name, time) => {
  const one = real(name, time) as Real;
  beforeEach((context) => {
    if (one === undefined) context.skip(NO_DATA);
  });

  it("gets the same status", () => {
    compare(
      ours("intel", one.quote, one.collateral, one.time),
      theirs("intel", one.quote, one.collateral, one.time),
      [],
    );
  });

  it("gets the same answer with any bit of header, report and signatures changed", () => {
    const property = fc.property(flip, (change) => {
      const quote = flipped(one.quote, 0, one.chainAt, change);
      compare(ours("intel", quote, one.collateral, one.time), theirs("intel", quote, one.collateral, one.time), FORM);
    });
    fc.assert(property, { seed: SEED, numRuns: 300 });
  });

  it("gets no better answer with any bit of the chain changed", () => {
    const property = fc.property(flip, (change) => {
      const quote = flipped(one.quote, one.chainAt, one.quote.length, change);
      compare(ours("intel", quote, one.collateral, one.time), theirs("intel", quote, one.collateral, one.time), FORM);
    });
    fc.assert(property, { seed: SEED, numRuns: 120 });
  });

  it("gets no better answer with any character of the collateral changed", () => {
    const fields = Object.keys(one.collateral) as (keyof CollateralJson)[];
    const property = fc.property(
      fc.constantFrom(...fields),
      fc.nat(),
      fc.constantFrom(...'0123456789abcdefABCDEF+/=-"{}[],: \n'),
      (field, at, character) => {
        const collateral = { ...one.collateral, [field]: changedText(one.collateral[field] as string, at, character) };
        const stricter = field.includes("crl") ? LISTS : FORM;
        compare(
          ours("intel", one.quote, collateral, one.time),
          theirs("intel", one.quote, collateral, one.time),
          stricter,
        );
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 230 });
  });

  it("gets the same answer at any time, as far as lists are not out of date", () => {
    const days = fc.integer({ min: -60, max: 60 });
    const property = fc.property(days, fc.nat(86_399), (day, second) => {
      const at = one.time + day * 86_400 + second;
      compare(ours("intel", one.quote, one.collateral, at), theirs("intel", one.quote, one.collateral, at), [
        "collateral_times",
      ]);
    });
    fc.assert(property, { seed: SEED, numRuns: 30 });
  });
});

/** Attacks that the other verifier does not see: names, constraints, lists, the whole of the report data, TDX modules. */
const OURS_ALONE = new Set([
  "a platform straight under the root",
  "a certificate for another purpose signs TCB information",
  "an authority with a name of its own",
  "a certificate that names another issuer",
  "an issuer that is no authority",
  "an authority that may not sign certificates",
  "a root that allows no authority below",
  "the root's list in another name",
  "a root that may not sign lists",
  "a list of another authority's platforms",
  "a genuine list and chain of another authority",
  "an authority that may not sign lists",
  "a forged list of authorities",
  "a forged list of platforms",
  "a list of authorities of last year",
  "a list of platforms of the future",
  "TCB information of another PCE",
  "something behind the hash of the attestation key",
  "a TDX module that is not Intel's",
  "a TDX module under debug",
  "a TDX module that Intel does not list",
]);

describe("re-signed evidence", { timeout: PATIENT_MS }, () => {
  it("is judged the same when it is honest", () => {
    for (const tee of ["sgx", "tdx"] as const) {
      const { quote, collateral } = forge(honestPlan(tee));
      const got = ours("test", quote, collateral, NOW);
      expect(got.outcome).toEqual({ status: "UpToDate", advisories: [] });
      expect(got.outcome).toEqual(theirs("test", quote, collateral, NOW));
    }
  });

  const attacks = ATTACKS.filter(({ options }) => options === undefined);
  it.each(attacks.map((attack) => [attack.rule, attack.what, attack] as const))(
    "%s: %s",
    (_, what, { tee, change }) => {
      const plan = honestPlan(tee);
      change?.(plan);
      const { quote, collateral } = forge(plan);
      const got = ours("test", quote, collateral, NOW).outcome;
      const other = theirs("test", quote, collateral, NOW);
      if (OURS_ALONE.has(what)) expect([got, other]).toEqual([undefined, { status: "UpToDate", advisories: [] }]);
      else expect(got).toEqual(other);
    },
  );

  const svn = fc.integer({ min: 0, max: 12 });
  const status = fc.constantFrom(
    "UpToDate",
    "SWHardeningNeeded",
    "ConfigurationNeeded",
    "ConfigurationAndSWHardeningNeeded",
    "OutOfDate",
    "OutOfDateConfigurationNeeded",
    "Revoked",
  );
  const level = fc.record({ sgx: fc.array(svn, { minLength: 16, maxLength: 16 }), pceSvn: svn, status });

  it("finds the same level for any platform", () => {
    const property = fc.property(
      fc.array(level, { maxLength: 4 }),
      fc.array(svn, { minLength: 16, maxLength: 16 }),
      svn,
      (levels, components, pceSvn) => {
        const plan: EvidencePlan = honestPlan();
        plan.tcbInfo.levels = levels.map((one, at) => ({ ...one, tdx: [], advisories: [`A-${at}`] }));
        plan.platform = { ...plan.platform, components, pceSvn };
        const { quote, collateral } = forge(plan);
        expect(ours("test", quote, collateral, NOW).outcome).toEqual(theirs("test", quote, collateral, NOW));
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 100 });
  });
});
