/**
 * gRPC over HTTP/2 in clear, and gRPC-web over HTTP/1.1 with open CORS (spec 04 §3.1: ports 9090 and 9091).
 * @module
 */
import { createServer } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import type { Server } from "node:net";
import { type ListenAddress, refuseConnection } from "../server/http.ts";
import { GRACE_MS, MAX_CONNECTIONS, MAX_HEADER_BYTES, MAX_STREAMS, TIMEOUTS } from "./limits.ts";
import { createGrpcWebListener, createListener, type GrpcServerOptions } from "./listener.ts";

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
  const server = createHttp2Server({ settings }, createListener("grpc", options));
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

/** The gRPC-web server, not listening yet. */
export function createGrpcWebServer(options: GrpcServerOptions): GrpcServer {
  const { requestMs } = options.timeouts ?? TIMEOUTS;
  const server = createServer({ requestTimeout: requestMs }, createGrpcWebListener(options));
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
