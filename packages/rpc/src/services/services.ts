/**
 * The rpcs that clients may call, each with the one implementation that REST and gRPC share: the node's own handler, or else
 * the application's query of the same name.
 * @module
 */
import { type AddressCodec, decode, encode, type Message, type Rpc } from "@enclavenet/proto";
import type { RpcBackend } from "../backend.ts";
import type { Handlers } from "./handlers.ts";
import { nodeServices } from "./node-services.ts";
import { ApplicationError } from "./status.ts";
import { txService } from "./tx-service.ts";

/** Message of the response type. */
export interface Answer {
  readonly message: Message;
  /** Height that the answer stands for. */
  readonly height: bigint;
}

export interface ServiceOptions {
  readonly backend: RpcBackend;
  /** Prints validators' consensus addresses. */
  readonly consensusAddresses: AddressCodec;
}

export class Services {
  readonly #backend: RpcBackend;
  readonly #handlers: Handlers;

  constructor({ backend, consensusAddresses }: ServiceOptions) {
    this.#backend = backend;
    this.#handlers = { ...txService, ...nodeServices(consensusAddresses) };
  }

  /** Answers one call; `height` 0 is the latest. Throws GrpcError; ApplicationError for a query that failed. */
  async answer(rpc: Rpc, request: Message, height: bigint): Promise<Answer> {
    const run = Object.hasOwn(this.#handlers, rpc.fullName) ? this.#handlers[rpc.fullName] : undefined;
    if (run !== undefined) {
      return { message: await run(this.#backend, request), height: this.#backend.engine.latestHeight() };
    }
    const data = encode(rpc.request, request);
    const response = await this.#backend.query({ path: rpc.fullName, data, height, prove: false });
    if (response.code !== 0) throw new ApplicationError(response);
    return { message: decode(rpc.response, response.value) as Message, height: response.height };
  }
}
