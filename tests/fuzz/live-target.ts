/** Targets of the long run that live in another process. */
import type fc from "fast-check";

/** A target whose inputs go to another process. */
export interface LiveTarget {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Uint8Array>;
  /** Throws for an answer that nobody should give. */
  attempt(bytes: Uint8Array): Promise<void>;
  /** Throws unless the process works as before. */
  finish(): Promise<void>;
}

export function demand(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}
