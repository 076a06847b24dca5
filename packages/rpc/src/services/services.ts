/**
 * The rpcs that clients may call, each with the one implementation that REST and gRPC share: the node's own handler, or else
 * the application's query of the same name.
 * @module
 */
import {
  type AddressCodec,
  decode,
  encode,
  type Message,
  type Rpc,
  rpcsOfService,
  servedServices,
} from "@enclavenet/proto";
import type { RpcBackend } from "../backend.ts";
import { consensusService } from "./consensus-params.ts";
import type { Handlers } from "./handlers.ts";
import { nodeServices } from "./node-services.ts";
import { reflectionServices } from "./reflection-services.ts";
import { ApplicationError, GrpcCode } from "./status.ts";
import { txAminoService } from "./tx-amino.ts";
import { txService } from "./tx-service.ts";

const NOTHING = new Uint8Array(0);

/** Message of the response type. */
export interface Answer {
  readonly message: Message;
  /** Height that the answer stands for. */
  readonly height: bigint;
}

export interface ServiceOptions {
  readonly backend: RpcBackend;
  /** Account addresses. */
  readonly addresses: AddressCodec;
  /** Prints validators' consensus addresses. */
  readonly consensusAddresses: AddressCodec;
}

/** Upstream makes a context at the height also for methods that do not read it, and there is none to make. */
function futureHeight(height: bigint): ApplicationError {
  const reason = "cannot query with height in the future; please provide a valid height";
  return new ApplicationError({
    ...{ code: 26, codespace: "sdk", log: `${reason}: invalid height`, height },
    ...{ key: NOTHING, value: NOTHING, proofOps: [] },
    grpcStatus: { code: GrpcCode.unknown, message: `codespace sdk code 26: invalid height: ${reason}` },
  });
}

export class Services {
  readonly #backend: RpcBackend;
  readonly #handlers: Handlers;

  constructor({ backend, addresses, consensusAddresses }: ServiceOptions) {
    this.#backend = backend;
    this.#handlers = {
      ...txService,
      ...txAminoService(addresses),
      ...nodeServices(consensusAddresses),
      ...consensusService,
      ...reflectionServices({ addresses, served: () => this.served() }),
    };
  }

  /** The rpcs that there are: those that the node or the application answers. */
  served(): readonly Rpc[] {
    const { queryMethods } = this.#backend;
    return servedServices
      .flatMap(rpcsOfService)
      .filter(({ fullName }) => Object.hasOwn(this.#handlers, fullName) || queryMethods.has(fullName));
  }

  /** Answers one call; `height` 0 is the latest. Throws GrpcError; ApplicationError for a query that failed. */
  async answer(rpc: Rpc, request: Message, height: bigint): Promise<Answer> {
    const run = Object.hasOwn(this.#handlers, rpc.fullName) ? this.#handlers[rpc.fullName] : undefined;
    if (run !== undefined) {
      const latest = this.#backend.engine.latestHeight();
      if (height > latest) throw futureHeight(height);
      return { message: await run(this.#backend, request), height: height === 0n ? latest : height };
    }
    const data = encode(rpc.request, request);
    const response = await this.#backend.query({ path: rpc.fullName, data, height, prove: false });
    if (response.code !== 0) throw new ApplicationError(response);
    return { message: decode(rpc.response, response.value) as Message, height: response.height };
  }
}
