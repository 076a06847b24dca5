/**
 * JSON as a source sends it.
 * @module
 */
import { malformed } from "./errors.ts";

/** JSON that a source sent. Throws LocalError `FOLLOW_RESPONSE`. */
export function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("it is not JSON");
  }
}
