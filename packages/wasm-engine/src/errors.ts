/**
 * Typed errors of the engine: what a contract call can fail with, what a module can be refused with, and what must end
 * the process. The kinds are the names of the enclave's statuses (spec 03 §2.3, §2.5).
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** Names of the statuses a contract call can fail with; the same names as the keys of the boundary's status table. */
export type VmErrorKind =
  | "FailedToDeserialize"
  | "FailedToSerialize"
  | "DecryptionError"
  | "EncryptionError"
  | "InternalError"
  | "UnauthorizedWrite"
  | "ContractPanic"
  | "OutOfGas"
  | "ExceededRecursionLimit"
  | "FailedFunctionCall"
  | "MemoryReadError"
  | "MemoryWriteError"
  | "MemoryAllocationError"
  | "InvalidWasm"
  | "CannotInitializeWasmMemory"
  | "WasmModuleWithFP"
  | "WasmModuleWithStart"
  | "StackOverflow"
  | "OutOfBounds"
  | "DivisionByZero"
  | "InvalidConversionToInteger"
  | "IndirectCallTypeMismatch"
  | "NonExistentResource"
  | "FailedGasMeteringInjection"
  | "FailedOcall"
  | "HostMisbehavior"
  | "Unknown";

/**
 * A contract call failed. `kind` decides; `detail` is fixed text for developers and never holds data of the call.
 * A backend may throw one: it becomes the result of the call, with the gas that the call had used.
 */
export class VmError extends LocalError {
  readonly kind: VmErrorKind;
  readonly detail: string;

  constructor(kind: VmErrorKind, detail = "") {
    super("VM_ERROR", detail === "" ? kind : `${kind}: ${detail}`);
    this.kind = kind;
    this.detail = detail;
  }

  /** Whether `error` is a failed call, of `kind` when one is given. */
  static override is(error: unknown, kind?: string): error is VmError {
    return LocalError.is(error, "VM_ERROR") && (kind === undefined || (error as VmError).kind === kind);
  }
}

/** Bytes that are not a module of the accepted subset (MVP + sign extension). Thrown by the parser. */
export class WasmFormatError extends LocalError {
  /** Byte position at which the parser gave up. */
  readonly position: number;

  constructor(message: string, position: number) {
    super("WASM_FORMAT", `${message} (at byte ${position})`);
    this.position = position;
  }
}

/** A module that may not be stored (spec 03 §1.1, §2.1). `detail` is the text without the common prefix. */
export class WasmCheckError extends LocalError {
  readonly detail: string;

  constructor(detail: string) {
    super("WASM_CHECK", `Error during static Wasm validation: ${detail}`);
    this.detail = detail;
  }
}

/**
 * The machine cannot go on deterministically: it could not provide memory that the rules promise, V8 does not say what the
 * gas depends on, or the processor lacks instructions. It is never a result of the call; whoever runs the executor must end the process.
 */
export class EngineFatalError extends LocalError {
  constructor(message: string, cause?: unknown) {
    super("ENGINE_FATAL", message, {
      fix: "give the executor what the message names: more memory, stacks (no --stack-trace-limit=0), or another processor",
      cause,
    });
  }
}
