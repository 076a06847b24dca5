/**
 * What a refusal of this room looks like.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { expect } from "vitest";

/** The error that every decoder here throws, and nothing else. */
export const wireError: unknown = expect.objectContaining({ name: "LocalError", code: "WIRE_DECODE" });

/** The value, or undefined for a refusal. Any other error is a defect and passes through. */
export function accepted<T>(attempt: () => T): { readonly value: T } | undefined {
  try {
    return { value: attempt() };
  } catch (error) {
    if (LocalError.is(error, "WIRE_DECODE")) return undefined;
    throw error;
  }
}
