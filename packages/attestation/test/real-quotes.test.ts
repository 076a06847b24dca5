/** Quotes of real machines with Intel's collateral. */
import { readFileSync } from "node:fs";
import {
  type CollateralJson,
  encodeCombinedEvidence,
  parseCombinedEvidence,
  verifyQuote,
} from "@enclavenet/attestation";
import { fittingCollateral, platformKind } from "@enclavenet/attestation/client";
import { fromHex } from "@enclavenet/common";
import { noblePrimitives } from "@enclavenet/crypto/noble";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { beforeEach, describe, expect, it } from "vitest";
import { sharedFile } from "../../../tests/support/shared.ts";

const path = (name: string) => sharedFile("data", "dcap", name) ?? "";
const missing = sharedFile("data", "dcap", "sgx_quote") === undefined;
const bytes = (name: string) => new Uint8Array(readFileSync(path(name)));
const seconds = (text: string) => Date.parse(text) / 1000;

function verdictOf(name: string, time: string, primitives = createNodePrimitives()) {
  const collateral = readFileSync(path(`${name}_collateral.json`), "utf8");
  return verifyQuote(bytes(name), collateral, { time: seconds(time), primitives });
}

const ZEROS = "00".repeat(48);

const EXPECTED = [
  {
    name: "sgx_quote",
    time: "2025-06-20T00:00:00Z",
    verdict: {
      valid: true,
      accepted: false,
      tee: "sgx",
      tcb_status: "ConfigurationAndSWHardeningNeeded",
      advisory_ids: ["INTEL-SA-00289", "INTEL-SA-00615"],
      measurement: "33d8736db756ed4997e04ba358d27833188f1932ff7b1d156904d3f560452fbb",
      signer: "815f42f11cf64430c30bab7816ba596a1da0130c3b028b673133a66cf9a3e0e6",
      root: "intel",
      rollback_protection: "none",
    },
    failing: ["tcb_status"],
  },
  {
    name: "tdx_quote",
    time: "2025-06-20T00:00:00Z",
    verdict: {
      valid: true,
      accepted: true,
      tee: "tdx",
      tcb_status: "UpToDate",
      advisory_ids: [],
      measurement: "91eb2b44d141d4ece09f0c75c2c53d247a3c68edd7fafe8a3520c942a604a407de03ae6dc5f87f27428b2538873118b7",
      signer: null,
      root: "intel",
      rollback_protection: "none",
    },
    failing: [],
  },
  {
    name: "tdx_quote_outdated",
    time: "2026-02-20T00:00:00Z",
    verdict: {
      valid: false,
      accepted: false,
      tee: "tdx",
      tcb_status: "NotSupported",
      rtmrs: [ZEROS, ZEROS, ZEROS, ZEROS],
    },
    failing: ["tcb_status"],
  },
];

describe("quotes of real machines", () => {
  beforeEach((context) => {
    if (missing) context.skip("dcap data is not beside the repository");
  });

  for (const { name, time, verdict, failing } of EXPECTED) {
    it.each([createNodePrimitives(), noblePrimitives].map((one) => [one.name, one] as const))(
      `${name} with %s`,
      (_, primitives) => {
        const got = verdictOf(name, time, primitives);
        expect(got).toMatchObject(verdict);
        expect(got.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(failing);
      },
    );
  }

  it.each([
    ["sgx_quote", "2025-06-19T10:01:17Z"],
    ["sgx_quote", "2025-07-19T10:01:19Z"],
    ["tdx_quote", "2025-06-19T10:32:26Z"],
    ["tdx_quote", "2025-07-19T10:00:36Z"],
  ])("%s is not valid at %s, outside its collateral", (name, time) => {
    const { valid, checks } = verdictOf(name, time);
    expect([valid, checks.find((check) => check.name === "collateral_times")?.ok]).toEqual([false, false]);
  });

  it.each(EXPECTED)(
    "$name is judged the same out of a node's certificate, with collateral as the service gives it",
    (quoted) => {
      const { name, time } = quoted;
      const collateral = JSON.parse(readFileSync(path(`${name}_collateral.json`), "utf8")) as CollateralJson;
      const certificate = encodeCombinedEvidence({ quote: bytes(name), collateral, owner: new Uint8Array(32) });
      const held = parseCombinedEvidence(certificate);
      const primitives = createNodePrimitives();
      expect(verifyQuote(held.quote, held.collateral, { time: seconds(time), primitives })).toEqual(
        verdictOf(name, time),
      );
    },
  );

  it.each(EXPECTED)("$name is of the platform that its collateral is of", ({ name, time }) => {
    const text = readFileSync(path(`${name}_collateral.json`), "utf8");
    const kind = platformKind(bytes(name));
    expect(fittingCollateral(text, kind, seconds(time), name)).toEqual(JSON.parse(text));
    const late = () => fittingCollateral(text, kind, seconds("2030-01-01T00:00:00Z"), name);
    expect(late).toThrowError(expect.objectContaining({ code: "COLLATERAL_EXPIRED" }));
  });

  it("tells machines apart", () => {
    const ids = EXPECTED.map(({ name, time }) => verdictOf(name, time).machine_id);
    expect(new Set(ids).size).toBe(3);
  });

  it.each(["tdx-quote.hex", "quote-from-tappd.hex"])(
    "%s reads and has no collateral of its own platform here",
    (name) => {
      const quote = fromHex(readFileSync(path(name), "utf8").trim().replace(/^0x/, ""));
      const collateral = readFileSync(path("tdx_quote_collateral.json"), "utf8");
      const { tee, checks } = verifyQuote(quote, collateral, { time: seconds("2025-06-20T00:00:00Z") });
      expect(tee).toBe("tdx");
      expect(checks.find((check) => check.name === "quote_signature")?.ok).toBe(true);
    },
  );
});
