/**
 * Why a source of blocks failed. Each of these is the source's failure, not this node's: nothing was executed, and another
 * source, or the same one later, may do better.
 * @module
 */
import { LocalError } from "@enclavenet/common";

const MAX_TEXT = 200;

/** What a source said, fit for a log: bounded, on one line, without control characters. */
export function quoted(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return JSON.stringify(short);
}

export function unreachable(url: string, cause: unknown): LocalError {
  return new LocalError("FOLLOW_UNREACHABLE", `${url} does not answer`, {
    fix: "check the URL, and that the node there is running",
    cause,
  });
}

export function timedOut(url: string, ms: number): LocalError {
  return new LocalError("FOLLOW_TIMEOUT", `${url} did not answer in full within ${ms} ms`);
}

export function tooLarge(url: string, maxBytes: number): LocalError {
  return new LocalError("FOLLOW_TOO_LARGE", `${url} answered more than ${maxBytes} bytes`);
}

/** The answer is not what CometBFT's RPC answers. */
export function malformed(what: string): LocalError {
  return new LocalError("FOLLOW_RESPONSE", `the answer is malformed: ${what}`);
}

/** The answer is a JSON-RPC error. */
export function refused(method: string, text: string): LocalError {
  return new LocalError("FOLLOW_REFUSED", `${method} was refused: ${quoted(text)}`);
}

export function otherNetwork(what: string): LocalError {
  return new LocalError("FOLLOW_GENESIS", `the source serves another network: ${what}`, {
    fix: "give --follow the RPC of a node of this home's network, or use another --home",
  });
}
