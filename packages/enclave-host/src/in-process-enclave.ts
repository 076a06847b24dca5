/**
 * The same enclave program in this process: for tests and embedding. It gives no isolation at all, so it is never the
 * node's default. Requests and answers still pass the boundary codec, so that both forms accept the same values.
 *
 * The only file outside the trusted side that may import `@enclavenet/enclave`.
 * @module
 */
import type { EnclaveProgram } from "@enclavenet/enclave";
import {
  decode,
  type EcallName,
  type EcallRequest,
  type EcallResponse,
  type Enclave,
  ecalls,
  encode,
  type OcallHandlers,
  type Schema,
} from "@enclavenet/enclave-api";
import { OcallServer } from "./session.ts";

/** Wraps an enclave program that lives in this process. */
export function inProcessEnclave(program: EnclaveProgram): Enclave {
  return {
    call<N extends EcallName>(name: N, request: EcallRequest<N>, handlers: Partial<OcallHandlers> = {}) {
      const call = ecalls[name] as { id: number; request: Schema<unknown>; response: Schema<unknown> };
      const server = new OcallServer(handlers);
      try {
        const body = program.handle(call.id, encode(call.request, request), (method, ocallBody) => {
          const answer = server.serve(method, ocallBody);
          if ("ok" in answer) return answer.ok;
          throw answer.error;
        });
        server.rethrow();
        return decode(call.response, body) as EcallResponse<N>;
      } catch (error) {
        server.rethrow();
        throw error;
      } finally {
        program.prepare();
      }
    },
  };
}
