/**
 * Bounds on what one call may return. Upstream has none but the memory of the contract and of its enclave (spec 03 §2.1).
 * A result costs nothing by itself, though: it is parsed, encrypted piece by piece, carried over the boundary and kept in
 * every node's history. The bounds are far above what contracts return; beyond them a result is
 * `failed to deserialize data`.
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";

/** Bytes of an output: response, error, or answer of a query. */
export const MAX_OUTPUT_BYTES = 4_194_304;
export const MAX_MESSAGES = 4_096;
export const MAX_EVENTS = 4_096;
/** Attributes of the response and of all its events. */
export const MAX_ATTRIBUTES = 16_384;

/** Refuses more than `limit` of something. */
export function bounded(count: number, limit: number, what: string): void {
  if (count > limit) throw new EnclaveError("FailedToDeserialize", { check: `too many ${what} in an output` });
}
