/**
 * Clock interface. Only rooms outside the state machine may hold one. Times are nanoseconds since the Unix epoch everywhere.
 * @module
 */

export const NANOS_PER_SECOND = 1_000_000_000n;

/** Source of wall-clock time. */
export interface Clock {
  /** Nanoseconds since the Unix epoch. */
  now(): bigint;
}
