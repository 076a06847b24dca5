/**
 * State of one running call: gas, guest memory, and the way into the backend. Imports get nothing else.
 * @module
 */
import type { Backend } from "../backend.ts";
import { EngineFatalError, VmError } from "../errors.ts";
import type { OwedGas } from "../instrument/owed-gas.ts";
import type { WasmInstance } from "../v8.ts";
import { Guest } from "./guest.ts";
import { HostWork, SHORT_NAME_BYTES, WORK_PER_HOST_CALL, WORK_PER_LONG_NAME_BYTE } from "./host-work.ts";
import type { GuestMemory } from "./memory.ts";
import { isNativeStackOverflow } from "./traps.ts";
import type { GasReport } from "./types.ts";

const U64_MAX = (1n << 64n) - 1n;

function saturatingSub(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n;
}

/** What a call needs besides the instance. */
export interface CallSettings {
  readonly backend: Backend;
  readonly gasLimit: bigint;
  readonly readOnly: boolean;
}

/** An instance with its imports, and the call that runs in it, one at a time. */
export class CallContext {
  readonly guest: Guest;
  externalGas = 0n;
  pseudoWriteGas = 0n;
  /** What the backend threw, when it was no `VmError`: it leaves `call` unchanged. */
  hostFailure: { readonly error: unknown } | undefined;
  /** SECURITY: see `CallOutcome.nativeStackOverflow`. */
  nativeStackOverflow = false;
  private settings: CallSettings | undefined;
  private readonly work = new HostWork();
  private readonly spentGas = (): bigint => this.gasLimit - this.remaining() + this.externalGas;

  /** `instantiate` makes the instance, whose imports close over this context. */
  constructor(instantiate: (context: CallContext) => WasmInstance, owed: OwedGas) {
    this.guest = new Guest(instantiate(this), owed);
  }

  /** Starts a call. The instance is as new. */
  begin(settings: CallSettings): void {
    this.settings = settings;
    this.externalGas = 0n;
    this.pseudoWriteGas = 0n;
    this.hostFailure = undefined;
    this.nativeStackOverflow = false;
    this.work.reset();
    this.guest.begin(settings.gasLimit);
  }

  /**
   * Ends the call. SECURITY: nothing of it stays, neither in the instance nor by reference. Whether the instance is as new,
   * which it is only made when it is to be used again.
   */
  end(reuse: boolean): boolean {
    this.settings = undefined;
    this.hostFailure = undefined;
    return this.guest.clear(reuse);
  }

  private get running(): CallSettings {
    // Imports run only while a call does; the module has no start function.
    if (this.settings === undefined) throw new EngineFatalError("import was called without a call");
    return this.settings;
  }

  get backend(): Backend {
    return this.running.backend;
  }

  get gasLimit(): bigint {
    return this.running.gasLimit;
  }

  get readOnly(): boolean {
    return this.running.readOnly;
  }

  get memory(): GuestMemory {
    return this.guest.memory;
  }

  /** Wasm gas that is left. */
  remaining(): bigint {
    return BigInt.asUintN(64, this.guest.remaining());
  }

  /** Charge of the host: all of it or, noted as exhausted, none (spec 03 §2.3). */
  charge(amount: bigint): void {
    if (this.guest.charge(amount) === 0) throw new VmError("OutOfGas");
  }

  /** A copy of the bytes of a region, for what keeps them. */
  read(pointer: number, workPerByte = 1): Uint8Array {
    return this.borrow(pointer, workPerByte).slice();
  }

  /** A copy of the name of a record that the host shall read or remove. */
  readName(pointer: number): Uint8Array {
    const name = this.read(pointer);
    const beyond = name.length - SHORT_NAME_BYTES;
    if (beyond > 0) this.work.add(beyond * WORK_PER_LONG_NAME_BYTE, this.spentGas);
    return name;
  }

  /** The bytes of a region themselves, for what is done with them before the guest runs again. */
  borrow(pointer: number, workPerByte = 1): Uint8Array {
    const bytes = this.guest.memory.borrow(pointer);
    this.work.add(bytes.length * workPerByte, this.spentGas);
    return bytes;
  }

  /** Counts work that is not a matter of bytes that cross once. */
  addWork(units: number): void {
    this.work.add(units, this.spentGas);
  }

  /** Runs a function of the backend and remembers what it throws. */
  host<T>(ask: (backend: Backend) => T, work = WORK_PER_HOST_CALL): T {
    this.work.add(work, this.spentGas);
    try {
      return ask(this.backend);
    } catch (error) {
      if (!VmError.is(error)) this.hostFailure = { error };
      throw error;
    }
  }

  /**
   * New guest region with `bytes`: calls the guest's `allocate`, whose failure of any kind, out of gas included, is
   * `MemoryAllocationError`.
   */
  allocate(bytes: Uint8Array): number {
    const { guest } = this;
    this.work.add(bytes.length, this.spentGas);
    let pointer: number;
    try {
      pointer = guest.allocate(bytes.length);
    } catch (error) {
      if (this.hostFailure !== undefined || guest.fatal.value !== 0) throw error;
      if (isNativeStackOverflow(error)) this.nativeStackOverflow = true;
      guest.settle(error);
      throw new VmError("MemoryAllocationError");
    }
    guest.memory.write(pointer, bytes);
    return pointer;
  }

  /** Gas so far (spec 03 §2.4). */
  report(): GasReport {
    const remaining = this.remaining();
    const exhausted = BigInt.asUintN(64, this.guest.exhausted.value);
    const used = saturatingSub(saturatingSub(this.gasLimit, remaining), this.externalGas) + exhausted;
    return {
      remaining,
      exhausted,
      external: this.externalGas,
      used: used > U64_MAX ? U64_MAX : used,
      pseudoWriteGas: this.pseudoWriteGas,
    };
  }
}
