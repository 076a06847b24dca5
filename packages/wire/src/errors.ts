/**
 * Errors of the strict codecs.
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** Bytes or text that the codec does not accept. */
export class WireError extends LocalError {
  constructor(message: string) {
    super("WIRE_DECODE", message);
  }
}
