/**
 * How a home gets from one format to the next. Steps are never changed or removed once released: step n leads from format n
 * to format n + 1, and a home of any age goes through all that it lacks.
 * @module
 */

/** One step. Running it again after a stop in its middle must do no harm. */
export interface Migration {
  readonly name: string;
  /** Changes what lies in the home; absent when only the stamp tells the formats apart. */
  readonly run?: (directory: string) => void;
}

/** All steps in order. */
export const MIGRATIONS: readonly Migration[] = [
  /**
   * Homes of format 0 have no stamp. Their databases and the keychain carried numbers from the beginning; the enclave's
   * progress record gets its number from the enclave itself, which alone can open it.
   */
  { name: "stamp a home that has none" },
];
