/**
 * Errors of the boundary: what cannot be a frame, and the numbered statuses that the enclave answers with.
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** Bytes that are not a frame or a value of the boundary protocol. */
export class FrameError extends LocalError {
  constructor(message: string) {
    super("ENCLAVE_FRAME", message);
  }
}

/**
 * Statuses that cross the boundary, with the text that reaches transaction logs (spec 02 §3.2, 03 §2.3, §2.5).
 * Numbers are ours and never reused. Those from 64 on are statuses of the boundary itself and have no upstream twin.
 */
export const EnclaveStatus = {
  ValidationFailure: [1, "failed to validate transaction"],
  FailedTxVerification: [2, "failed to verify transaction signature"],
  FailedContractAuthentication: [3, "failed to authenticate secret contract"],
  FailedToDeserialize: [4, "failed to deserialize data"],
  FailedToSerialize: [5, "failed to serialize data"],
  DecryptionError: [6, "failed to decrypt data"],
  EncryptionError: [7, "failed to encrypt data"],
  InternalError: [8, "internal error during execution"],
  UnauthorizedWrite: [9, "contract tried to write to storage during a query"],
  ContractPanic: [10, "the contract panicked"],
  OutOfGas: [11, "execution ran out of gas"],
  ExceededRecursionLimit: [12, "depth of nested contract calls exceeded"],
  FailedFunctionCall: [13, "calling a function in the contract failed for an unexpected reason"],
  MemoryReadError: [14, "failed to read memory"],
  MemoryWriteError: [15, "failed to write memory"],
  MemoryAllocationError: [16, "failed to allocate memory"],
  InvalidWasm: [17, "tried to load invalid wasm code"],
  CannotInitializeWasmMemory: [18, "failed to initialize wasm memory"],
  WasmModuleWithFP: [19, "found floating point operation in module code"],
  WasmModuleWithStart: [20, "WasmModuleWithStart"],
  StackOverflow: [21, "the contract has run out of space on the stack"],
  OutOfBounds: [22, "the contract tried to access memory out of bounds"],
  DivisionByZero: [23, "the contract tried to divide by zero"],
  InvalidConversionToInteger: [24, "the contract tried to perform an invalid conversion to an integer"],
  IndirectCallTypeMismatch: [25, "the contract tried to call a function but expected an incorrect function signature"],
  NonExistentResource: [26, "the contract tried to access a nonexistent resource"],
  FailedGasMeteringInjection: [27, "failed to inject gas metering"],
  FailedOcall: [28, "failed to execute ocall"],
  HostMisbehavior: [29, "communication with the enclave's host failed"],
  Unknown: [30, "unknown error"],
  /** Refusals of a registration (spec 01 §3.4). */
  RegistrationInput: [31, "Enclave received invalid inputs"],
  InvalidCert: [32, "The provided certificate was invalid"],
  MrEnclaveMismatch: [33, "Enclave version mismatch. Registering enclave had different code signature"],
  SeedEncryptionFailed: [34, "Encrypting the seed failed"],

  /** The call needs a keychain that is bound to a network. */
  NotReady: [64, "the enclave holds no keys of this network"],
  /** A keychain exists already, or is bound to another network. */
  KeychainConflict: [65, "the enclave already holds keys"],
  /** Sealed state on disk is damaged or was sealed for another enclave. */
  SealingFailed: [66, "sealed state cannot be opened"],
  /** Header, commit, validators or transactions of a block do not verify. */
  BlockRejected: [67, "block verification failed"],
  /** A height below the last executed one, or another block at that height. */
  HeightRejected: [68, "height was executed already"],
  /** A block is not open, or the position is not the next one. */
  PositionRejected: [69, "message position is not acceptable"],
  /** Re-execution of a block gave another output than the first time. */
  OutputDiffers: [70, "re-execution gave another output"],
  /** The method exists only in the development bundle. */
  DevelopmentOnly: [71, "only available on development networks"],
  /** A frame, method or value was malformed. */
  BadRequest: [72, "malformed request"],
  /** Sealed state was written by a later enclave. */
  SealedFormat: [73, "sealed state has an unknown format"],
  /** Sealed state could not be written: the disk is full, read-only or failing. What was sealed before is still there. */
  SealingWriteFailed: [74, "sealed state cannot be written"],
  /** No TEE vouches for this enclave, so that it has no evidence to give. */
  NoEvidence: [75, "no TEE vouches for this enclave"],
  /** A confirmation whose proof does not show that the node holds the seeds. */
  PossessionNotProven: [76, "the node did not prove that it holds the seeds"],
  /** State that the host answered with does not follow from the app hash of a verified header. */
  StateUnproven: [77, "state is not proven by a verified header"],
  /** No TEE that this program serves is on the machine. */
  NoTee: [78, "no TEE was found on this machine"],
  /** The TEE is there, and its answer cannot be used. */
  TeeFailed: [79, "the TEE gave no usable answer"],
  /** Development keys under the name of a public network. */
  ProductionOnly: [80, "only production enclaves serve a public network"],
  /** A rotation that does not follow from what this network's enclaves know: its seeds, its nodes. */
  RotationRejected: [81, "the rotation of the seeds does not fit this network"],
  /** The network went over to a seed that was not encrypted to this node. */
  NoSeedShare: [82, "the network's new seed was not encrypted to this node"],
  /** A message about nodes or seeds of somebody else than the account that the network's birth names. */
  NotAuthority: [83, "only the network's authority may do this"],
  /** A hand-over to a program that this network did not approve behind the one that runs, or the approval of none. */
  UpgradeRejected: [84, "this network approved no upgrade to that program"],
  /** A node that was revoked, or whose machine is not on the network's list. */
  NodeNotAllowed: [85, "the network does not let this node in"],
} as const satisfies Record<string, readonly [number, string]>;

/** Name of a status. */
export type EnclaveStatusName = keyof typeof EnclaveStatus;

const byNumber = new Map<number, EnclaveStatusName>(
  Object.entries(EnclaveStatus).map(([name, [number]]) => [number, name as EnclaveStatusName]),
);

/** Name of a status number, `Unknown` for a number that this version does not define. */
export function statusName(number: number): EnclaveStatusName {
  return byNumber.get(number) ?? "Unknown";
}

/** A refusal or failure inside the enclave, as it crosses the boundary: a number, wasm gas used, and no more. */
export class EnclaveError extends Error {
  override readonly name = "EnclaveError";
  readonly status: EnclaveStatusName;
  /** Wasm gas that the failed call had used; 0 when it failed before the contract ran. */
  readonly usedGas: bigint;
  /** Fixed text of the check that failed; never contains data. Only the development bundle sends it. */
  readonly check: string | undefined;

  constructor(status: EnclaveStatusName, options: { usedGas?: bigint; check?: string } = {}) {
    super(EnclaveStatus[status][1]);
    this.status = status;
    this.usedGas = options.usedGas ?? 0n;
    this.check = options.check;
  }

  /** Whether `error` is an enclave error, of `status` when one is given. */
  static is(error: unknown, status?: EnclaveStatusName): error is EnclaveError {
    return (
      error instanceof Error &&
      error.name === "EnclaveError" &&
      (status === undefined || (error as EnclaveError).status === status)
    );
  }
}
