/**
 * What every HTTP server of the node shares: limits, permissive CORS as LocalSecret has it (spec 04 §2.2), one shape of
 * answer per server for everything that goes wrong outside of its handlers, and no stack in any of them.
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server, Socket } from "node:net";
import { LocalError, type Logger } from "@enclavenet/common";
import cors from "@fastify/cors";
import fastify, { type FastifyInstance, type FastifyReply } from "fastify";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Largest request body: a 2 MiB contract in base64 with room for the rest. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** What is thrown away of a body that is too large, so that its sender comes to read the answer. */
const MAX_DISCARDED_BYTES = 4 * MAX_BODY_BYTES;

/** A request must have arrived within this time, or a slow sender could hold connections for ever. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Longer paths than Node accepts headers for; every path is the routes' own business. */
const MAX_PARAM_LENGTH = 65_536;

/** What goes wrong before or after a handler. */
export type HttpProblem = "bad-request" | "too-large" | "not-found" | "internal";

/** Status and JSON body of an answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: object;
}

/** Another protocol on the same port. */
export interface OtherProtocol {
  takes(request: IncomingMessage): boolean;
  serve(request: IncomingMessage, response: ServerResponse): void;
}

export interface HttpServerOptions {
  readonly logger: Logger;
  /** Takes requests before anything of this server sees them. */
  readonly other?: OtherProtocol;
  /** How this server words a problem. */
  problem(kind: HttpProblem): HttpAnswer;
}

/** Gateway and CometBFT name the type without a charset; fastify adds one. */
const JSON_TYPE = "application/json";

function problemOf(error: unknown): HttpProblem {
  const { statusCode } = error as { readonly statusCode?: number };
  if (statusCode === 413) return "too-large";
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? "bad-request" : "internal";
}

/** Answers bytes that are not HTTP, headers beyond Node's limit and senders that are too slow; then hangs up. */
export function refuseConnection(socket: Socket, code: string | undefined, body: object): void {
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    code === "HPE_HEADER_OVERFLOW"
      ? "431 Request Header Fields Too Large"
      : code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? "408 Request Timeout"
        : "400 Bad Request";
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 ${status}\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`;
  socket.end(`${head}Connection: close\r\n\r\n${text}`);
}

/**
 * Reads on without keeping anything. The connection closes with the answer, and bytes that nobody read would make the system
 * reset it: the sender would see a broken pipe instead of the answer.
 */
function discardRest(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let discarded = 0;
    if (request.readableEnded || request.destroyed) resolve();
    request.once("close", resolve).once("end", resolve);
    request.on("data", (chunk: Buffer) => {
      discarded += chunk.length;
      if (discarded > MAX_DISCARDED_BYTES) resolve();
    });
    request.resume();
  });
}

/** Hands over what another protocol takes. */
function handOver(server: FastifyInstance, other: OtherProtocol): void {
  server.addHook("onRequest", async (request, reply) => {
    if (!other.takes(request.raw)) return;
    reply.hijack();
    other.serve(request.raw, reply.raw);
  });
}

/** A server without routes. Query strings and bodies are parsed by the routes themselves; bodies arrive as text. */
export async function createHttpServer({ logger, other, problem }: HttpServerOptions): Promise<FastifyInstance> {
  const answer = (reply: FastifyReply, kind: HttpProblem): FastifyReply => {
    const { status, body } = problem(kind);
    return reply.code(status).send(body);
  };
  const server: FastifyInstance = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true },
    // No hook runs for a target that cannot be decoded; bytes keep the type as it is.
    frameworkErrors: (_error, _request, reply) => {
      const { status, body } = problem("bad-request");
      void (reply as FastifyReply)
        .code(status)
        .type(JSON_TYPE)
        .send(Buffer.from(JSON.stringify(body)));
    },
    clientErrorHandler: (error, socket) => refuseConnection(socket, error.code, problem("bad-request").body),
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  if (other !== undefined) handOver(server, other);
  server.addHook("onRequest", async (request) => {
    // Bodies are JSON whatever their type says; fastify would refuse a type that it cannot parse.
    if (request.headers["content-type"] !== undefined) request.headers["content-type"] = JSON_TYPE;
  });
  server.addHook("onSend", async (_request, reply) => {
    if (String(reply.getHeader("content-type") ?? "").startsWith(JSON_TYPE)) reply.header("content-type", JSON_TYPE);
  });
  server.setNotFoundHandler((_request, reply) => answer(reply, "not-found"));
  server.setErrorHandler(async (error, request, reply) => {
    const kind = problemOf(error);
    if (kind === "too-large") await discardRest(request.raw);
    if (kind === "internal") logger.error("a request could not be served", {}, error);
    return answer(reply, kind);
  });
  await server.register(cors, {
    origin: "*",
    methods: ["GET", "POST", "OPTIONS"],
    exposedHeaders: ["Grpc-Metadata-X-Cosmos-Block-Height"],
    optionsSuccessStatus: 204,
    strictPreflight: false,
  });
  return server;
}

/** Any of the node's servers. */
export interface ListeningServer {
  readonly server: Pick<Server, "address">;
  listen(address: { host: string; port: number }): Promise<unknown>;
}

/** Listens. Throws LocalError `PORT_IN_USE` that names the port and the option that changes it. */
export async function listen(server: ListeningServer, address: ListenAddress, option: string): Promise<number> {
  try {
    await server.listen({ host: address.host, port: address.port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const reason = code === "EADDRINUSE" ? "is in use" : "may not be used by this user";
    throw new LocalError("PORT_IN_USE", `port ${address.port} ${reason}`, {
      fix: `choose another one with ${option}, or move all ports with --port-offset`,
    });
  }
  const bound = server.server.address();
  return typeof bound === "object" && bound !== null ? bound.port : address.port;
}
