/**
 * The contract engine: every kind of contract call, each as the sequence of checks and steps that the protocol demands.
 *
 * Spec: 02 §3.2 (order), 03 §7; architecture §3 (rules of execution).
 * @module
 */
import type { EcallRequest, EcallResponse } from "@enclavenet/enclave-api";
import type { OpenBlock } from "../block-verifier/open-block.ts";
import type { HostCalls } from "../host-calls.ts";
import { CallRunner } from "./call-runner.ts";
import type { EngineOptions } from "./engine-options.ts";
import type { CallBlock } from "./env.ts";
import { execute } from "./execute.ts";
import { instantiate } from "./instantiate.ts";
import { migrate } from "./migrate.ts";
import { query } from "./query.ts";
import { reply } from "./reply.ts";

export class ContractEngine {
  readonly #runner: CallRunner;

  constructor(options: EngineOptions) {
    this.#runner = new CallRunner(options);
  }

  instantiate(request: EcallRequest<"instantiate">, block: OpenBlock, host: HostCalls): EcallResponse<"instantiate"> {
    return instantiate(this.#runner, request, block, host);
  }

  execute(request: EcallRequest<"execute">, block: OpenBlock, host: HostCalls): EcallResponse<"execute"> {
    return execute(this.#runner, request, block, host);
  }

  migrate(request: EcallRequest<"migrate">, block: OpenBlock, host: HostCalls): EcallResponse<"migrate"> {
    return migrate(this.#runner, request, block, host);
  }

  reply(request: EcallRequest<"reply">, block: OpenBlock, host: HostCalls): EcallResponse<"reply"> {
    return reply(this.#runner, request, block, host);
  }

  query(request: EcallRequest<"query">, block: CallBlock, host: HostCalls): EcallResponse<"query"> {
    return query(this.#runner, request, block, host);
  }
}
