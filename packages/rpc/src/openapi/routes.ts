/**
 * Routes of the document: for tools at `/openapi.json`, for people at `/swagger/`, where upstream has its own.
 * @module
 */
import type { Rpc } from "@enclavenet/proto";
import type { FastifyInstance } from "fastify";
import { openApiDocument } from "./document.ts";
import { openApiPage } from "./page.ts";
import { PAGE_SCRIPT } from "./page-script.ts";

/** Nothing from elsewhere, and nothing but calls of this server. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'";

/** What is made once, when somebody asks for it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Adds the routes; `version` is the node's. */
export function addOpenApiRoutes(server: FastifyInstance, served: readonly Rpc[], version: string): void {
  const document = once(() => openApiDocument(served, version));
  const json = once(() => JSON.stringify(document()));
  const page = once(() => openApiPage(document()));
  server.get("/openapi.json", (_request, reply) => reply.type("application/json").send(json()));
  server.get("/swagger", (_request, reply) =>
    reply.header("content-security-policy", POLICY).type("text/html; charset=utf-8").send(page()),
  );
  server.get("/swagger/page.js", (_request, reply) => reply.type("text/javascript; charset=utf-8").send(PAGE_SCRIPT));
}
