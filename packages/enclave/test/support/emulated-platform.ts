/**
 * Machines with a TEE, for tests on machines without one: what their files hold, quotes in real form under the authority of a
 * development network.
 * @module
 */
import {
  developmentAuthority,
  PLATFORM_LEVEL,
  type SgxReportFields,
  type TdReportFields,
  writeSgxQuote,
  writeTdxQuote,
} from "@enclavenet/attestation/development";
import { utf8ToBytes } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";

/** Network whose development authority certifies the emulated machines. */
export const EMULATED_CHAIN = "emulated-1";
const MACHINE = "emulated machine";

/** Signs the quotes of one of them. */
const platformOf = (primitives: Primitives, machine: string) =>
  developmentAuthority(primitives, EMULATED_CHAIN).quotingPlatform(machine);

const firstByte = (value: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index === 0 ? value : 0));

/** What an enclave's quote says. */
export function enclaveReport(
  primitives: Primitives,
  reportData: Uint8Array,
  changes: Partial<SgxReportFields> = {},
): SgxReportFields {
  return {
    cpuSvn: new Uint8Array(PLATFORM_LEVEL.components),
    attributes: firstByte(0x05, 16),
    mrEnclave: primitives.sha256(utf8ToBytes("program")),
    mrSigner: primitives.sha256(utf8ToBytes("signer")),
    isvProdId: 0,
    isvSvn: 1,
    reportData,
    ...changes,
  };
}

/** What a trust domain's quote says. */
export function domainReport(reportData: Uint8Array, changes: Partial<TdReportFields> = {}): TdReportFields {
  return {
    // The second component is the version of the TDX module.
    teeTcbSvn: Uint8Array.from(PLATFORM_LEVEL.components, (svn, index) => (index === 1 ? 0 : svn)),
    mrSignerSeam: new Uint8Array(48),
    seamAttributes: new Uint8Array(8),
    tdAttributes: new Uint8Array(8),
    mrTd: new Uint8Array(48).fill(0x7d),
    rtmrs: [1, 2, 3, 4].map((byte) => new Uint8Array(48).fill(byte)),
    reportData,
    ...changes,
  };
}

/** Quote of an enclave. */
export function sgxQuote(
  primitives: Primitives,
  reportData: Uint8Array,
  changes: Partial<SgxReportFields> = {},
  machine = MACHINE,
) {
  return writeSgxQuote(enclaveReport(primitives, reportData, changes), platformOf(primitives, machine));
}

/** Quote of a trust domain. */
export function tdxQuote(
  primitives: Primitives,
  reportData: Uint8Array,
  changes: Partial<TdReportFields> = {},
  machine = MACHINE,
) {
  return writeTdxQuote(domainReport(reportData, changes), platformOf(primitives, machine));
}
