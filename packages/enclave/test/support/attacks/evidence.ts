/**
 * Evidence that is forged in one thing, handed in by the host of a node of the network, or of one that joins.
 * @module
 */
import { type CollateralJson, parseQuote, registrationReportData, type SgxReport } from "@enclavenet/attestation";
import {
  type CollateralChanges,
  developmentAuthority,
  PLATFORM_LEVEL,
  type QuotingPlatform,
  type SgxReportFields,
  writeSgxQuote,
} from "@enclavenet/attestation/development";
import { EvidencePurpose } from "@enclavenet/enclave-api";
import { CHAIN_ID } from "../chain.ts";
import { certificateOf, Joiner, NOBODY } from "../registration.ts";
import type { World } from "../world.ts";
import type { Attack } from "./attack.ts";
import { admission, type Create, notOfRegistration, takeover } from "./registration.ts";

const RULES = "packages/attestation/src/verify/";
const MACHINE = "machine";

/** Places in a quote of version 3, behind 48 bytes of header, 384 of report and 4 of length (spec 01 §4.2). */
const SIGNATURE = 436;
const QE_SIGNATURE = SIGNATURE + 64 + 64 + 384;
const AUTH_DATA = QE_SIGNATURE + 64 + 2;

interface Forgery {
  readonly report?: Partial<SgxReportFields>;
  readonly platform?: (platform: QuotingPlatform) => QuotingPlatform;
  /** Of the quote, a byte of which one bit is flipped. */
  readonly flip?: number;
  readonly collateral?: CollateralChanges;
  readonly document?: (collateral: CollateralJson) => CollateralJson;
}

/** A certificate for a node that is in order, but for the forgery. */
function certified(world: World, create: Create, forgery: Forgery): Uint8Array {
  const { primitives } = world;
  const authority = developmentAuthority(primitives, CHAIN_ID);
  const joiner = new Joiner(world, create);
  const own = parseQuote(joiner.quote()).body.report as SgxReport;
  const statement = { chainId: CHAIN_ID, publicKey: joiner.publicKey, owner: NOBODY };
  const reportData = registrationReportData(primitives, statement);
  const platform = authority.quotingPlatform(MACHINE);
  const report = { ...own, cpuSvn: new Uint8Array(16), reportData, ...forgery.report };
  const quote = writeSgxQuote(report, forgery.platform?.(platform) ?? platform);
  if (forgery.flip !== undefined) quote[forgery.flip] = (quote[forgery.flip] as number) ^ 1;
  const collateral = authority.collateral(forgery.collateral);
  return certificateOf(world, quote, { collateral: forgery.document?.(collateral) ?? collateral });
}

function forged(name: string, check: Attack["check"], forgery: Forgery | ((world: World) => Forgery)): Attack {
  return admission(name, "InvalidCert", check, (world, create) =>
    certified(world, create, typeof forgery === "function" ? forgery(world) : forgery),
  );
}

const rule = (file: string, text: string, without: string) => ({ file: RULES + file, text, without });

const OUTDATED: CollateralChanges = {
  levels: [
    { ...PLATFORM_LEVEL, components: PLATFORM_LEVEL.components.map((svn) => svn + 1) },
    { ...PLATFORM_LEVEL, status: "OutOfDate" },
  ],
};

export const evidence: readonly Attack[] = [
  forged(
    "a machine whose certificate was revoked",
    rule("revocation.ts", "return collateral.pckCrl.revoked.has(serial)", "return false"),
    (world) => ({
      collateral: { revokedPcks: [developmentAuthority(world.primitives, CHAIN_ID).pckSerial(MACHINE)] },
    }),
  ),
  forged(
    "a machine with an outdated TCB",
    rule("policy-rules.ts", "return accepted.includes(tcb.status) ? undefined", "return true ? undefined"),
    { collateral: OUTDATED },
  ),
  forged(
    "TCB information that somebody changed",
    rule("collateral-rules.ts", 'signedByLeaf(evidence, "tcbInfo") ? undefined', "true ? undefined"),
    {
      collateral: OUTDATED,
      document: (collateral) => ({ ...collateral, tcb_info: collateral.tcb_info.replace("OutOfDate", "UpToDate") }),
    },
  ),
  forged("an enclave under debug", rule("quote-rules.ts", 'isDebug(quote) ? "debugging', 'false ? "debugging'), {
    report: { attributes: Uint8Array.from({ length: 16 }, (_, index) => (index === 0 ? 0x07 : 0)) },
  }),
  forged(
    "a quote that its attestation key did not sign",
    rule("quote-rules.ts", "return evidence.isSignedBy(evidence.quote, key) ? undefined", "return true ? undefined"),
    { flip: SIGNATURE },
  ),
  forged(
    "an attestation key that the quoting enclave did not vouch for",
    rule(
      "quote-rules.ts",
      'return fits ? undefined : "the quoting enclave did not vouch',
      'return true ? undefined : "the quoting enclave did not vouch',
    ),
    { flip: AUTH_DATA },
  ),
  forged(
    "a quoting enclave that the platform did not vouch for",
    rule("quote-rules.ts", "return signed ? undefined", "return true ? undefined"),
    { flip: QE_SIGNATURE },
  ),
  forged(
    "a quoting enclave of another signer",
    rule(
      "quote-rules.ts",
      "equalBytes(quote.quotingEnclave.report.mrSigner, collateral.qeIdentity.content.mrSigner)",
      "true",
    ),
    {
      platform: (platform) => ({
        ...platform,
        quotingEnclave: { ...platform.quotingEnclave, mrSigner: new Uint8Array(32).fill(9) },
      }),
    },
  ),
  forged("a registration in another network", notOfRegistration, ({ primitives }) => ({
    report: {
      reportData: registrationReportData(primitives, {
        chainId: "other-1",
        publicKey: primitives.sha256(NOBODY),
        owner: NOBODY,
      }),
    },
  })),
  admission("evidence of freshness in place of a registration", "InvalidCert", notOfRegistration, (world) => {
    world.begin([]);
    const freshness = { purpose: EvidencePurpose.freshness, owner: NOBODY, nonce: NOBODY };
    return certificateOf(world, world.enclave.call("evidence", freshness).quote);
  }),
  takeover(
    "the network's evidence at a time at which its collateral does not hold",
    "InvalidCert",
    [
      rule("chains.ts", "notBefore <= evidence.time && evidence.time <= notAfter,", "notBefore <= notAfter,"),
      rule(
        "collateral-rules.ts",
        "window.name === name && !(window.from <= evidence.time && evidence.time <= window.to)",
        "window.name === name && window.from > window.to",
      ),
    ],
    () => ({ time: 1_500_000_000n }),
  ),
  takeover(
    "a tampered io key of the genesis document",
    "InvalidCert",
    [
      {
        file: "packages/attestation/src/registration/node-evidence.ts",
        text: "if (equalBytes(reportData, networkKeysReportData(terms.primitives, statement))) return { machineId };",
        without: "return { machineId };",
      },
      {
        file: "packages/enclave/src/registration/joining.ts",
        text: "if (!equalBytes(own.ioPublicKey, ioPublicKey) || !equalBytes(own.seedExchangePublicKey, seedExchangePublicKey)) {",
        without: "if (false) {",
      },
    ],
    () => ({ ioPublicKey: new Uint8Array(32).fill(5) }),
  ),
];
