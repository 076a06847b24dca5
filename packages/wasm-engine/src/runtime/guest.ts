/**
 * An instance by what the instrumenter made of it: meters, memory, functions, and the way back to its first state.
 * @module
 */
import { EXPORT, FUNCTION_PREFIX } from "../instrument/emit-module.ts";
import { type OwedGas, owedAt } from "../instrument/owed-gas.ts";
import type { WasmFunction, WasmGlobal, WasmInstance, WasmMemory } from "../v8.ts";
import { GuestMemory } from "./memory.ts";
import { outOfBoundsPlace } from "./traps.ts";

/** Exports of an instance. */
export class Guest {
  readonly memory: GuestMemory;
  readonly exhausted: WasmGlobal<bigint>;
  readonly stack: WasmGlobal<number>;
  readonly tableIndex: WasmGlobal<number>;
  readonly fatal: WasmGlobal<number>;
  /** (gas limit): sets the meters before a call. */
  readonly begin: (gasLimit: bigint) => void;
  /** (amount) -> 1 when it was taken. */
  readonly charge: (amount: bigint) => number;
  /** Gas that is left, as a signed number. */
  readonly remaining: () => bigint;
  /** The contract's allocator; traps when there is none. */
  readonly allocate: (bytes: number) => number;
  private readonly wipeInstance: () => void;
  private readonly scrubInstance: () => void;
  private readonly initialBytes: number;
  private readonly owed: OwedGas;
  private readonly exports: Readonly<Record<string, unknown>>;

  constructor(instance: WasmInstance, owed: OwedGas) {
    const { exports } = instance;
    this.owed = owed;
    this.exports = exports;
    const pages = exports[EXPORT.pages] as WasmGlobal<number>;
    this.memory = new GuestMemory(exports[EXPORT.memory] as WasmMemory, pages);
    this.exhausted = exports[EXPORT.exhausted] as WasmGlobal<bigint>;
    this.stack = exports[EXPORT.stack] as WasmGlobal<number>;
    this.tableIndex = exports[EXPORT.tableIndex] as WasmGlobal<number>;
    this.fatal = exports[EXPORT.fatal] as WasmGlobal<number>;
    this.begin = exports.begin as (gasLimit: bigint) => void;
    this.charge = exports.charge as (amount: bigint) => number;
    this.remaining = exports.remaining as () => bigint;
    this.allocate = exports.allocate as (bytes: number) => number;
    this.wipeInstance = exports.wipe as () => void;
    this.scrubInstance = exports.scrub as () => void;
    this.initialBytes = this.memory.realBytes;
    (exports.load as () => void)();
  }

  /** A function of the contract that the compiled module is known to export. */
  function(name: string): WasmFunction {
    return this.exports[FUNCTION_PREFIX + name] as WasmFunction;
  }

  /** Writes down the gas that a loop had charged when it trapped with `error`. Once per trap. */
  settle(error: unknown): void {
    if (this.owed.length === 0) return;
    const place = outOfBoundsPlace(error);
    if (place !== undefined) this.charge(BigInt(owedAt(this.owed, place)));
  }

  /** Real bytes of memory. */
  get realBytes(): number {
    return this.memory.realBytes;
  }

  /**
   * Clears the instance (spec 06 §0b.1), to be used again when `reuse` says so and it can be: a memory that really grew
   * cannot shrink, and a later call would see the difference. Whether it is as new.
   */
  clear(reuse: boolean): boolean {
    if (!reuse || this.realBytes !== this.initialBytes) {
      this.scrubInstance();
      return false;
    }
    this.wipeInstance();
    this.memory.reset();
    return true;
  }
}
