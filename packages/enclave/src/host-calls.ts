/**
 * Ocalls as typed functions. The host's answer is decoded strictly; a malformed one is host misbehaviour.
 * @module
 */
import {
  decode,
  EnclaveError,
  encode,
  type OcallName,
  type OcallRequest,
  type OcallResponse,
  ocalls,
  type Schema,
} from "@enclavenet/enclave-api";

/** Sends one ocall and blocks for its answer; throws {@link EnclaveError} when the host reports a failure. */
export type RawOcall = (method: number, body: Uint8Array) => Uint8Array;

/** The host, as the enclave may ask it. */
export type HostCalls = {
  readonly [N in OcallName]: (request: OcallRequest<N>) => OcallResponse<N>;
};

/** Raised when the host failed an ocall: the current ecall ends, whatever the contract would do with the error. */
export class HostAbort extends EnclaveError {
  constructor() {
    super("FailedOcall");
  }
}

function askHost<N extends OcallName>(ocall: RawOcall, name: N, request: OcallRequest<N>): OcallResponse<N> {
  const call = ocalls[name] as unknown as {
    id: number;
    request: Schema<OcallRequest<N>>;
    response: Schema<OcallResponse<N>>;
  };
  let body: Uint8Array;
  try {
    body = ocall(call.id, encode(call.request, request));
  } catch (error) {
    // The host's meter ends the contract as the contract's own gas does: what it had used is charged (spec 03 §3.2).
    if (EnclaveError.is(error, "OutOfGas")) throw new EnclaveError("OutOfGas");
    if (EnclaveError.is(error)) throw new HostAbort();
    throw error;
  }
  try {
    return decode(call.response, body);
  } catch {
    throw new EnclaveError("HostMisbehavior", { check: `answer of ${name}` });
  }
}

/** Typed ocalls over the raw transport. */
export function hostCalls(ocall: RawOcall): HostCalls {
  return {
    readState: (request) => askHost(ocall, "readState", request),
    removeState: (request) => askHost(ocall, "removeState", request),
    readCode: (request) => askHost(ocall, "readCode", request),
    queryChain: (request) => askHost(ocall, "queryChain", request),
    settleReads: (request) => askHost(ocall, "settleReads", request),
    proveState: (request) => askHost(ocall, "proveState", request),
  };
}
