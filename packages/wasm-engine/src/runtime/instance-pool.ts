/**
 * Instances between calls (spec 06 §0b.1, spec 03 §1.3). A contract cannot tell a fresh instance from one that was cleared:
 * both start with the same real memory, data, globals and meters. One that grew its real memory is not used again.
 *
 * Bounds: every memory is resident once it was cleared, and reserves 8 to 10 GiB of address space.
 * @module
 */
import { bindImports } from "../imports/table.ts";
import { V8, type WasmInstance } from "../v8.ts";
import type { CompiledModule } from "./compile.ts";
import { CallContext } from "./context.ts";
import { fatal } from "./traps.ts";

/** `fresh` makes an instance for every call; results are the same, see `test/pool.test.ts`. */
export type InstanceMode = "pooled" | "fresh";

/** Idle instances of one contract: a contract that queries itself needs more than one. */
export const MAX_IDLE_PER_MODULE = 4;
/** Idle instances of all contracts, and the memory that they keep resident. */
export const MAX_IDLE_INSTANCES = 64;
export const MAX_IDLE_BYTES = 33_554_432;

function instantiate(module: CompiledModule, context: CallContext): WasmInstance {
  const imports = bindImports(module.imports, context);
  try {
    return new V8.Instance(module.wasm, imports);
  } catch (error) {
    // Signatures and segments were checked when the module was compiled: what is left is memory.
    throw fatal(error);
  }
}

/** Lends instances to calls, one call at a time each. Use one per thread. */
export class InstancePool {
  readonly mode: InstanceMode;
  /** Least recently used first. */
  private readonly idle = new Map<CompiledModule, CallContext[]>();
  private instances = 0;
  private bytes = 0;

  constructor(mode: InstanceMode = "pooled") {
    this.mode = mode;
  }

  /** What waits here. */
  get size(): { readonly instances: number; readonly bytes: number } {
    return { instances: this.instances, bytes: this.bytes };
  }

  /** An instance as new, which no other call uses. */
  take(module: CompiledModule): CallContext {
    const waiting = this.idle.get(module)?.pop();
    if (waiting === undefined) return new CallContext((context) => instantiate(module, context), module.owed);
    this.count(-1, waiting);
    return waiting;
  }

  /** Ends the call and takes the instance back. */
  give(module: CompiledModule, context: CallContext): void {
    const waiting = this.idle.get(module) ?? [];
    const wanted = this.mode === "pooled" && waiting.length < MAX_IDLE_PER_MODULE;
    if (!context.end(wanted)) return;
    waiting.push(context);
    this.count(1, context);
    this.idle.delete(module);
    this.idle.set(module, waiting);
    this.trim();
  }

  /** Lets go of the instances of a module that is not used any more. */
  forget(module: CompiledModule): void {
    for (const context of this.idle.get(module) ?? []) this.count(-1, context);
    this.idle.delete(module);
  }

  private count(sign: 1 | -1, context: CallContext): void {
    this.instances += sign;
    this.bytes += sign * context.guest.realBytes;
  }

  private trim(): void {
    for (const [module, waiting] of this.idle) {
      while (this.instances > MAX_IDLE_INSTANCES || this.bytes > MAX_IDLE_BYTES) {
        const context = waiting.pop();
        if (context === undefined) break;
        this.count(-1, context);
      }
      if (waiting.length > 0) return;
      this.idle.delete(module);
    }
  }
}
