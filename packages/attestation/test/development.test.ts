/** Quotes under an authority of one's own: the verifier accepts them under that root, and under no other. */
import { toHex, utf8ToBytes } from "@enclavenet/common";
import { SecretBytes } from "@enclavenet/crypto";
import { nobleHashes, nobleP256Signer } from "@enclavenet/crypto/noble";
import { describe, expect, it } from "vitest";
import { Authority, writeSgxQuote, writeTdxQuote } from "../src/development/index.ts";
import { verifyQuote } from "../src/index.ts";

const { sha256 } = nobleHashes;
const validity = { notBefore: 1_735_689_600, notAfter: 2_493_072_000 };
const time = 1_780_000_000;

function authority(name: string): Authority {
  const key = (role: string) => {
    const signer = nobleP256Signer(SecretBytes.from(sha256(utf8ToBytes(`${name} ${role}`))));
    if (signer === undefined) throw new Error("not a scalar");
    return signer;
  };
  return new Authority({ name, key, sha256, validity });
}

const report = {
  cpuSvn: new Uint8Array(16).fill(1),
  attributes: Uint8Array.from({ length: 16 }, (_, index) => (index === 0 ? 0x05 : 0)),
  mrEnclave: sha256(utf8ToBytes("program")),
  mrSigner: sha256(utf8ToBytes("signer")),
  isvProdId: 0,
  isvSvn: 1,
  reportData: Uint8Array.from({ length: 64 }, (_, index) => index),
};

describe("a development authority", () => {
  const own = authority("a");
  const quote = writeSgxQuote(report, own.quotingPlatform("machine 1"));

  it("vouches for its machines", () => {
    const verdict = verifyQuote(quote, own.collateral(), { time, trustedRoots: [own.rootKey] });
    expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(verdict).toMatchObject({
      valid: true,
      accepted: true,
      tee: "sgx",
      root: "other",
      tcb_status: "UpToDate",
      measurement: toHex(report.mrEnclave),
      report_data: toHex(report.reportData),
    });
  });

  it("says in every verdict that its root is one of development", () => {
    const { checks } = verifyQuote(quote, own.collateral(), { time, trustedRoots: [own.rootKey] });
    const { detail } = checks.find(({ name }) => name === "chain") ?? {};
    expect(detail).toBe('up to a root that the caller trusts, NOT Intel\'s: "Development root of a"');
  });

  it("cannot write to the terminal by its name", () => {
    const loud = authority("a\u001b[2J\u202e");
    const evidence = writeSgxQuote(report, loud.quotingPlatform("machine 1"));
    const { checks } = verifyQuote(evidence, loud.collateral(), { time, trustedRoots: [loud.rootKey] });
    expect(checks.find(({ name }) => name === "chain")?.detail).toContain('"Development root of a?[2J?"');
  });

  it("writes the same certificates every time", () => {
    expect(authority("a").collateral()).toEqual(own.collateral());
    expect(writeSgxQuote(report, authority("a").quotingPlatform("machine 1"))).toEqual(quote);
  });

  it("is not Intel's, and not another network's", () => {
    for (const options of [{ time }, { time, trustedRoots: [authority("b").rootKey] }]) {
      const verdict = verifyQuote(quote, own.collateral(), options);
      expect(verdict.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["chain"]);
      expect(verdict.valid).toBe(false);
    }
  });

  it("vouches for trust domains too, with collateral of their own", () => {
    const domain = {
      teeTcbSvn: Uint8Array.from({ length: 16 }, (_, index) => (index === 1 ? 0 : 1)),
      mrSignerSeam: new Uint8Array(48),
      seamAttributes: new Uint8Array(8),
      tdAttributes: new Uint8Array(8),
      mrTd: new Uint8Array(48).fill(7),
      rtmrs: [1, 2, 3, 4].map((byte) => new Uint8Array(48).fill(byte)),
      reportData: report.reportData,
    };
    const ofDomain = writeTdxQuote(domain, own.quotingPlatform("machine 1"));
    const options = { time, trustedRoots: [own.rootKey] };
    const verdict = verifyQuote(ofDomain, own.collateral({ tee: "tdx" }), options);
    expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(verdict).toMatchObject({
      accepted: true,
      tee: "tdx",
      measurement: toHex(domain.mrTd),
      rtmrs: domain.rtmrs.map(toHex),
      report_data: toHex(report.reportData),
    });
    expect(verifyQuote(ofDomain, own.collateral(), options).valid).toBe(false);
  });
});
