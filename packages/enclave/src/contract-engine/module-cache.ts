/**
 * Compiled contracts by code hash. Wasm bytes come from the host on a miss; the hash decides whether they are the code.
 * @module
 */
import { equalBytes, LocalError, toHex } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import { type CompiledModule, compileModule, type InstancePool, VmError } from "@enclavenet/wasm-engine";
import type { HostCalls } from "../host-calls.ts";

/** Compiled modules that are kept (spec 03 §2.1, enclave module cache). */
const MAX_MODULES = 100;

/** Largest contract that the enclave accepts, in bytes (spec 03 §2.1). */
const MAX_CONTRACT_BYTES = 3_145_728;

export class ModuleCache {
  readonly #primitives: Primitives;
  readonly #instances: InstancePool;
  /** Hex of the code hash → module, least recently used first. */
  readonly #modules = new Map<string, CompiledModule>();

  constructor(primitives: Primitives, instances: InstancePool) {
    this.#primitives = primitives;
    this.#instances = instances;
  }

  /** The compiled module of a code. Throws `ValidationFailure` for other bytes, `InvalidWasm` for bytes that are none. */
  get(codeHash: Uint8Array, host: HostCalls): CompiledModule {
    const hex = toHex(codeHash);
    const module = this.#modules.get(hex) ?? this.#load(codeHash, host);
    this.#modules.delete(hex);
    this.#modules.set(hex, module);
    if (this.#modules.size > MAX_MODULES) this.#dropOldest();
    return module;
  }

  #dropOldest(): void {
    for (const [hex, module] of this.#modules) {
      this.#modules.delete(hex);
      this.#instances.forget(module);
      return;
    }
  }

  #load(codeHash: Uint8Array, host: HostCalls): CompiledModule {
    const { wasm } = host.readCode({ codeHash });
    if (!equalBytes(this.#primitives.sha256(wasm), codeHash)) {
      throw new EnclaveError("ValidationFailure", { check: "code hash of the wasm bytes" });
    }
    if (wasm.length > MAX_CONTRACT_BYTES) throw new EnclaveError("FailedFunctionCall", { check: "contract size" });
    try {
      return compileModule(wasm);
    } catch (error) {
      if (VmError.is(error)) throw new EnclaveError(error.kind);
      if (error instanceof LocalError) throw new EnclaveError("InvalidWasm", { check: error.code });
      throw error;
    }
  }
}
