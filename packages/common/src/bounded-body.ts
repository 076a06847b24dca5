/**
 * The body of an answer over HTTP from somebody who is not trusted to end what he says.
 * @module
 */
import { joinBytes } from "./bytes.ts";

/**
 * All of it; undefined when it is more than `maxBytes`. Throws the reason of `signal` when that is aborted: once headers are there, fetch
 * holds its signal weakly, and a collection of garbage cuts it off, so that whoever reads has to watch it too.
 */
export async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (body === null) return new Uint8Array(0);
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // Also when it comes after the last byte.
  aborted.catch(() => undefined);
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), aborted]);
      if (done) return joinBytes(chunks);
      length += value.length;
      if (length > maxBytes) return undefined;
      chunks.push(value);
    }
  } finally {
    // And with the stream the connection.
    void reader.cancel().catch(() => undefined);
  }
}
