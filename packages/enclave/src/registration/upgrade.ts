/**
 * Hand-over from one program to the next: the enclave that runs encrypts what it has sealed to the enclave that takes its place.
 *
 * Spec: 01 §5.1 to §5.3 (approval on chain, order of the steps, layout of the package).
 * Trust: sealed records open for one program on one machine, so that both sides are enclaves that know each other by evidence alone.
 * The old one gives to a program that verified blocks approved behind it; the new one takes from a program that stands in it: a host
 * that made up a package would know every key, and the new enclave would vouch for them. Upstream's takes from anybody.
 * @module
 */
import {
  certifiedProgram,
  demandFor,
  isSameProgram,
  judgeUpgradePackage,
  judgeUpgradeRequest,
  type Program,
  upgradePackageReportData,
} from "@enclavenet/attestation";
import { NANOS_PER_SECOND } from "@enclavenet/common";
import { openPackage, SecretBytes, sealPackage } from "@enclavenet/crypto";
import {
  bytes,
  decode,
  type EcallRequest,
  type EcallResponse,
  EnclaveError,
  encode,
  FrameError,
  type Infer,
  struct,
} from "@enclavenet/enclave-api";
import { decodeMsgApproveUpgrade, TypeUrl } from "@enclavenet/wire";
import type { ProgressStore } from "../block-verifier/progress.ts";
import type { KeychainStore } from "../keychain/keychain.ts";
import type { ApprovedProgram } from "../keychain/keychain-record.ts";
import type { AdmissionParts } from "./admission.ts";
import { type AuthorityCall, takeAuthorityMessage } from "./authority.ts";
import type { JoiningParts } from "./joining.ts";
import { REFUSAL_STATUS, readPolicy } from "./policy.ts";
import { machineOf, registrationKey, type StatementParts } from "./statements.ts";

const SGX_BYTES = 32;
const TDX_BYTES = 48;
const RTMRS = 4;

const packageSchema = struct({ keychain: bytes, progress: bytes });

function reject(check: string): never {
  throw new EnclaveError("UpgradeRejected", { check });
}

function isProgram({ measurement, rtmrs }: Program): boolean {
  if (measurement.length === SGX_BYTES) return rtmrs.length === 0;
  return (
    measurement.length === TDX_BYTES && rtmrs.length === RTMRS && rtmrs.every(({ length }) => length === TDX_BYTES)
  );
}

/** Judges a MsgApproveUpgrade. Throws `RegistrationInput`, `NotAuthority`, `FailedTxVerification` or `UpgradeRejected`. */
export function approveUpgrade(
  { keychain }: { readonly keychain: KeychainStore },
  call: AuthorityCall,
): EcallResponse<"approveUpgrade"> {
  const { measurement, rtmrs } = takeAuthorityMessage(call, TypeUrl.msgApproveUpgrade, decodeMsgApproveUpgrade);
  // SECURITY: where the birth names nobody, the chain alone says who may send it, and the host might.
  // check: birth-authority
  if (call.authority === undefined) reject("birth without authority");
  const program = { measurement, rtmrs };
  if (!isProgram(program)) throw new EnclaveError("RegistrationInput", { check: "program" });
  // Where "the program that judges" is let in, the next program would judge what was before it otherwise.
  const { measurements } = readPolicy(keychain.seeded().birth?.policy ?? "");
  // check: birth-programs
  if (measurements === undefined) reject("policy without programs");
  call.block.memberChanges.add(call.position, { kind: "approve", program });
  return program;
}

export interface ExportParts extends StatementParts, Pick<AdmissionParts, "terms"> {
  readonly program: Program;
  readonly progressStore: ProgressStore;
}

/** SECURITY: never to a program that came before: it may have been replaced because it leaks. */
function isSuccessor(approved: readonly ApprovedProgram[], own: Program, next: Program | undefined): boolean {
  if (next === undefined) return false;
  const last = (program: Program) => approved.findLastIndex((one) => isSameProgram(one, program));
  // check: later-program
  return last(next) > last(own);
}

/** The package for the enclave behind this one. Throws `NotReady`, `NoEvidence`, `UpgradeRejected`, `InvalidCert`, `MrEnclaveMismatch`. */
export function exportKeychain(
  parts: ExportParts,
  { certificate }: EcallRequest<"exportKeychain">,
): EcallResponse<"exportKeychain"> {
  const { primitives, keychain, tee, progressStore } = parts;
  if (tee === undefined) throw new EnclaveError("NoEvidence");
  const { chainId } = keychain.bound().binding;
  const records = { keychain: keychain.record(), progress: progressStore.record() };
  const { height, timeNs } = progressStore.executed();
  const approved = keychain.approvedPrograms(height + 1n);
  // check: approved-program
  if (!isSuccessor(approved, parts.program, certifiedProgram(certificate))) reject("program of the certificate");
  const time = Number(timeNs / NANOS_PER_SECOND);
  const judged = judgeUpgradeRequest(certificate, { ...parts.terms(certificate, height + 1n), primitives, time });
  if ("refusal" in judged) throw new EnclaveError(REFUSAL_STATUS[judged.refusal], { check: "upgrade" });
  const { publicKey } = judged;
  const sealed = sealPackage(primitives, publicKey, encode(packageSchema, records)) ?? reject("low-order key");
  const reportData = upgradePackageReportData(primitives, { chainId, publicKey, package: sealed });
  return { package: sealed, quote: tee.quote(reportData, { chainId, machine: machineOf(parts) }) };
}

export interface ImportParts extends JoiningParts {
  readonly progress: ProgressStore;
}

function readPackage(plaintext: Uint8Array): Infer<typeof packageSchema> {
  try {
    return decode(packageSchema, plaintext);
  } catch (error) {
    if (error instanceof FrameError) throw new EnclaveError("DecryptionError", { check: "package" });
    throw error;
  }
}

/** Throws unless an enclave of a program that stands in this one made this package for this key. */
function demandPredecessor(parts: ImportParts, request: EcallRequest<"importKeychain">): void {
  const { primitives, keychain, trustedRoots, predecessors } = parts;
  const { certificate, time } = request;
  const { chainId, ...own } = keychain.registered();
  // check: predecessors
  const demand = demandFor(certificate, predecessors);
  if (demand === undefined) throw new EnclaveError("MrEnclaveMismatch", { check: "predecessors" });
  const statement = { chainId, publicKey: registrationKey(primitives, { chainId, ...own }), package: request.package };
  const terms = {
    time: Number(time),
    trustedRoots: trustedRoots(chainId),
    policy: demand,
    measurement: undefined,
    primitives,
  };
  const refused = judgeUpgradePackage(certificate, statement, terms);
  if (refused !== undefined) throw new EnclaveError(REFUSAL_STATUS[refused.refusal], { check: "package" });
}

/** Takes over. Throws `NotReady`, `KeychainConflict`, `InvalidCert`, `MrEnclaveMismatch`, `DecryptionError`, `SealingFailed`, `SealedFormat`. */
export function importKeychain(parts: ImportParts, request: EcallRequest<"importKeychain">): void {
  const { primitives, keychain, progress } = parts;
  keychain.demandNoSeeds();
  const { chainId, privateKey } = keychain.registered();
  demandPredecessor(parts, request);
  const plaintext = openPackage(primitives, SecretBytes.from(privateKey), request.package);
  // check: package-opens
  if (plaintext === undefined) throw new EnclaveError("DecryptionError", { check: "package" });
  const records = readPackage(plaintext);
  const taken = keychain.read(records.keychain);
  if (taken.binding?.chainId !== chainId)
    throw new EnclaveError("KeychainConflict", { check: "registration elsewhere" });
  // The keychain last: until it is there this enclave has taken over nothing, and may do it again.
  progress.save(progress.read(records.progress));
  keychain.succeed(taken);
}
