/**
 * The REST gateway: every route of google.api.http, transcoded to an rpc that the node or the application answers.
 *
 * Spec: 04 §2.1–2.3 (calls and conventions).
 * @module
 */
import type { Logger } from "@enclavenet/common";
import {
  type AddressCodec,
  decode,
  encode,
  type Message,
  RestRouter,
  type RouteMatch,
  type Rpc,
  toGogoJson,
} from "@enclavenet/proto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RpcBackend } from "../backend.ts";
import { createHttpServer } from "../server/http.ts";
import { parseTarget } from "../server/url.ts";
import { applicationError, GrpcCode, GrpcError, onAbciPath, restError, restProblem, takesAbciPath } from "./errors.ts";
import type { Handler, Handlers } from "./handlers.ts";
import { nodeServices } from "./node-services.ts";
import { readMessage, wantedHeight } from "./request.ts";
import { txService } from "./tx-service.ts";

export interface RestServerOptions {
  readonly backend: RpcBackend;
  readonly logger: Logger;
  /** Account addresses. */
  readonly addresses: AddressCodec;
  /** Validators' consensus addresses. */
  readonly consensusAddresses: AddressCodec;
}

interface Answer {
  readonly message: Message;
  /** Height that the answer stands for. */
  readonly height: bigint;
}

async function askApplication(backend: RpcBackend, rpc: Rpc, message: Message, height: bigint): Promise<Answer> {
  const data = encode(rpc.request, message);
  const response = await backend.query({ path: rpc.fullName, data, height, prove: false });
  if (response.code !== 0) throw applicationError(rpc.fullName, response);
  return { message: decode(rpc.response, response.value) as Message, height: response.height };
}

async function askNode(backend: RpcBackend, rpc: Rpc, run: Handler, message: Message): Promise<Answer> {
  try {
    return { message: await run(backend, message), height: backend.engine.latestHeight() };
  } catch (error) {
    throw error instanceof GrpcError && takesAbciPath(rpc.fullName) ? onAbciPath(error) : error;
  }
}

/** The REST server, not listening yet. */
export async function createRestServer(options: RestServerOptions): Promise<FastifyInstance> {
  const { backend, logger, addresses } = options;
  const handlers: Handlers = { ...txService, ...nodeServices(options.consensusAddresses) };
  const router = new RestRouter();
  const server = await createHttpServer({ logger, problem: restProblem });

  const answer = ({ rpc }: RouteMatch, message: Message, height: bigint): Promise<Answer> => {
    const run = Object.hasOwn(handlers, rpc.fullName) ? handlers[rpc.fullName] : undefined;
    return run === undefined ? askApplication(backend, rpc, message, height) : askNode(backend, rpc, run, message);
  };
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      const { path, query } = parseTarget(request.url);
      const match = router.match(request.method, path);
      if (match === undefined) throw new GrpcError(GrpcCode.unimplemented, "Not Implemented");
      const message = readMessage(match, query, request.body, addresses);
      const answered = await answer(match, message, wantedHeight(request.headers));
      reply.header("Grpc-Metadata-X-Cosmos-Block-Height", answered.height.toString());
      return reply.send(toGogoJson(match.rpc.response, answered.message, { addresses }));
    } catch (error) {
      // Anything else goes to the server's own handler, which logs it and shows nothing of it.
      if (!(error instanceof GrpcError)) throw error;
      const { status, body } = restError(error.grpcCode, error.message);
      return reply.code(status).send(body);
    }
  };
  server.route({ method: ["GET", "POST", "PUT", "DELETE", "PATCH"], url: "/*", handler: serve });
  return server;
}
