/**
 * Clock interface. Only rooms outside the state machine may hold one.
 * @module
 */

/** Source of wall-clock time. */
export interface Clock {
  /** Nanoseconds since the Unix epoch. */
  now(): bigint;
}
