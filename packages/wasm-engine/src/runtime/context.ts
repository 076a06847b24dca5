/**
 * State of one running call: gas, guest memory, and the way into the backend. Imports get nothing else.
 * @module
 */
import type { Backend } from "../backend.ts";
import { EngineFatalError, VmError } from "../errors.ts";
import { EXPORT, FUNCTION_PREFIX } from "../instrument/emit-module.ts";
import { REENTRY_SLOTS, STACK_LIMIT_SLOTS } from "../instrument/stack-weight.ts";
import type { WasmFunction, WasmGlobal, WasmInstance, WasmMemory } from "../v8.ts";
import { GuestMemory } from "./memory.ts";
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

/** One running call. Made before the instance, since the instance's imports close over it; `attach` completes it. */
export class CallContext {
  readonly backend: Backend;
  readonly gasLimit: bigint;
  readonly readOnly: boolean;
  externalGas = 0n;
  pseudoWriteGas = 0n;
  /** What the backend threw, when it was no `VmError`: it leaves `call` unchanged. */
  hostFailure: { readonly error: unknown } | undefined;
  /** SECURITY: see `CallOutcome.nativeStackOverflow`. */
  nativeStackOverflow = false;
  private instance: AttachedInstance | undefined;

  constructor(settings: CallSettings) {
    this.backend = settings.backend;
    this.gasLimit = settings.gasLimit;
    this.readOnly = settings.readOnly;
  }

  /** Takes the fresh instance and sets its meters. */
  attach(instance: WasmInstance, hasAllocate: boolean): void {
    this.instance = new AttachedInstance(instance, hasAllocate);
    this.instance.gas.value = BigInt.asIntN(64, this.gasLimit);
    this.instance.stack.value = STACK_LIMIT_SLOTS;
  }

  get guest(): AttachedInstance {
    // Imports run only while the instance does; the module has no start function.
    if (this.instance === undefined) throw new EngineFatalError("import was called without an instance");
    return this.instance;
  }

  get memory(): GuestMemory {
    return this.guest.memory;
  }

  /** Wasm gas that is left. */
  remaining(): bigint {
    return BigInt.asUintN(64, this.guest.gas.value);
  }

  /** Charge of the host: all of it or, noted as exhausted, none (spec 03 §2.3). */
  charge(amount: bigint): void {
    const remaining = this.remaining();
    if (remaining < amount) {
      this.guest.exhausted.value = BigInt.asIntN(64, amount);
      throw new VmError("OutOfGas");
    }
    this.guest.gas.value = BigInt.asIntN(64, remaining - amount);
  }

  /** Runs a function of the backend and remembers what it throws. */
  host<T>(ask: (backend: Backend) => T): T {
    try {
      return ask(this.backend);
    } catch (error) {
      if (!VmError.is(error)) this.hostFailure = { error };
      throw error;
    }
  }

  /**
   * New guest region with `bytes`: calls the guest's `allocate`, whose failure of any kind, out of gas included, is
   * `MemoryAllocationError`. Re-entry weighs on the stack counter, because the engine's own frames lie below it.
   */
  allocate(bytes: Uint8Array): number {
    const guest = this.guest;
    const stack = guest.stack.value;
    let pointer: number;
    try {
      if (stack < REENTRY_SLOTS || guest.allocate === undefined) throw new VmError("MemoryAllocationError");
      guest.stack.value = stack - REENTRY_SLOTS;
      pointer = Number(guest.allocate(bytes.length));
      guest.stack.value = stack;
    } catch (error) {
      if (this.hostFailure !== undefined || guest.fatal.value !== 0) throw error;
      if (isNativeStackOverflow(error)) this.nativeStackOverflow = true;
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

/** Exports of an instance, by what the instrumenter made them. */
export class AttachedInstance {
  readonly memory: GuestMemory;
  readonly gas: WasmGlobal<bigint>;
  readonly exhausted: WasmGlobal<bigint>;
  readonly stack: WasmGlobal<number>;
  readonly tableIndex: WasmGlobal<number>;
  readonly fatal: WasmGlobal<number>;
  readonly allocate: WasmFunction | undefined;
  private readonly exports: Readonly<Record<string, unknown>>;

  constructor(instance: WasmInstance, hasAllocate: boolean) {
    const { exports } = instance;
    this.exports = exports;
    this.memory = new GuestMemory(exports[EXPORT.memory] as WasmMemory);
    this.gas = exports[EXPORT.gas] as WasmGlobal<bigint>;
    this.exhausted = exports[EXPORT.exhausted] as WasmGlobal<bigint>;
    this.stack = exports[EXPORT.stack] as WasmGlobal<number>;
    this.tableIndex = exports[EXPORT.tableIndex] as WasmGlobal<number>;
    this.fatal = exports[EXPORT.fatal] as WasmGlobal<number>;
    this.allocate = hasAllocate ? this.function("allocate") : undefined;
  }

  /** A function of the contract that the compiled module is known to export. */
  function(name: string): WasmFunction {
    return this.exports[FUNCTION_PREFIX + name] as WasmFunction;
  }
}
