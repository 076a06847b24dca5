/**
 * One run of a contract on the wasm engine, with the enclave behind it as backend.
 *
 * Spec: 03 §2.4 (gas; unit of external gas by kind of call), §4.2 (env).
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";
import {
  type Backend,
  type CallOutcome,
  type CallRequest,
  type CompiledModule,
  call,
  EngineFatalError,
  type EntryPoint,
  type HostCrypto,
  type InstancePool,
  VmError,
} from "@enclavenet/wasm-engine";
import { hostAddresses } from "./addresses.ts";
import { type CallEnvironment, v1Env, v1Info, v010Env } from "./env.ts";
import type { KvCache } from "./kv-cache.ts";
import { type QueryContext, queryChain } from "./query-chain.ts";

/** Wasm gas per SDK gas (spec 03 §1). */
export const GAS_MULTIPLIER = 1000n;

/** Largest wasm gas limit of one call (spec 03 §2.1). */
export const MAX_CALL_GAS = 10_000_000_000n;

export interface RunRequest {
  readonly entry: EntryPoint;
  readonly environment: CallEnvironment;
  readonly message: Uint8Array;
  readonly gasLimit: bigint;
  readonly readOnly: boolean;
  readonly cache: KvCache;
  readonly query: QueryContext;
  /** 1000 where the caller's meter is the multiplied one, else 1 (spec 03 §2.4). */
  readonly externalGasUnit: bigint;
  /** Refund the pseudo gas of writes: execute-type calls only. */
  readonly refundWrites: boolean;
  readonly debug?: (text: string) => void;
}

export interface RunResult {
  readonly output: Uint8Array;
  readonly usedGas: bigint;
}

/** An enclave error inside an import ends the call as that error; a host failure ends the ecall. */
function backendCall<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (EnclaveError.is(error) && error.status !== "FailedOcall") {
      throw new VmError(error.status as VmError["kind"]);
    }
    throw error;
  }
}

function backendFor(request: RunRequest, crypto: HostCrypto): Backend {
  const { cache, query, externalGasUnit, debug } = request;
  return {
    read: (key) =>
      backendCall(() => {
        const { value, sdkGas } = cache.read(key);
        return { value, externalGas: sdkGas * externalGasUnit };
      }),
    write: (key, value) => cache.write(key, value),
    remove: (key) => backendCall(() => ({ externalGas: cache.remove(key).sdkGas * externalGasUnit })),
    query: (body, remaining) => backendCall(() => queryChain(query, body, remaining)),
    crypto,
    addresses: hostAddresses,
    ...(debug === undefined ? {} : { debug }),
  };
}

function usedGas(outcome: CallOutcome, refund: boolean): bigint {
  const { used, pseudoWriteGas } = outcome.gas;
  if (!refund) return used;
  return used > pseudoWriteGas ? used - pseudoWriteGas : 0n;
}

/** What runs contracts: the same for all calls of an enclave. */
export interface Machine {
  readonly crypto: HostCrypto;
  readonly instances: InstancePool;
}

/** Runs the contract. Throws {@link EnclaveError} with the gas used when the run itself fails. */
export function runContract(module: CompiledModule, machine: Machine, request: RunRequest): RunResult {
  const v1 = module.apiVersion === "v1";
  const callRequest: CallRequest = {
    entry: request.entry,
    env: v1 ? v1Env(request.environment) : v010Env(request.environment),
    ...(v1 ? { info: v1Info(request.environment) } : {}),
    msg: request.message,
    gasLimit: request.gasLimit,
    readOnly: request.readOnly,
    backend: backendFor(request, machine.crypto),
  };
  const outcome = call(module, callRequest, machine.instances);
  if (outcome.error !== undefined) {
    // SECURITY: on a stack this small, results would differ between nodes; the process must not go on.
    if (outcome.nativeStackOverflow === true) throw new EngineFatalError("the native stack is too small");
    throw new EnclaveError(outcome.error.kind, { usedGas: outcome.gas.used, check: outcome.error.detail });
  }
  return { output: outcome.output, usedGas: usedGas(outcome, request.refundWrites) };
}
