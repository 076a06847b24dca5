/**
 * The CometBFT RPC: JSON-RPC 2.0 on POST /, one GET route per method, and the websocket (spec 04 §5.1).
 * @module
 */
import type { Logger } from "@enclavenet/common";
import type { FastifyInstance } from "fastify";
import type { RpcBackend } from "../backend.ts";
import { createHttpServer, type HttpAnswer, type HttpProblem } from "../server/http.ts";
import { parseTarget } from "../server/url.ts";
import { errorObject, type RpcError, rpcError } from "./errors.ts";
import { answerBody, failure } from "./json-rpc.ts";
import type { RpcMethod } from "./method.ts";
import { findMethod, methodNames } from "./methods.ts";
import { uriParams } from "./params.ts";
import { attachWebsocket } from "./websocket/attach.ts";
import { WEBSOCKET_LIMITS, type WebsocketLimits } from "./websocket/limits.ts";

/** Id of every answer to the URI form. */
const URI_ID = -1;

function problemAnswer(status: number, error: RpcError): HttpAnswer {
  return { status, body: { jsonrpc: "2.0", id: URI_ID, error: errorObject(error) } };
}

function rpcProblem(kind: HttpProblem): HttpAnswer {
  switch (kind) {
    case "bad-request":
      return problemAnswer(400, rpcError("invalidRequest", "malformed HTTP request"));
    case "too-large":
      return problemAnswer(400, rpcError("invalidRequest", "error reading request body: http: request body too large"));
    case "not-found":
      return problemAnswer(404, rpcError("methodNotFound", ""));
    case "internal":
      return problemAnswer(500, rpcError("internal", "internal error"));
  }
}

function parseBody(body: unknown): unknown {
  try {
    return JSON.parse(typeof body === "string" ? body : "");
  } catch {
    throw rpcError("parse", "the body is not valid JSON");
  }
}

function registerPost(server: FastifyInstance, backend: RpcBackend, logger: Logger): void {
  server.post("/", async (request, reply) => {
    let body: unknown;
    try {
      body = parseBody(request.body);
    } catch (error) {
      return reply.code(500).send(failure(logger, null, error));
    }
    const answer = await answerBody(backend, logger, body);
    return answer === undefined ? reply.code(200).send() : reply.type("application/json").send(answer);
  });
}

function registerGet(server: FastifyInstance, backend: RpcBackend, logger: Logger): void {
  for (const name of methodNames) {
    const { run } = findMethod(name) as RpcMethod;
    server.get(`/${name}`, async (request, reply) => {
      try {
        const params = uriParams(parseTarget(request.url).query);
        return { jsonrpc: "2.0", id: URI_ID, result: await run(backend, params, URI_ID) };
      } catch (error) {
        return reply.code(500).send(failure(logger, URI_ID, error));
      }
    });
  }
  server.get("/", async (_request, reply) => {
    const lines = methodNames.map((name) => `<a href="/${name}">/${name}</a><br>`);
    return reply.type("text/html").send(`<html><body>Available endpoints:<br>${lines.join("\n")}</body></html>`);
  });
}

/** The RPC server, not listening yet. `limits` replace single limits of the websocket. */
export async function createCometRpcServer(
  backend: RpcBackend,
  logger: Logger,
  limits: Partial<WebsocketLimits> = {},
): Promise<FastifyInstance> {
  const server = await createHttpServer({ logger, problem: rpcProblem });
  registerPost(server, backend, logger);
  registerGet(server, backend, logger);
  attachWebsocket(server, backend, { ...WEBSOCKET_LIMITS, ...limits }, logger);
  return server;
}
