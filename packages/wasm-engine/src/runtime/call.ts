/**
 * Runs one entry point of a contract: nothing survives between calls (spec 03 §1.3).
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { EngineFatalError, VmError } from "../errors.ts";
import type { CompiledModule } from "./compile.ts";
import type { CallContext } from "./context.ts";
import { type ArgumentName, entryConvention } from "./entry-points.ts";
import { InstancePool } from "./instance-pool.ts";
import { classifyTrap, fatal, isNativeStackOverflow } from "./traps.ts";
import type { CallOutcome, CallRequest } from "./types.ts";

const FRESH = new InstancePool("fresh");

function argument(request: CallRequest, name: ArgumentName): Uint8Array {
  const bytes = request[name];
  if (bytes === undefined) throw new LocalError("WASM_CALL", `${request.entry} needs ${name}`);
  return bytes;
}

/** Passes the arguments, calls the entry point, and reads what it returned. */
function run(module: CompiledModule, request: CallRequest, context: CallContext): Uint8Array {
  const convention = entryConvention(module.apiVersion, request.entry);
  const pointers = new Map<ArgumentName, number>();
  for (const name of convention.allocationOrder) pointers.set(name, context.allocate(argument(request, name)));
  if (module.callable.get(convention.exportName) !== convention.args.length) {
    throw new VmError("FailedFunctionCall", "entry point is missing");
  }
  const entry = context.guest.function(convention.exportName);
  const result = entry(...convention.args.map((name) => pointers.get(name) as number));
  return context.memory.read(Number(result));
}

/** The failure of a call; throws what must not become a result. */
function failure(module: CompiledModule, context: CallContext, error: unknown): CallOutcome {
  if (context.hostFailure !== undefined) throw context.hostFailure.error;
  const { guest } = context;
  if (guest.fatal.value !== 0) throw fatal(error);
  guest.settle(error);
  const native = context.nativeStackOverflow || isNativeStackOverflow(error);
  const vmError = VmError.is(error)
    ? error
    : classifyTrap(error, {
        stackExceeded: guest.stack.value < 0,
        exhausted: guest.exhausted.value !== 0n,
        emptyTableEntry: module.filledTable[guest.tableIndex.value >>> 0] !== 1,
      });
  if (vmError === undefined) {
    if (error instanceof RangeError) throw fatal(error);
    throw error;
  }
  const outcome = { error: vmError, gas: context.report() };
  return native ? { ...outcome, nativeStackOverflow: true } : outcome;
}

/**
 * Calls a contract. A failed call is a result. Thrown are: what the backend threw (unless it was a `VmError`),
 * {@link EngineFatalError} when the machine cannot go on, and `LocalError` `WASM_CALL` for a malformed request. Instances
 * come from `instances` and go back there cleared; without it the call makes its own.
 */
export function call(module: CompiledModule, request: CallRequest, instances = FRESH): CallOutcome {
  if (request.gasLimit < 0n || BigInt.asUintN(64, request.gasLimit) !== request.gasLimit) {
    throw new LocalError("WASM_CALL", "gas limit is not below 2^64");
  }
  const context = instances.take(module);
  context.begin(request);
  try {
    return { output: run(module, request, context), gas: context.report() };
  } catch (error) {
    if (error instanceof LocalError && !VmError.is(error) && !(error instanceof EngineFatalError)) throw error;
    return failure(module, context, error);
  } finally {
    instances.give(module, context);
  }
}
