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
  type Rpc,
  requestMessage,
  toGogoJson,
} from "@enclavenet/proto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RpcBackend } from "../backend.ts";
import { createHttpServer } from "../server/http.ts";
import { GrpcCode, GrpcError, knownRestError, restError } from "./errors.ts";
import type { Handlers } from "./handlers.ts";
import { nodeServices } from "./node-services.ts";
import { txService } from "./tx-service.ts";

export interface RestServerOptions {
  readonly backend: RpcBackend;
  readonly logger: Logger;
  /** Account addresses. */
  readonly addresses: AddressCodec;
  /** Validators' consensus addresses. */
  readonly consensusAddresses: AddressCodec;
}

const HEIGHT_HEADERS = ["x-cosmos-block-height", "grpc-metadata-x-cosmos-block-height"] as const;

/** Height asked for by header; 0: latest. */
function wantedHeight(request: FastifyRequest): bigint {
  for (const name of HEIGHT_HEADERS) {
    const value = request.headers[name];
    const text = Array.isArray(value) ? value[0] : value;
    if (text === undefined || text === "") continue;
    if (!/^\d{1,18}$/.test(text)) throw new GrpcError(GrpcCode.invalidArgument, `invalid height header: ${name}`);
    return BigInt(text);
  }
  return 0n;
}

function parseBody(body: unknown): unknown {
  if (typeof body !== "string" || body === "") return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new GrpcError(GrpcCode.invalidArgument, "the body is not valid JSON");
  }
}

/** Asks the application and decodes its answer; its own status becomes the gateway's (spec 04 §2.2, gRPC path). */
async function askApplication(backend: RpcBackend, rpc: Rpc, message: Message, height: bigint) {
  const response = await backend.query({
    path: rpc.fullName,
    data: encode(rpc.request, message),
    height,
    prove: false,
  });
  if (response.code !== 0) {
    const status = response.grpcStatus ?? { code: GrpcCode.unknown, message: response.log };
    throw new GrpcError(status.code, status.message);
  }
  return { message: decode(rpc.response, response.value) as Message, height: response.height };
}

/** The REST server, not listening yet. */
export async function createRestServer(options: RestServerOptions): Promise<FastifyInstance> {
  const { backend, logger, addresses } = options;
  const handlers: Handlers = { ...txService, ...nodeServices(options.consensusAddresses) };
  const router = new RestRouter();
  const server = await createHttpServer();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));

  const fail = (reply: FastifyReply, error: unknown): FastifyReply => {
    const known = knownRestError(error);
    if (known === undefined) logger.error("a REST handler failed", {}, error);
    const { status, body } = known ?? restError(GrpcCode.internal, "internal error");
    return reply.code(status).send(body);
  };

  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      const url = new URL(request.url.replace(/^\/+/, "/"), "http://node");
      const match = router.match(request.method, url.pathname);
      if (match === undefined) throw new GrpcError(GrpcCode.unimplemented, "Not Implemented");
      const parts = { query: url.searchParams, body: parseBody(request.body) };
      const message = requestMessage(match, parts, { addresses });
      const run = Object.hasOwn(handlers, match.rpc.fullName) ? handlers[match.rpc.fullName] : undefined;
      const answer =
        run === undefined
          ? await askApplication(backend, match.rpc, message, wantedHeight(request))
          : { message: await run(backend, message), height: backend.engine.latestHeight() };
      reply.header("Grpc-Metadata-X-Cosmos-Block-Height", answer.height.toString());
      return await reply.send(toGogoJson(match.rpc.response, answer.message, { addresses }));
    } catch (error) {
      return fail(reply, error);
    }
  };
  server.route({ method: ["GET", "POST", "PUT", "DELETE", "PATCH"], url: "/*", handler: serve });
  server.setErrorHandler((error, _request, reply) => {
    const tooLarge = (error as { statusCode?: number }).statusCode === 413;
    const text = tooLarge ? "the request body is too large" : "the request could not be read";
    const { status, body } = restError(GrpcCode.invalidArgument, text);
    return reply.code(status).send(body);
  });
  return server;
}
