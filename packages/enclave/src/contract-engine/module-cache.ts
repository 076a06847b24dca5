/**
 * Compiled contracts by code hash. Wasm bytes come from the host on a miss; the hash decides whether they are the code.
 * @module
 */
import { equalBytes, LocalError, toHex } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import {
  type CompiledModule,
  compileModule,
  type InstancePool,
  VmError,
  type VmErrorKind,
} from "@enclavenet/wasm-engine";
import type { HostCalls } from "../host-calls.ts";

/** Compiled modules that are kept (spec 03 §2.1, enclave module cache). */
const MAX_MODULES = 100;

/** Largest contract that the enclave accepts, in bytes (spec 03 §2.1). */
const MAX_CONTRACT_BYTES = 3_145_728;

/** Instrumented bytes of all kept modules: V8 needs a few times as much for each. */
const MAX_KEPT_BYTES = 134_217_728;

/** Refused codes that are remembered. */
const MAX_REFUSALS = 1_000;

export class ModuleCache {
  readonly #primitives: Primitives;
  readonly #instances: InstancePool;
  readonly #maxBytes: number;
  /** Hex of the code hash → module, least recently used first. */
  readonly #modules = new Map<string, CompiledModule>();
  #bytes = 0;
  /**
   * Hex of the code hash → what its compilation was refused with, oldest first. SECURITY: refusing costs up to a second and
   * no gas; without this, every message to such a contract would cost it again.
   */
  readonly #refusals = new Map<string, VmErrorKind>();

  constructor(primitives: Primitives, instances: InstancePool, maxBytes = MAX_KEPT_BYTES) {
    this.#primitives = primitives;
    this.#instances = instances;
    this.#maxBytes = maxBytes;
  }

  /** The compiled module of a code. Throws `ValidationFailure` for other bytes, `InvalidWasm` for bytes that are none. */
  get(codeHash: Uint8Array, host: HostCalls): CompiledModule {
    const hex = toHex(codeHash);
    const refusal = this.#refusals.get(hex);
    if (refusal !== undefined) throw new EnclaveError(refusal);
    const module = this.#take(hex) ?? this.#load(codeHash, hex, host);
    this.#keep(hex, module);
    return module;
  }

  #take(hex: string): CompiledModule | undefined {
    const module = this.#modules.get(hex);
    if (module === undefined) return undefined;
    this.#modules.delete(hex);
    this.#bytes -= module.size.instrumented;
    return module;
  }

  /** Puts it in as the latest one; the oldest make room, but never for themselves. */
  #keep(hex: string, module: CompiledModule): void {
    this.#modules.set(hex, module);
    this.#bytes += module.size.instrumented;
    for (const [oldest] of this.#modules) {
      if (oldest === hex || (this.#modules.size <= MAX_MODULES && this.#bytes <= this.#maxBytes)) return;
      const dropped = this.#take(oldest);
      if (dropped !== undefined) this.#instances.forget(dropped);
    }
  }

  #load(codeHash: Uint8Array, hex: string, host: HostCalls): CompiledModule {
    const { wasm } = host.readCode({ codeHash });
    // check: wasm-code-hash
    if (!equalBytes(this.#primitives.sha256(wasm), codeHash)) {
      throw new EnclaveError("ValidationFailure", { check: "code hash of the wasm bytes" });
    }
    if (wasm.length > MAX_CONTRACT_BYTES) throw new EnclaveError("FailedFunctionCall", { check: "contract size" });
    try {
      return compileModule(wasm);
    } catch (error) {
      if (VmError.is(error)) throw this.#refuse(hex, error.kind);
      if (error instanceof LocalError) throw new EnclaveError("InvalidWasm", { check: error.code });
      throw error;
    }
  }

  #refuse(hex: string, kind: VmErrorKind): EnclaveError {
    const [oldest] = this.#refusals.keys();
    if (this.#refusals.size >= MAX_REFUSALS && oldest !== undefined) this.#refusals.delete(oldest);
    this.#refusals.set(hex, kind);
    return new EnclaveError(kind);
  }
}
