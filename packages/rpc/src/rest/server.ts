/**
 * The REST gateway: every route of google.api.http, transcoded to an rpc that the node or the application answers.
 *
 * Spec: 04 §2.1–2.3 (calls and conventions), §3.1 (gRPC-web on the same port).
 * @module
 */
import type { Logger } from "@enclavenet/common";
import { type AddressCodec, type Message, RestRouter, type RouteMatch, toGogoJson } from "@enclavenet/proto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RpcBackend } from "../backend.ts";
import { grpcWebBeside } from "../grpc/listener.ts";
import { addOpenApiRoutes } from "../openapi/routes.ts";
import { createHttpServer } from "../server/http.ts";
import { parseTarget } from "../server/url.ts";
import { type Answer, Services } from "../services/services.ts";
import { GrpcError } from "../services/status.ts";
import { methodError, notImplemented, restError, restProblem } from "./errors.ts";
import { readMessage, wantedHeight } from "./request.ts";

export interface RestServerOptions {
  readonly backend: RpcBackend;
  readonly logger: Logger;
  /** Account addresses. */
  readonly addresses: AddressCodec;
  /** Validators' consensus addresses. */
  readonly consensusAddresses: AddressCodec;
}

/** The REST server, not listening yet. */
export async function createRestServer(options: RestServerOptions): Promise<FastifyInstance> {
  const { logger, addresses } = options;
  const services = new Services(options);
  const served = services.served();
  const router = new RestRouter(served);
  const server = await createHttpServer({ logger, other: grpcWebBeside(options), problem: restProblem });

  const answer = async ({ rpc }: RouteMatch, message: Message, height: bigint): Promise<Answer> => {
    try {
      return await services.answer(rpc, message, height);
    } catch (error) {
      throw error instanceof GrpcError ? methodError(rpc.fullName, error) : error;
    }
  };
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      const { path, query } = parseTarget(request.url);
      const match = router.match(request.method, path);
      if (match === undefined) throw notImplemented();
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
  addOpenApiRoutes(server, served, options.backend.nodeInfo.version);
  server.route({ method: ["GET", "POST", "PUT", "DELETE", "PATCH"], url: "/*", handler: serve });
  return server;
}
