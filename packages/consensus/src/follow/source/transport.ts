/**
 * One POST to a node's RPC, with a limit on time and on size: a source is not trusted to end what it says.
 * @module
 */

import { timedOut, tooLarge, unreachable } from "./errors.ts";
import { type OpenHeads, websocketHeads } from "./heads.ts";

/** Limits of one request. */
export interface RequestLimits {
  readonly maxBytes: number;
  /** From the first byte sent to the last one received. */
  readonly timeoutMs: number;
  /** Ends the request early. */
  readonly signal: AbortSignal;
}

/** Reaches one source. */
export interface RpcTransport {
  readonly url: string;
  /** Text of the answer. Throws LocalError `FOLLOW_UNREACHABLE`, `FOLLOW_TIMEOUT`, `FOLLOW_TOO_LARGE`. */
  post(body: string, limits: RequestLimits): Promise<string>;
  /** Subscribes to new headers. */
  readonly heads?: OpenHeads;
}

/** The body as text; stops reading once it is too large. */
async function readText(url: string, body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    // Leaving the loop cancels the stream, and with it the connection.
    if (length > maxBytes) throw tooLarge(url, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A node's RPC over HTTP and websocket. Redirects are not followed. */
export function httpTransport(url: string): RpcTransport {
  return {
    url,
    heads: websocketHeads(url),
    async post(body, { maxBytes, timeoutMs, signal }) {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(url, {
          method: "POST",
          body,
          headers: { "content-type": "application/json", "accept-encoding": "identity" },
          redirect: "error",
          signal: AbortSignal.any([timeout, signal]),
        });
        return await readText(url, response.body, maxBytes);
      } catch (error) {
        if (error instanceof Error && error.name === "LocalError") throw error;
        throw timeout.aborted ? timedOut(url, timeoutMs) : unreachable(url, error);
      }
    },
  };
}
