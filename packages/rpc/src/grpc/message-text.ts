/**
 * `grpc-message`: percent-encoded as gRPC's HTTP/2 protocol says, which is printable ASCII but for the percent sign as it is.
 * Connect encodes punctuation too, and clients that undo no more than they must (grpc-js) would show `%3A` for a colon.
 * @module
 */

/** The text without halves of surrogate pairs, which encodeURIComponent refuses. */
export function wellFormed(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

/** The text as a value of `grpc-message`. */
export function encodeStatusText(text: string): string {
  return wellFormed(text).replace(/[^ -$&-~]+/g, encodeURIComponent);
}

/** Spells the status in trailers of Connect as gRPC does. */
export function respellStatus(trailer: Headers): void {
  const text = trailer.get("grpc-message");
  if (text !== null) trailer.set("grpc-message", encodeStatusText(decodeURIComponent(text)));
}
