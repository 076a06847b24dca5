/**
 * One POST to a node's RPC, with a limit on time and on size: a source is not trusted to end what it says.
 * @module
 */
import { readBounded } from "@enclavenet/common";
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

/** A node's RPC over HTTP and websocket. Redirects are not followed. */
export function httpTransport(url: string): RpcTransport {
  return {
    url,
    heads: websocketHeads(url),
    async post(body, { maxBytes, timeoutMs, signal }) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const ending = AbortSignal.any([timeout, signal]);
      try {
        const response = await fetch(url, {
          method: "POST",
          body,
          headers: { "content-type": "application/json", "accept-encoding": "identity" },
          redirect: "error",
          signal: ending,
        });
        const bytes = await readBounded(response.body, maxBytes, ending);
        if (bytes === undefined) throw tooLarge(url, maxBytes);
        return Buffer.from(bytes).toString("utf8");
      } catch (error) {
        if (error instanceof Error && error.name === "LocalError") throw error;
        throw timeout.aborted ? timedOut(url, timeoutMs) : unreachable(url, error);
      }
    },
  };
}
