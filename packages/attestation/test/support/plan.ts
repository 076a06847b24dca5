/**
 * A plan of complete evidence under a test root: valid as it is, each attack changes what it is about.
 */
import type { CertificatePlan, ListPlan, PlatformPlan } from "./certificates.ts";
import type { KeyName } from "./keys.ts";

/** The moment of every test: 2026-01-15. */
export const NOW = 1_768_435_200;
const DAY = 86_400;

export type CertificateName = "root" | "otherRoot" | "ca" | "pck" | "signer";

export interface LevelPlan {
  sgx: number[];
  tdx: number[];
  pceSvn: number;
  status: string;
  advisories?: string[];
}

export interface SvnPlan {
  isvsvn: number;
  status: string;
  advisories?: string[];
}

export interface EvidencePlan {
  tee: "sgx" | "tdx";
  /** Quote version; 5 is a trust domain's report 1.5. */
  version: number;
  certificates: Record<CertificateName, CertificatePlan>;
  chains: Record<"pck" | "tcbInfo" | "qeIdentity" | "crl", CertificateName[]>;
  platform: PlatformPlan;
  rootCrl: ListPlan;
  pckCrl: ListPlan;
  tcbInfo: {
    id: string;
    version: number;
    issueDate: number;
    nextUpdate: number;
    fmspc: string;
    pceId: string;
    evaluationNumber: number;
    levels: LevelPlan[];
    moduleZero: { mrsigner: string; attributes: string };
    modules: { id: string; mrsigner: string; attributes: string; levels: SvnPlan[] }[];
    signedBy: KeyName;
  };
  qeIdentity: {
    id: string;
    issueDate: number;
    nextUpdate: number;
    evaluationNumber: number;
    miscselect: string;
    attributes: string;
    mrsigner: string;
    isvprodid: number;
    levels: SvnPlan[];
    signedBy: KeyName;
  };
  qeReport: { miscSelect: string; attributes: string; mrSigner: string; isvProdId: number; isvSvn: number };
  qeSignedBy: KeyName;
  authData: string;
  /** Key that the quoting enclave vouches for, and what follows its hash. */
  vouchedKey: KeyName;
  reportDataTail: string;
  body: {
    attributes: string;
    mrEnclave: string;
    mrSigner: string;
    reportData: string;
    teeTcbSvn: number[];
    seamSigner: string;
    seamAttributes: string;
    serviceDomain: string;
  };
  quoteSignedBy: KeyName;
}

const ROOT = "Intel SGX Root CA";
const CA = "Intel SGX PCK Platform CA";
const CERTIFICATE_SIGN_AND_CRL = 0x06;
const DIGITAL_SIGNATURE = 0x80;

function authority(subject: string, key: KeyName, signedBy: KeyName, serial: string): CertificatePlan {
  const times = { notBefore: NOW - 100 * DAY, notAfter: NOW + 8000 * DAY };
  return { subject, issuer: ROOT, key, signedBy, serial, ...times, isAuthority: true, usage: CERTIFICATE_SIGN_AND_CRL };
}

function leaf(subject: string, issuer: string, key: KeyName, signedBy: KeyName, serial: string): CertificatePlan {
  return { ...authority(subject, key, signedBy, serial), issuer, isAuthority: false, usage: DIGITAL_SIGNATURE };
}

const filled = (byte: string, length: number): string => byte.repeat(length);

/** The honest plan, for evidence that is verified at `now`. */
export function honestPlan(tee: "sgx" | "tdx" = "sgx", now = NOW): EvidencePlan {
  const month = { issueDate: now - DAY, nextUpdate: now + 29 * DAY };
  const list = { thisUpdate: now - 2 * DAY, nextUpdate: now + 28 * DAY, revoked: ["7001", "7002"] };
  const zeros = filled("00", 48);
  return {
    tee,
    version: tee === "sgx" ? 3 : 4,
    certificates: {
      root: { ...authority(ROOT, "root", "root", "01"), pathLength: 1 },
      otherRoot: { ...authority(ROOT, "otherRoot", "otherRoot", "02"), pathLength: 1 },
      ca: { ...authority(CA, "ca", "root", "03"), pathLength: 0 },
      pck: leaf("Intel SGX PCK Certificate", CA, "pck", "ca", "04"),
      signer: leaf("Intel SGX TCB Signing", ROOT, "signer", "root", "05"),
    },
    chains: {
      pck: ["pck", "ca", "root"],
      tcbInfo: ["signer", "root"],
      qeIdentity: ["signer", "root"],
      crl: ["ca", "root"],
    },
    platform: {
      ppid: filled("ab", 16),
      components: [7, 9, 3, 3, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      pceSvn: 13,
      pceId: "0000",
      fmspc: "00A067110000",
    },
    rootCrl: { issuer: ROOT, signedBy: "root", ...list },
    pckCrl: { issuer: CA, signedBy: "ca", ...list },
    tcbInfo: {
      id: tee === "sgx" ? "SGX" : "TDX",
      version: 3,
      ...month,
      fmspc: "00A067110000",
      pceId: "0000",
      evaluationNumber: 17,
      levels: [
        {
          sgx: [7, 9, 3, ...Array<number>(13).fill(0)],
          tdx: [5, 0, 2, ...Array<number>(13).fill(0)],
          pceSvn: 13,
          status: "UpToDate",
        },
        {
          sgx: Array<number>(16).fill(1).fill(0, 7),
          tdx: Array<number>(16).fill(0),
          pceSvn: 5,
          status: "OutOfDate",
          advisories: ["INTEL-SA-00001"],
        },
      ],
      moduleZero: { mrsigner: zeros, attributes: filled("00", 8) },
      modules: [
        {
          id: "TDX_01",
          mrsigner: zeros,
          attributes: filled("00", 8),
          levels: [
            { isvsvn: 4, status: "UpToDate" },
            { isvsvn: 2, status: "OutOfDate", advisories: ["INTEL-SA-00002"] },
          ],
        },
      ],
      signedBy: "signer",
    },
    qeIdentity: {
      id: tee === "sgx" ? "QE" : "TD_QE",
      ...month,
      evaluationNumber: 17,
      miscselect: "00000000",
      attributes: "11000000000000000000000000000000",
      mrsigner: filled("8c", 32),
      isvprodid: 1,
      levels: [
        { isvsvn: 8, status: "UpToDate" },
        { isvsvn: 6, status: "OutOfDate", advisories: ["INTEL-SA-00003"] },
        { isvsvn: 1, status: "Revoked" },
      ],
      signedBy: "signer",
    },
    qeReport: {
      miscSelect: "00000000",
      attributes: `15${filled("00", 15)}`,
      mrSigner: filled("8c", 32),
      isvProdId: 1,
      isvSvn: 8,
    },
    qeSignedBy: "pck",
    authData: filled("a5", 32),
    vouchedKey: "attestation",
    reportDataTail: filled("00", 32),
    body: {
      // Of a domain: no exceptions on pages that the host takes away.
      attributes: tee === "sgx" ? `05${filled("00", 15)}` : "0000001000000000",
      mrEnclave: filled("e1", tee === "sgx" ? 32 : 48),
      mrSigner: filled("51", 32),
      reportData: filled("d0", 64),
      teeTcbSvn: [5, 1, 2, ...Array<number>(13).fill(0)],
      seamSigner: zeros,
      seamAttributes: filled("00", 8),
      serviceDomain: zeros,
    },
    quoteSignedBy: "attestation",
  };
}
