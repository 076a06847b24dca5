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

/**
 * The body as text; stops reading once it is too large, or when `ended` rejects. Leaving the loop cancels the stream, and with it the
 * connection.
 */
async function readText(
  url: string,
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  ended: Promise<never>,
): Promise<string> {
  const reader = body?.getReader();
  if (reader === undefined) return "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), ended]);
      if (done) return Buffer.concat(chunks).toString("utf8");
      length += value.length;
      if (length > maxBytes) throw tooLarge(url, maxBytes);
      chunks.push(value);
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/**
 * Runs `use` until the time is up or `signal` is aborted. Once headers are there, fetch holds its signal weakly: a collection of garbage
 * cuts it off, and a source that stops in the middle would be waited for without end. So whoever reads watches `ended` too.
 */
async function withDeadline<T>(
  { timeoutMs, signal }: Omit<RequestLimits, "maxBytes">,
  use: (signal: AbortSignal, ended: Promise<never>) => Promise<T>,
): Promise<T | "timeout"> {
  const controller = new AbortController();
  let isTimeout = false;
  const abort = (): void => controller.abort(new Error("given up"));
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
  });
  ended.catch(() => undefined);
  const timer = setTimeout(() => {
    isTimeout = true;
    abort();
  }, timeoutMs);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  try {
    return await use(controller.signal, ended);
  } catch (error) {
    if (isTimeout) return "timeout";
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

/** A node's RPC over HTTP and websocket. Redirects are not followed. */
export function httpTransport(url: string): RpcTransport {
  return {
    url,
    heads: websocketHeads(url),
    async post(body, { maxBytes, timeoutMs, signal }) {
      try {
        const text = await withDeadline({ timeoutMs, signal }, async (ending, ended) => {
          const response = await fetch(url, {
            method: "POST",
            body,
            headers: { "content-type": "application/json", "accept-encoding": "identity" },
            redirect: "error",
            signal: ending,
          });
          return { answer: await readText(url, response.body, maxBytes, ended) };
        });
        if (text === "timeout") throw timedOut(url, timeoutMs);
        return text.answer;
      } catch (error) {
        if (error instanceof Error && error.name === "LocalError") throw error;
        throw unreachable(url, error);
      }
    },
  };
}
