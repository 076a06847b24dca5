/** Certificates of nodes (spec 01 §4.3), and what the halves of report data say. */
import {
  encodeCombinedEvidence,
  freshnessReportData,
  judgeNode,
  networkKeysReportData,
  parseCombinedEvidence,
  registrationReportData,
} from "@enclavenet/attestation";
import { developmentAuthority, writeSgxQuote, writeTdxQuote } from "@enclavenet/attestation/development";
import { concatBytes, toHex, utf8ToBytes } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { describe, expect, it } from "vitest";
import { legacyCertificate } from "./support/legacy-certificate.ts";

const primitives = createNodePrimitives();
const CHAIN = "secretdev-1";
const TIME = 1_780_000_000;
const NOBODY = new Uint8Array(32);
const key = (name: string) => primitives.sha256(utf8ToBytes(name));
const authority = developmentAuthority(primitives, CHAIN);
const measurement = key("program");
const publicKey = key("node");

interface Changes {
  readonly reportData?: Uint8Array;
  readonly attributes?: number;
  readonly machine?: string;
}

function quote({ reportData, attributes = 0x05, machine = "m" }: Changes = {}): Uint8Array {
  const honest = registrationReportData(primitives, { chainId: CHAIN, publicKey, owner: NOBODY });
  const report = {
    cpuSvn: new Uint8Array(16),
    attributes: Uint8Array.from({ length: 16 }, (_, index) => (index === 0 ? attributes : 0)),
    mrEnclave: measurement,
    mrSigner: key("signer"),
    isvProdId: 0,
    isvSvn: 1,
    reportData: reportData ?? honest,
  };
  return writeSgxQuote(report, authority.quotingPlatform(machine));
}

const terms = { chainId: CHAIN, time: TIME, trustedRoots: [authority.rootKey], policy: {}, measurement, primitives };
const certificate = (changes: Changes = {}, collateral = authority.collateral()) =>
  encodeCombinedEvidence({ quote: quote(changes), collateral, owner: NOBODY });

describe("a certificate", () => {
  const evidence = { quote: quote(), collateral: authority.collateral(), owner: NOBODY };

  it("is read in both layouts alike", () => {
    const tagged = parseCombinedEvidence(encodeCombinedEvidence(evidence));
    expect(tagged).toEqual(evidence);
    expect(parseCombinedEvidence(legacyCertificate(evidence))).toEqual(evidence);
  });

  it("holds the documents' signatures where the collateral has them apart, as a service's answers are kept", () => {
    const { tcb_info, qe_identity, ...rest } = authority.collateral();
    const parted = (text: string, member: string): [string, string] => {
      const signature = (JSON.parse(text) as { signature: string }).signature;
      return [text.slice(`{"${member}":`.length, text.lastIndexOf(',"signature"')), signature];
    };
    const [tcbInfo, tcbSignature] = parted(tcb_info, "tcbInfo");
    const [qeIdentity, qeSignature] = parted(qe_identity, "enclaveIdentity");
    const apart = {
      ...rest,
      ...{ tcb_info: tcbInfo, tcb_info_signature: tcbSignature },
      ...{ qe_identity: qeIdentity, qe_identity_signature: qeSignature },
    };
    expect(judgeNode(certificate({}, apart), terms)).toHaveProperty("node");
    expect(certificate({}, apart)).toEqual(certificate());
    // Both at once, as some tools keep them.
    expect(certificate({}, { ...apart, tcb_info, qe_identity })).toEqual(certificate());
  });

  it("carries the validator that the node belongs to", () => {
    const owner = key("validator");
    expect(parseCombinedEvidence(encodeCombinedEvidence({ ...evidence, owner })).owner).toEqual(owner);
  });

  it("passes over parts that are not known, and refuses parts that come twice", () => {
    const tagged = encodeCombinedEvidence(evidence);
    const unknown = Uint8Array.of(4, 2, 0, 0, 0, 1, 1);
    expect(parseCombinedEvidence(concatBytes(tagged, unknown))).toEqual(evidence);
    const twice = () => parseCombinedEvidence(concatBytes(tagged, unknown, unknown));
    expect(twice).toThrowError(expect.objectContaining({ code: "COLLATERAL_FORMAT" }));
  });
});

describe("a node", () => {
  it("is let in with its key, its owner and its machine", () => {
    const admission = judgeNode(certificate(), terms);
    expect(admission).toEqual({
      node: { publicKey, owner: NOBODY, machineId: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
  });

  it.each<[string, "certificate" | "measurement", Changes, Partial<typeof terms>]>([
    ["another program", "measurement", {}, { measurement: key("other") }],
    ["a policy without its program", "measurement", {}, { policy: { measurements: [toHex(key("other"))] } as never }],
    [
      "a network whose root is another",
      "certificate",
      {},
      { trustedRoots: [developmentAuthority(primitives, "b").rootKey] },
    ],
    ["another network's name", "certificate", {}, { chainId: "other-1" }],
    ["a program under debug", "certificate", { attributes: 0x07 }, {}],
    ["a time after its certificates", "certificate", {}, { time: 2_493_072_001 }],
    ["a policy that does not name its machine", "certificate", {}, { policy: { machine_ids: ["00"] } as never }],
    ["report data without a domain", "certificate", { reportData: concatBytes(publicKey, NOBODY) }, {}],
  ])("is refused for %s", (_, refusal, changes, other) => {
    expect(judgeNode(certificate(changes), { ...terms, ...other })).toMatchObject({ refusal });
  });

  it("is refused on a machine whose certificate is revoked, or that is out of date", () => {
    const revoked = authority.collateral({ revokedPcks: [authority.pckSerial("m")] });
    expect(judgeNode(certificate({}, revoked), terms)).toMatchObject({ detail: expect.stringContaining("revocation") });
    expect(judgeNode(certificate({ machine: "n" }, revoked), terms)).toHaveProperty("node");
    const level = { components: Array.from({ length: 16 }, () => 1), pceSvn: 1, status: "OutOfDate" };
    const outdated = certificate({}, authority.collateral({ levels: [level] }));
    expect(judgeNode(outdated, terms)).toMatchObject({ detail: expect.stringContaining("tcb_status") });
    const tolerant = { ...terms, policy: { tcb_statuses: ["OutOfDate"] as const } };
    expect(judgeNode(outdated, tolerant)).toHaveProperty("node");
  });
});

describe("a node in a trust domain", () => {
  const register = (first: number): readonly Uint8Array[] =>
    [first, 2, 3, 4].map((byte) => new Uint8Array(48).fill(byte));
  const domain = {
    teeTcbSvn: Uint8Array.from({ length: 16 }, (_, index) => (index === 1 ? 0 : 1)),
    mrSignerSeam: new Uint8Array(48),
    seamAttributes: new Uint8Array(8),
    tdAttributes: new Uint8Array(8),
    mrTd: new Uint8Array(48).fill(7),
    rtmrs: register(1),
    reportData: registrationReportData(primitives, { chainId: CHAIN, publicKey, owner: NOBODY }),
  };
  const ofDomain = encodeCombinedEvidence({
    quote: writeTdxQuote(domain, authority.quotingPlatform("m")),
    collateral: authority.collateral({ tee: "tdx" }),
    owner: NOBODY,
  });
  const own = { ...terms, measurement: domain.mrTd };

  it("must run the system of the domain that judges, not only its firmware", () => {
    expect(judgeNode(ofDomain, { ...own, rtmrs: register(1) })).toHaveProperty("node");
    expect(judgeNode(ofDomain, { ...own, rtmrs: register(9) })).toMatchObject({ refusal: "measurement" });
  });

  it("may run another system where the policy of the network names it, or asks for none", () => {
    const judged = (rtmrs: readonly string[]) =>
      judgeNode(ofDomain, { ...own, rtmrs: register(9), policy: { rtmrs } as never });
    expect(judged(register(1).map(toHex))).toHaveProperty("node");
    expect(judged([])).toHaveProperty("node");
    expect(judged(register(8).map(toHex))).toMatchObject({ refusal: "measurement" });
  });
});

describe("report data", () => {
  const keys = {
    chainId: CHAIN,
    validatorSet: Uint8Array.of(1),
    policy: "{}",
    ioPublicKey: key("io"),
    seedExchangePublicKey: key("exchange"),
  };
  const fresh = { ...keys, height: 5n, blockHash: key("block"), nonce: key("nonce") };

  it("begins with the key that it is about", () => {
    expect(networkKeysReportData(primitives, keys).subarray(0, 32)).toEqual(keys.ioPublicKey);
    expect(freshnessReportData(primitives, fresh).subarray(0, 32)).toEqual(keys.ioPublicKey);
  });

  it("covers every field, and parts do not run into each other", () => {
    const changed = { chainId: "x", validatorSet: Uint8Array.of(2), policy: "", seedExchangePublicKey: key("x") };
    const moved = { chainId: `${CHAIN}\u0001`, validatorSet: new Uint8Array(0) };
    const all = [
      ...[
        keys,
        { ...keys, ...moved },
        ...Object.entries(changed).map(([name, value]) => ({ ...keys, [name]: value })),
      ].map((statement) => networkKeysReportData(primitives, statement)),
      ...[fresh, { ...fresh, height: 6n }, { ...fresh, blockHash: key("x") }, { ...fresh, nonce: key("x") }].map(
        (statement) => freshnessReportData(primitives, statement),
      ),
    ];
    expect(new Set(all.map(toHex)).size).toBe(all.length);
  });
});
