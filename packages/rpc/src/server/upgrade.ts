/**
 * Requests that offer another protocol and are served in this one. A server may ignore `Upgrade` (RFC 9110 §7.8), and some
 * HTTP clients offer HTTP/2 with every request; but Node takes each such request from the server that listens to upgrades.
 * @module
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** Headers that made it an upgrade. */
const OFFERS: ReadonlySet<string> = new Set(["connection", "upgrade", "http2-settings"]);

/** Gives the request back to the server, as if it had not offered anything. */
export function continueWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!OFFERS.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[i + 1]}`);
  }
  const start = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  socket.unshift(Buffer.concat([start, head]));
  server.emit("connection", socket);
}
