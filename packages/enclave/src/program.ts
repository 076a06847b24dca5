/**
 * The enclave as a program without a transport: one method number and one body in, one body out, with a function to ask
 * the host in between. The process form and the in-process form run this same object.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { decode, type EcallName, EnclaveError, ecalls, encode, FrameError, type Schema } from "@enclavenet/enclave-api";
import type { HostCalls, RawOcall } from "./host-calls.ts";
import { hostCalls } from "./host-calls.ts";

/**
 * An enclave that answers ecalls. `handle` throws {@link EnclaveError}, what `ocall` threw, or LocalError `ENGINE_FATAL`,
 * after which the process must end.
 */
export interface EnclaveProgram {
  handle(method: number, body: Uint8Array, ocall: RawOcall): Uint8Array;
  /** Does ahead what the next ecall will need. Called when an outermost ecall was answered; never throws. */
  prepare(): void;
}

/** Handlers of all ecalls, keyed by name; requests and responses are those of the boundary table. */
export type EcallHandlers = {
  readonly [N in EcallName]: (request: never, host: HostCalls) => unknown;
};

const ecallNames = new Map<number, EcallName>(
  Object.entries(ecalls).map(([name, call]) => [call.id, name as EcallName]),
);

export interface ProgramOptions {
  /** Whether `check` texts of refusals leave the enclave. */
  readonly verbose: boolean;
  readonly prepare: () => void;
}

/** Builds the program from its handlers. */
export function createProgram(handlers: EcallHandlers, options: ProgramOptions): EnclaveProgram {
  return {
    prepare: options.prepare,
    handle(method, body, ocall) {
      const name = ecallNames.get(method);
      // check: ecall-method
      if (name === undefined) throw new EnclaveError("BadRequest");
      const call = ecalls[name] as { request: Schema<unknown>; response: Schema<unknown> };
      const host = hostCalls(ocall);
      try {
        const request = decodeRequest(call.request, body);
        return encode(call.response, handlers[name](request as never, host));
      } catch (error) {
        if (LocalError.is(error, "ENGINE_FATAL")) throw error;
        throw refusal(error, options.verbose);
      }
    },
  };
}

function decodeRequest(schema: Schema<unknown>, body: Uint8Array): unknown {
  try {
    return decode(schema, body);
  } catch (error) {
    if (error instanceof FrameError) throw new EnclaveError("BadRequest", { check: "body" });
    throw error;
  }
}

/** SECURITY: whatever was thrown inside leaves as a status number; no text of an exception crosses in production. */
function refusal(error: unknown, verbose: boolean): EnclaveError {
  if (!EnclaveError.is(error)) {
    const check = verbose && error instanceof Error ? `${error.name}: ${error.message}` : undefined;
    return new EnclaveError("InternalError", check === undefined ? {} : { check });
  }
  return verbose ? error : new EnclaveError(error.status, { usedGas: error.usedGas });
}
