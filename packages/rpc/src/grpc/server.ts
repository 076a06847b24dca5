/**
 * gRPC over HTTP/2 in clear, and gRPC-web over HTTP/1.1 with open CORS (spec 04 §3.1: ports 9090 and 9091).
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import type { Server } from "node:net";
import { cors } from "@connectrpc/connect";
import type { Logger } from "@enclavenet/common";
import type { AddressCodec } from "@enclavenet/proto";
import type { RpcBackend } from "../backend.ts";
import { type ListenAddress, refuseConnection } from "../server/http.ts";
import { Services } from "../services/services.ts";
import { createDispatcher } from "./dispatch.ts";
import { HEIGHT_METADATA } from "./height.ts";
import {
  CallBudget,
  GRACE_MS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  MAX_STREAMS,
  TIMEOUTS,
  type Timeouts,
} from "./limits.ts";
import { callTable, type Protocol } from "./router.ts";

export interface GrpcServerOptions {
  readonly backend: RpcBackend;
  readonly logger: Logger;
  /** Validators' consensus addresses. */
  readonly consensusAddresses: AddressCodec;
  /** Calls that run at once, and bytes of requests that are held at once. */
  readonly budget?: CallBudget;
  readonly timeouts?: Timeouts;
}

export interface GrpcServer {
  readonly server: Server;
  listen(address: ListenAddress): Promise<void>;
  /** Ends all calls and connections. */
  close(): Promise<void>;
}

function listenOn(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function dispatcher(protocol: Protocol, options: GrpcServerOptions) {
  const { logger, budget = new CallBudget(), timeouts = TIMEOUTS } = options;
  const table = callTable(protocol, new Services(options), logger);
  return createDispatcher({ protocol, table, budget, logger, timeouts });
}

/**
 * Ends a connection on which nothing happens. Also those that Node keeps after some errors of the protocol: it neither reads from
 * them, so that it does not see the other side leave, nor closes them.
 */
function endSession(session: ServerHttp2Session): void {
  session.close();
  const timer = setTimeout(() => session.destroy(), GRACE_MS).unref();
  session.once("close", () => clearTimeout(timer));
}

/** The gRPC server, not listening yet. */
export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  const { idleMs } = options.timeouts ?? TIMEOUTS;
  const settings = { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES };
  const server = createHttp2Server({ settings }, dispatcher("grpc", options));
  server.maxConnections = MAX_CONNECTIONS;
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.setTimeout(idleMs, () => endSession(session));
  });
  return {
    server,
    listen: (address) => listenOn(server, address),
    async close() {
      const end = closed(server);
      for (const session of sessions) session.destroy();
      await end;
    },
  };
}

/** Any page may call, with any header, and see the status and the height. */
function allowOrigins(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-expose-headers", [...cors.exposedHeaders, HEIGHT_METADATA].join(", "));
  if (request.method !== "OPTIONS") return;
  response.setHeader("access-control-allow-methods", "POST, OPTIONS");
  response.setHeader("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "*");
  response.setHeader("access-control-max-age", "7200");
}

/** The gRPC-web server, not listening yet. */
export function createGrpcWebServer(options: GrpcServerOptions): GrpcServer {
  const dispatch = dispatcher("grpc-web", options);
  const server = createServer({ requestTimeout: (options.timeouts ?? TIMEOUTS).requestMs }, (request, response) => {
    allowOrigins(request, response);
    if (request.method === "OPTIONS") response.writeHead(204).end();
    else dispatch(request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    refuseConnection(socket as Parameters<typeof refuseConnection>[0], error.code, {
      message: "malformed HTTP request",
    });
  });
  return {
    server,
    listen: (address) => listenOn(server, address),
    async close() {
      const end = closed(server);
      server.closeAllConnections();
      await end;
    },
  };
}
