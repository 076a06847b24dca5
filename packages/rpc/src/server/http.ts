/**
 * Settings that every HTTP server of the node shares: body limits, permissive CORS as LocalSecret has it, loopback.
 * @module
 */

import { LocalError } from "@enclavenet/common";
import cors from "@fastify/cors";
import fastify, { type FastifyInstance } from "fastify";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Largest request body: a 2 MiB contract in base64 with room for the rest. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A server without routes. Query strings and bodies are parsed by the routes themselves. */
export async function createHttpServer(): Promise<FastifyInstance> {
  const server = fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 4096, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true },
  });
  await server.register(cors, {
    origin: "*",
    methods: ["GET", "POST", "OPTIONS"],
    exposedHeaders: ["Grpc-Metadata-X-Cosmos-Block-Height"],
    optionsSuccessStatus: 204,
  });
  return server;
}

/** Listens. Throws LocalError `PORT_IN_USE` that names the port and the option that changes it. */
export async function listen(server: FastifyInstance, address: ListenAddress, option: string): Promise<number> {
  try {
    await server.listen({ host: address.host, port: address.port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const reason = code === "EADDRINUSE" ? "is in use" : "may not be used by this user";
    throw new LocalError("PORT_IN_USE", `port ${address.port} ${reason}`, {
      fix: `choose another one with ${option}`,
    });
  }
  const bound = server.server.address();
  return typeof bound === "object" && bound !== null ? bound.port : address.port;
}
