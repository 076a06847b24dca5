/**
 * The CometBFT RPC over HTTP: JSON-RPC 2.0 on POST /, and one GET route per method (spec 04 §5.1).
 * @module
 */
import type { Logger } from "@enclavenet/common";
import type { FastifyInstance } from "fastify";
import type { RpcBackend } from "../backend.ts";
import { createHttpServer } from "../server/http.ts";
import { errorObject, RpcError, rpcError } from "./errors.ts";
import { methods } from "./methods.ts";
import type { RawParams } from "./params.ts";

/** Requests in one batch. */
const MAX_BATCH = 100;

/** Parameter names of methods that are called with a JSON array. */
const POSITIONAL: Readonly<Record<string, readonly string[]>> = {
  abci_query: ["path", "data", "height", "prove"],
  block: ["height"],
  block_results: ["height"],
  commit: ["height"],
  validators: ["height", "page", "per_page"],
  tx: ["hash", "prove"],
  broadcast_tx_sync: ["tx"],
  broadcast_tx_async: ["tx"],
  broadcast_tx_commit: ["tx"],
};

type JsonId = string | number | null;

function jsonParams(method: string, params: unknown): RawParams {
  if (params === undefined || params === null) return { form: "json", values: {} };
  if (Array.isArray(params)) {
    const names = Object.hasOwn(POSITIONAL, method) ? (POSITIONAL[method] ?? []) : [];
    if (params.length > names.length) throw rpcError("invalidParams", "too many parameters");
    return { form: "json", values: Object.fromEntries(params.map((value, i) => [names[i] as string, value])) };
  }
  if (typeof params !== "object") throw rpcError("invalidParams", "params must be an object or an array");
  return { form: "json", values: params as Record<string, unknown> };
}

function lookUp(method: unknown) {
  if (typeof method !== "string" || !Object.hasOwn(methods, method)) throw rpcError("methodNotFound", "");
  return { name: method, run: methods[method] as NonNullable<(typeof methods)[string]> };
}

/** Answers one request object; undefined for a notification. */
async function answer(backend: RpcBackend, logger: Logger, request: unknown): Promise<unknown> {
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    return { jsonrpc: "2.0", id: null, error: errorObject(rpcError("invalidRequest", "not a request object")) };
  }
  const { id, method, params } = request as { id?: unknown; method?: unknown; params?: unknown };
  if (id === undefined) return undefined;
  const reply = { jsonrpc: "2.0", id: typeof id === "string" || typeof id === "number" ? (id as JsonId) : null };
  try {
    const { name, run } = lookUp(method);
    return { ...reply, result: await run(backend, jsonParams(name, params)) };
  } catch (error) {
    if (!(error instanceof RpcError)) logger.warn("an RPC method failed", {}, error);
    return { ...reply, error: errorObject(error) };
  }
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw rpcError("parse", "invalid JSON");
  }
}

function registerPost(server: FastifyInstance, backend: RpcBackend, logger: Logger): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  server.post("/", async (request, reply) => {
    let body: unknown;
    try {
      body = parseBody(typeof request.body === "string" ? request.body : "");
    } catch (error) {
      return reply.code(500).send({ jsonrpc: "2.0", id: null, error: errorObject(error) });
    }
    if (!Array.isArray(body)) return (await answer(backend, logger, body)) ?? reply.code(200).send("");
    if (body.length > MAX_BATCH) {
      const error = errorObject(rpcError("invalidRequest", `a batch holds at most ${MAX_BATCH} requests`));
      return { jsonrpc: "2.0", id: null, error };
    }
    const answers = [];
    for (const request of body) answers.push(await answer(backend, logger, request));
    return answers.filter((one) => one !== undefined);
  });
}

function registerGet(server: FastifyInstance, backend: RpcBackend, logger: Logger): void {
  for (const [name, run] of Object.entries(methods)) {
    server.get(`/${name}`, async (request, reply) => {
      const values = Object.fromEntries(new URL(request.url, "http://node").searchParams);
      try {
        return { jsonrpc: "2.0", id: -1, result: await run(backend, { form: "uri", values }) };
      } catch (error) {
        if (!(error instanceof RpcError)) logger.warn("an RPC method failed", {}, error);
        return reply.code(500).send({ jsonrpc: "2.0", id: -1, error: errorObject(error) });
      }
    });
  }
  server.get("/", async (_request, reply) => {
    const lines = Object.keys(methods).map((name) => `<a href="/${name}">/${name}</a><br>`);
    return reply.type("text/html").send(`<html><body>Available endpoints:<br>${lines.join("\n")}</body></html>`);
  });
}

/** The RPC server, not listening yet. */
export async function createCometRpcServer(backend: RpcBackend, logger: Logger): Promise<FastifyInstance> {
  const server = await createHttpServer();
  registerPost(server, backend, logger);
  registerGet(server, backend, logger);
  server.setNotFoundHandler((_request, reply) => {
    const error = errorObject(rpcError("methodNotFound", ""));
    return reply.code(404).send({ jsonrpc: "2.0", id: -1, error });
  });
  server.setErrorHandler((_error, _request, reply) => {
    const error = errorObject(rpcError("invalidRequest", "the request could not be read"));
    return reply.code(400).send({ jsonrpc: "2.0", id: -1, error });
  });
  return server;
}
