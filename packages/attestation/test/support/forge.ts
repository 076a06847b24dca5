/** Makes evidence from a plan: everything signed with the keys that the plan names. */
import { createHash } from "node:crypto";
import type { CollateralJson } from "@enclavenet/attestation";
import { concatBytes, fromHex, le16, le32, toHex } from "@enclavenet/common";
import { certificate, pem, revocationList, sgxExtension, text } from "./certificates.ts";
import { type KeyName, publicKey, sign } from "./keys.ts";
import type { CertificateName, EvidencePlan, SvnPlan } from "./plan.ts";

export interface Forged {
  readonly quote: Uint8Array;
  readonly collateral: CollateralJson;
}

const zeros = (length: number): Uint8Array => new Uint8Array(length);
const iso = (unix: number): string => new Date(unix * 1000).toISOString().replace(".000", "");

function chain(plan: EvidencePlan, names: readonly CertificateName[]): string {
  const sgx = (name: CertificateName) => (name === "pck" ? sgxExtension(plan.platform) : undefined);
  return names.map((name) => pem(certificate(plan.certificates[name], sgx(name)))).join("");
}

const svnLevels = (levels: readonly SvnPlan[]) =>
  levels.map(({ isvsvn, status, advisories }) => ({
    tcb: { isvsvn },
    tcbDate: "2025-01-01T00:00:00Z",
    tcbStatus: status,
    ...(advisories === undefined ? {} : { advisoryIDs: advisories }),
  }));

function components(version: number, sgx: readonly number[]): Record<string, unknown> {
  if (version === 3) return { sgxtcbcomponents: sgx.map((svn) => ({ svn })) };
  return Object.fromEntries(sgx.map((svn, at) => [`sgxtcbcomp${String(at + 1).padStart(2, "0")}svn`, svn]));
}

function tcbInfoText({ tcbInfo, tee }: EvidencePlan): string {
  const { id, version, issueDate, nextUpdate, fmspc, pceId, evaluationNumber, levels, modules, moduleZero } = tcbInfo;
  const attributesMask = "FFFFFFFFFFFFFFFF";
  const isTdx = id === "TDX";
  return JSON.stringify({
    ...(version === 3 ? { id } : {}),
    version,
    issueDate: iso(issueDate),
    nextUpdate: iso(nextUpdate),
    fmspc,
    pceId,
    tcbType: 0,
    tcbEvaluationDataNumber: evaluationNumber,
    ...(isTdx ? { tdxModule: { ...moduleZero, attributesMask } } : {}),
    ...(isTdx && tee === "tdx"
      ? {
          tdxModuleIdentities: modules.map((one) => ({
            ...one,
            attributesMask,
            levels: undefined,
            tcbLevels: svnLevels(one.levels),
          })),
        }
      : {}),
    tcbLevels: levels.map(({ sgx, tdx, pceSvn, status, advisories }) => ({
      tcb: {
        ...components(version, sgx),
        pcesvn: pceSvn,
        ...(isTdx ? { tdxtcbcomponents: tdx.map((svn) => ({ svn })) } : {}),
      },
      tcbDate: "2025-01-01T00:00:00Z",
      tcbStatus: status,
      ...(advisories === undefined ? {} : { advisoryIDs: advisories }),
    })),
  });
}

function qeIdentityText({ qeIdentity }: EvidencePlan): string {
  const { id, issueDate, nextUpdate, evaluationNumber, levels, signedBy: _, ...expected } = qeIdentity;
  return JSON.stringify({
    id,
    version: 2,
    issueDate: iso(issueDate),
    nextUpdate: iso(nextUpdate),
    tcbEvaluationDataNumber: evaluationNumber,
    ...expected,
    miscselectMask: "FFFFFFFF",
    attributesMask: "FBFFFFFFFFFFFFFF0000000000000000",
    tcbLevels: svnLevels(levels),
  });
}

const signature = (key: KeyName, document: string): string => toHex(sign(key, text(document)));

export function forgeCollateral(plan: EvidencePlan): CollateralJson {
  const [tcbInfo, qeIdentity] = [tcbInfoText(plan), qeIdentityText(plan)];
  return {
    pck_crl_issuer_chain: chain(plan, plan.chains.crl),
    root_ca_crl: toHex(revocationList(plan.rootCrl)),
    pck_crl: toHex(revocationList(plan.pckCrl)),
    tcb_info_issuer_chain: chain(plan, plan.chains.tcbInfo),
    tcb_info: tcbInfo,
    tcb_info_signature: signature(plan.tcbInfo.signedBy, tcbInfo),
    qe_identity_issuer_chain: chain(plan, plan.chains.qeIdentity),
    qe_identity: qeIdentity,
    qe_identity_signature: signature(plan.qeIdentity.signedBy, qeIdentity),
  };
}

interface ReportFields {
  readonly miscSelect: string;
  readonly attributes: string;
  readonly mrEnclave: string;
  readonly mrSigner: string;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly reportData: Uint8Array;
}

function sgxReport(fields: ReportFields): Uint8Array {
  return concatBytes(
    zeros(16),
    fromHex(fields.miscSelect),
    zeros(28),
    fromHex(fields.attributes),
    fromHex(fields.mrEnclave),
    zeros(32),
    fromHex(fields.mrSigner),
    zeros(96),
    le16(fields.isvProdId),
    le16(fields.isvSvn),
    zeros(60),
    fields.reportData,
  );
}

function tdReport({ body, version }: EvidencePlan): Uint8Array {
  return concatBytes(
    Uint8Array.from(body.teeTcbSvn),
    zeros(48),
    fromHex(body.seamSigner),
    fromHex(body.seamAttributes),
    fromHex(body.attributes),
    zeros(8),
    fromHex(body.mrEnclave),
    zeros(144 + 4 * 48),
    fromHex(body.reportData),
    ...(version === 5 ? [zeros(16), fromHex(body.serviceDomain)] : []),
  );
}

function quoteBody(plan: EvidencePlan): Uint8Array {
  if (plan.tee === "tdx") return tdReport(plan);
  const { body } = plan;
  const reportData = fromHex(body.reportData);
  return sgxReport({ miscSelect: "00000000", isvProdId: 0, isvSvn: 3, ...body, reportData });
}

function certification(type: number, content: Uint8Array): Uint8Array {
  return concatBytes(le16(type), le32(content.length), content);
}

/** Report of the quoting enclave to PCK chain. */
function quotingEnclave(plan: EvidencePlan): Uint8Array {
  const authData = fromHex(plan.authData);
  const vouched = concatBytes(publicKey(plan.vouchedKey).subarray(1), authData);
  const hash = new Uint8Array(createHash("sha256").update(vouched).digest());
  const reportData = concatBytes(hash, fromHex(plan.reportDataTail));
  const report = sgxReport({ mrEnclave: "11".repeat(32), ...plan.qeReport, reportData });
  const pckChain = certification(5, concatBytes(text(chain(plan, plan.chains.pck)), zeros(1)));
  return concatBytes(report, sign(plan.qeSignedBy, report), le16(authData.length), authData, pckChain);
}

export function forgeQuote(plan: EvidencePlan): Uint8Array {
  const tee = plan.tee === "sgx" ? 0 : 0x81;
  const vendor = fromHex("939a7233f79c4ca9940a0db3957f0607");
  const header = concatBytes(le16(plan.version), le16(2), le32(tee), zeros(4), vendor, zeros(20));
  const body = quoteBody(plan);
  const typed = plan.version === 5 ? [le16(3), le32(body.length)] : [];
  const signed = concatBytes(header, ...typed, body);
  const enclave = quotingEnclave(plan);
  const data = concatBytes(
    sign(plan.quoteSignedBy, signed),
    publicKey("attestation").subarray(1),
    plan.version === 3 ? enclave : certification(6, enclave),
  );
  return concatBytes(signed, le32(data.length), data);
}

export const forge = (plan: EvidencePlan): Forged => ({ quote: forgeQuote(plan), collateral: forgeCollateral(plan) });
