/**
 * The websocket endpoint `/websocket` on the RPC server's port (spec 04 §5.1). Every origin is allowed, as on HTTP.
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "@enclavenet/common";
import type { FastifyInstance } from "fastify";
import { WebSocketServer } from "ws";
import type { RpcBackend } from "../../backend.ts";
import { continueWithoutUpgrade } from "../../server/upgrade.ts";
import { parseTarget } from "../../server/url.ts";
import { WebsocketConnection } from "./connection.ts";
import type { WebsocketLimits } from "./limits.ts";
import { SubscriptionBus } from "./subscriptions.ts";

const PATH = "/websocket";

/** "going away" (RFC 6455 §7.4.1). */
const GOING_AWAY = 1001;

/** How long clients have to close their end. */
const CLOSE_MS = 500;

function wantsWebsocket({ headers, url = "" }: IncomingMessage): boolean {
  const path = parseTarget(url).path.replace(/\/+/g, "/").replace(/\/$/, "");
  return headers.upgrade?.toLowerCase() === "websocket" && path === PATH;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Answers upgrade requests of `server`, which need not listen yet. */
export function attachWebsocket(
  server: FastifyInstance,
  backend: RpcBackend,
  limits: WebsocketLimits,
  logger: Logger,
): void {
  const sockets = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, autoPong: false },
    maxPayload: limits.maxMessageBytes,
  });
  const bus = new SubscriptionBus(backend.engine, limits, logger);
  const parts = { backend, bus, limits, logger, shared: { bytes: 0 } };
  const open = new Map<WebsocketConnection, () => void>();
  let closing = false;

  server.server.on("upgrade", (request, socket, head) => {
    // A client that hangs up during the handshake.
    socket.on("error", () => socket.destroy());
    if (!wantsWebsocket(request)) return continueWithoutUpgrade(server.server, request, socket, head);
    if (closing || open.size >= limits.maxConnections) return refuse(socket, "503 Service Unavailable");
    sockets.handleUpgrade(request, socket, head, (client) => {
      const connection = new WebsocketConnection(client, parts);
      open.set(connection, () => {
        client.close(GOING_AWAY);
        setTimeout(() => client.terminate(), CLOSE_MS).unref();
      });
      client.once("close", () => open.delete(connection));
    });
  });
  const heart = setInterval(() => {
    for (const connection of [...open.keys()]) connection.beat();
  }, limits.pingPeriodMs);
  heart.unref();
  // Without an offer to upgrade.
  server.get(PATH, async (_request, reply) => reply.code(400).type("text/plain").send("Bad Request\n"));
  server.addHook("preClose", async () => {
    closing = true;
    clearInterval(heart);
    bus.close();
    for (const close of [...open.values()]) close();
  });
}
