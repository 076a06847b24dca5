/** What the parsers take and refuse: the form of quotes, certificates, lists and documents. */
import {
  AttestationError,
  type CollateralJson,
  parseCertificate,
  parseChain,
  parseCollateral,
  parsePlatform,
  parsePolicy,
  parseQuote,
  parseRevocationList,
  verifyQuote,
} from "@enclavenet/attestation";
import { concatBytes, fromHex, toHex } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import { type CertificatePlan, certificate, pem, revocationList, sgxExtension } from "./support/certificates.ts";
import { forge, forgeQuote } from "./support/forge.ts";
import { publicKey } from "./support/keys.ts";
import { honestPlan, NOW } from "./support/plan.ts";

const plan = honestPlan();
const { quote, collateral } = forge(plan);
const options = { time: NOW, trustedRoots: [publicKey("root")] };

function codeOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof AttestationError) return error.code;
    throw error;
  }
  return "accepted";
}

const patched = (bytes: Uint8Array, at: number, ...values: number[]): Uint8Array => {
  const out = bytes.slice();
  out.set(values, at);
  return out;
};

describe("quotes", () => {
  const outcome = (bytes: Uint8Array) => codeOf(() => parseQuote(bytes));

  it("may be followed by zeros only", () => {
    expect(outcome(concatBytes(quote, new Uint8Array(100)))).toBe("accepted");
    expect(outcome(concatBytes(quote, Uint8Array.of(0, 1)))).toBe("QUOTE_FORMAT");
    expect(outcome(concatBytes(quote, new Uint8Array(65_536)))).toBe("QUOTE_FORMAT");
  });

  it("of every shorter length are refused", () => {
    for (let length = 0; length < quote.length; length += 7) {
      expect(outcome(quote.subarray(0, length))).toMatch(/^QUOTE_/);
    }
  });

  it.each<[string, number, number[], string]>([
    ["version 2", 0, [2], "QUOTE_KIND"],
    ["version 4 of an enclave", 0, [4], "QUOTE_KIND"],
    ["another type of key", 2, [3], "QUOTE_KIND"],
    ["another TEE", 4, [1], "QUOTE_KIND"],
    ["another vendor", 12, [0], "QUOTE_KIND"],
    ["less signature data than there is", 432, [0, 1, 0, 0], "QUOTE_FORMAT"],
    ["a certificate outside the quote", 436 + 64 + 64 + 384 + 64 + 2 + 32, [3], "QUOTE_KIND"],
  ])("with %s are refused", (_, at, bytes, code) => {
    expect(outcome(patched(quote, at, ...bytes))).toBe(code);
  });

  it("of version 5 name a body that fits its length", () => {
    const five = forgeQuote({ ...honestPlan("tdx"), version: 5 });
    expect(outcome(five)).toBe("accepted");
    expect(outcome(patched(five, 48, 2))).toBe("QUOTE_KIND");
    expect(outcome(patched(five, 48, 1))).toBe("QUOTE_KIND");
  });
});

describe("certificates", () => {
  const of = (change: Partial<CertificatePlan>) => certificate({ ...plan.certificates.ca, ...change });
  const outcome = (der: Uint8Array) => codeOf(() => parseCertificate(der));
  const key = { id: "551d0e", value: "0401aa" };

  it.each<[string, Uint8Array, string]>([
    ["an extension that is not known", of({ more: [key] }), "accepted"],
    ["a critical extension that is not known", of({ more: [{ ...key, critical: true }] }), "CERTIFICATE_FORMAT"],
    ["an extension twice", of({ more: [key, key] }), "CERTIFICATE_FORMAT"],
    ["a second key usage", of({ more: [{ id: "551d0f", value: "03020780" }] }), "CERTIFICATE_FORMAT"],
    ["a serial number of 21 bytes", of({ serial: "11".repeat(21) }), "CERTIFICATE_FORMAT"],
    ["a byte behind it", concatBytes(of({}), Uint8Array.of(0)), "DER_FORMAT"],
    ["9 kB", of({ more: [{ id: "551d0e", value: "00".repeat(9000) }] }), "CERTIFICATE_FORMAT"],
  ])("with %s", (_, der, code) => {
    expect(outcome(der)).toBe(code);
  });

  it("in forms that are BER and not DER are refused", () => {
    const der = of({});
    // 30 82 LL LL becomes 30 83 00 LL LL: a length that is longer than it must be.
    const long = concatBytes(Uint8Array.of(0x30, 0x83, 0), der.subarray(2));
    expect(outcome(long)).toBe("DER_FORMAT");
    const indefinite = concatBytes(Uint8Array.of(0x30, 0x80), der.subarray(4), Uint8Array.of(0, 0));
    expect(outcome(indefinite)).toBe("DER_FORMAT");
  });

  it("with another algorithm are refused", () => {
    const hex = toHex(of({}));
    const sha384 = hex.replaceAll("300a06082a8648ce3d040302", "300a06082a8648ce3d040303");
    expect(outcome(fromHex(sha384))).toBe("CERTIFICATE_FORMAT");
    const otherCurve = hex.replace("2a8648ce3d030107", "2a8648ce3d030106");
    expect(outcome(fromHex(otherCurve))).toBe("CERTIFICATE_FORMAT");
    const compressed = hex.replace("03420004", "03420002");
    expect(outcome(fromHex(compressed))).toBe("CERTIFICATE_FORMAT");
  });

  it("of platforms must say all that is needed, once", () => {
    const hex = toHex(sgxExtension(plan.platform));
    const outcome = (changed: string) => {
      expect(changed).not.toBe(hex);
      return codeOf(() => parsePlatform(fromHex(changed)));
    };
    for (const member of ["060a2a864886f84d010d0101", "060b2a864886f84d010d010211", "060a2a864886f84d010d0104"]) {
      expect(outcome(hex.replace(member, member.replace(/..$/, "6f")))).toBe("CERTIFICATE_FORMAT");
    }
    expect(outcome(hex.replace("060a2a864886f84d010d0105", "060a2a864886f84d010d0104"))).toBe("CERTIFICATE_FORMAT");
    expect(outcome(hex.replace("060a2a864886f84d010d0105", "060a2a864886f84d010d0109"))).toBe("accepted");
  });

  it("come in PEM and nothing else", () => {
    const one = pem(certificate(plan.certificates.ca));
    const outcome = (text: string) => codeOf(() => parseChain(text));
    expect(outcome(one + one)).toBe("accepted");
    expect(outcome(`${one}\0`)).toBe("accepted");
    expect(outcome(one.replaceAll("\n", "\r\n"))).toBe("accepted");
    for (const text of ["", "text", `${one}text`, `text${one}`, one.replace("A", " "), one.repeat(5)]) {
      expect(outcome(text)).toBe("PEM_FORMAT");
    }
    expect(outcome(one.replaceAll("CERTIFICATE", "PRIVATE KEY"))).toBe("PEM_FORMAT");
  });
});

describe("revocation lists", () => {
  it("may be empty", () => {
    expect(parseRevocationList(revocationList({ ...plan.rootCrl, revoked: [] })).revoked.size).toBe(0);
  });

  it.each(["551d1b", "551d1c"])("that are partial or of several issuers (%s) are refused", (critical) => {
    expect(codeOf(() => parseRevocationList(revocationList({ ...plan.rootCrl, critical })))).toBe("CRL_FORMAT");
  });
});

describe("collateral", () => {
  const outcome = (change: Record<string, unknown>) => codeOf(() => parseCollateral({ ...collateral, ...change }));

  it("may have the service's answers as they came, and lists in PEM", () => {
    const answers: CollateralJson = {
      ...collateral,
      root_ca_crl: pem(fromHex(collateral.root_ca_crl), "X509 CRL"),
      tcb_info: `{"tcbInfo":${collateral.tcb_info},"signature":"${collateral.tcb_info_signature}"}`,
      qe_identity: `{"enclaveIdentity":${collateral.qe_identity},"signature":"${collateral.qe_identity_signature}"}\0`,
      tcb_info_signature: "",
    };
    expect(verifyQuote(quote, answers, options).valid).toBe(true);
    expect(verifyQuote(quote, JSON.stringify(answers), options).valid).toBe(true);
  });

  it.each([
    ["COLLATERAL_FORMAT", { tcb_info: undefined }],
    ["COLLATERAL_FORMAT", { tcb_info: 7 }],
    ["COLLATERAL_FORMAT", { pck_crl: "00".repeat(600_000) }],
    ["CRL_FORMAT", { pck_crl: "xyz" }],
    ["DER_FORMAT", { pck_crl: "" }],
    ["PEM_FORMAT", { pck_crl_issuer_chain: "" }],
    ["TCB_INFO_FORMAT", { tcb_info: "[]" }],
    ["TCB_INFO_FORMAT", { tcb_info: collateral.tcb_info.replace('"version":3', '"version":4') }],
    ["TCB_INFO_FORMAT", { tcb_info: collateral.tcb_info.replace("UpToDate", "Fine") }],
    ["TCB_INFO_FORMAT", { tcb_info: collateral.tcb_info.replace('{"svn":7}', '{"svn":256}') }],
    ["TCB_INFO_FORMAT", { tcb_info: collateral.tcb_info.replace('{"svn":7},', "") }],
    ["TCB_INFO_FORMAT", { tcb_info: collateral.tcb_info.replace(/Z"/, '"') }],
    ["TCB_INFO_FORMAT", { tcb_info_signature: "00" }],
    ["QE_IDENTITY_FORMAT", { qe_identity: collateral.qe_identity.replace('"version":2', '"version":1') }],
    ["QE_IDENTITY_FORMAT", { qe_identity: '{"__proto__":{"version":2}}' }],
  ])("is %s when it has %j", (code, change) => {
    expect(outcome(change)).toBe(code);
  });

  it.each([null, undefined, 7, "", "null", "[]", [], `${"[".repeat(100_000)}`])(
    "that is none gives a verdict, not an error",
    (none) => {
      const { valid, measurement, checks } = verifyQuote(quote, none as never, options);
      expect([valid, measurement, checks.map(({ name }) => name)]).toEqual([false, "e1".repeat(32), ["format"]]);
    },
  );
});

describe("what the caller chooses", () => {
  it.each([Number.NaN, -1, 1.5, 1e15])("a time of %d is refused", (time) => {
    expect(codeOf(() => verifyQuote(quote, collateral, { time }))).toBe("ATTESTATION_USAGE");
  });

  it.each(["0300", undefined, [3, 0], 3])("a quote that is no bytes, %j, is refused", (none) => {
    expect(codeOf(() => verifyQuote(none as never, collateral, options))).toBe("ATTESTATION_USAGE");
  });

  it("a root that is no point is refused", () => {
    expect(codeOf(() => verifyQuote(quote, collateral, { time: NOW, trustedRoots: [new Uint8Array(65)] }))).toBe(
      "ATTESTATION_USAGE",
    );
  });

  it.each([
    { measurement: ["00"] },
    { measurements: ["xyz"] },
    { tcb_statuses: ["Fine"] },
    { max_collateral_age: -1 },
    { state_proofs: "on" },
    { query_blocks: 0 },
    { query_blocks: 17 },
    { authority: 5 },
    { authority: "a".repeat(101) },
    "[]",
  ])("the policy %j is refused", (policy) => {
    expect(codeOf(() => parsePolicy(policy))).toBe("ATTESTATION_POLICY");
  });

  it("a policy may name the registers of a domain, and leave some open", () => {
    const domain = forge(honestPlan("tdx"));
    const verdict = (rtmrs: string[]) =>
      verifyQuote(domain.quote, domain.collateral, { ...options, policy: { rtmrs } }).accepted;
    const zeros = "00".repeat(48);
    expect(
      [
        ["", zeros],
        [zeros, zeros, zeros, zeros],
        [zeros, "01"],
        [...Array(4).fill(zeros), zeros],
      ].map(verdict),
    ).toEqual([...[true, true, false, false]]);
  });

  it("a policy may say what a network is, which demands nothing of a quote", () => {
    const policy = { state_proofs: "all", query_blocks: 16, authority: "" } as const;
    expect(parsePolicy(JSON.stringify(policy))).toEqual(policy);
    expect(verifyQuote(quote, collateral, { ...options, policy }).accepted).toBe(true);
  });

  it("a policy's digits may have either case", () => {
    const policy = { measurements: ["E1".repeat(32)], report_data: "D0D0" };
    expect(verifyQuote(quote, collateral, { ...options, policy }).accepted).toBe(true);
  });
});
