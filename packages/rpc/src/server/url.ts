/**
 * Path and query of a request target. Not the URL class: it takes `//x` and `/\x` for a host, and refuses some.
 * @module
 */

export interface RequestTarget {
  /** As sent, percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Splits at the first question mark. */
export function parseTarget(target: string): RequestTarget {
  const at = target.indexOf("?");
  if (at < 0) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, at), query: new URLSearchParams(target.slice(at + 1)) };
}
