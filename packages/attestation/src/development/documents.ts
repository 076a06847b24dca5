/**
 * What an authority publishes about its platforms, in the form of Intel's service: TCB information and the identity of the
 * quoting enclave, for enclaves and for trust domains.
 *
 * Rule: Intel PCS API, "Get TCB Info" version 3, "Get Quoting Enclave identity" version 2.
 * @module
 */
import { toUpperHex, utf8ToBytes } from "@enclavenet/common";

/** A level of TCB information as Intel's service writes it. */
export interface TcbLevelFields {
  readonly components: readonly number[];
  readonly pceSvn: number;
  readonly status: string;
  readonly advisories?: readonly string[];
}

/** Whose quotes a document is for. */
export type DocumentTee = "sgx" | "tdx";

/** Security versions of a development platform: one level, up to date. */
export const PLATFORM_LEVEL: TcbLevelFields = {
  components: Array.from({ length: 16 }, () => 1),
  pceSvn: 1,
  status: "UpToDate",
};

/** Family of development platforms, in the place of Intel's FMSPC. */
export const PLATFORM_FMSPC = utf8ToBytes("devnet");
export const PCE_ID = new Uint8Array(2);
export const QUOTING_PROD_ID = 1;
export const QUOTING_SVN = 1;

const DATE = "2025-01-01T00:00:00Z";

/** Domains of development platforms ran on a TDX module of version 0, whose signer is zero as Intel's own is. */
const TDX_MODULE = { mrsigner: "00".repeat(48), attributes: "00".repeat(8), attributesMask: "FF".repeat(8) };

const svns = (components: readonly number[]) => components.map((svn) => ({ svn }));

/** TCB information without its dates. A domain's components have the versions that its level lists. */
export function tcbInfo(tee: DocumentTee, levels: readonly TcbLevelFields[] = [PLATFORM_LEVEL]): object {
  return {
    id: tee === "sgx" ? "SGX" : "TDX",
    version: 3,
    fmspc: toUpperHex(PLATFORM_FMSPC),
    pceId: toUpperHex(PCE_ID),
    tcbType: 0,
    tcbEvaluationDataNumber: 1,
    ...(tee === "sgx" ? {} : { tdxModule: TDX_MODULE, tdxModuleIdentities: [] }),
    tcbLevels: levels.map(({ components, pceSvn, status, advisories }) => ({
      tcb: {
        sgxtcbcomponents: svns(components),
        pcesvn: pceSvn,
        // The second component of a domain's TCB is the version of its module.
        ...(tee === "sgx" ? {} : { tdxtcbcomponents: svns(components.map((svn, index) => (index === 1 ? 0 : svn))) }),
      },
      tcbDate: DATE,
      tcbStatus: status,
      ...(advisories === undefined ? {} : { advisoryIDs: advisories }),
    })),
  };
}

/** Identity of the quoting enclave that `mrSigner` signed, without its dates. */
export function qeIdentity(tee: DocumentTee, mrSigner: Uint8Array): object {
  return {
    id: tee === "sgx" ? "QE" : "TD_QE",
    version: 2,
    tcbEvaluationDataNumber: 1,
    miscselect: "00000000",
    miscselectMask: "FFFFFFFF",
    // Under the mask that Intel uses: whether the enclave is of 64 bits does not matter.
    attributes: "01000000000000000000000000000000",
    attributesMask: "FBFFFFFFFFFFFFFF0000000000000000",
    mrsigner: toUpperHex(mrSigner),
    isvprodid: QUOTING_PROD_ID,
    tcbLevels: [{ tcb: { isvsvn: QUOTING_SVN }, tcbDate: DATE, tcbStatus: "UpToDate" }],
  };
}
