/**
 * Failures of the disk in words, wherever they were met: in Node's file calls (codes such as ENOSPC), in LMDB (errno numbers),
 * or deep in the causes of another error.
 * @module
 */
import { LocalError } from "./errors.ts";

type Trouble = "full" | "limit" | "readOnly" | "failing";

/** LMDB answers errno numbers, which Linux and macOS share but for the quota's. */
const TROUBLES = new Map<unknown, Trouble>([
  ["ENOSPC", "full"],
  [28, "full"],
  ["EDQUOT", "full"],
  [122, "full"],
  ["EFBIG", "limit"],
  [27, "limit"],
  ["EROFS", "readOnly"],
  [30, "readOnly"],
  ["EIO", "failing"],
  [5, "failing"],
]);

const CODES = ["DISK_FULL", "DISK_LIMIT", "DISK_READ_ONLY", "DISK_FAILED"];
const NOTHING_LOST = "and start the node again: nothing that it has acknowledged is lost";
const DEEPEST_CAUSE = 10;

function describe(trouble: Trouble, where: string, cause: unknown): LocalError {
  switch (trouble) {
    case "full":
      return new LocalError("DISK_FULL", `the disk is full: ${where} cannot be written`, {
        fix: `free some space ${NOTHING_LOST}`,
        cause,
      });
    case "limit":
      return new LocalError("DISK_LIMIT", `${where} has reached the limit of this process on file sizes`, {
        fix: `raise the limit (ulimit -f unlimited) ${NOTHING_LOST}`,
        cause,
      });
    case "readOnly":
      return new LocalError("DISK_READ_ONLY", `${where} is on a read-only file system`, {
        fix: "make it writable, or give another directory with --home",
        cause,
      });
    case "failing":
      // LMDB says so of a write that was cut short, as one is that the disk has no room for.
      return new LocalError("DISK_FAILED", `${where} cannot be written: the disk is full or limited, or it fails`, {
        fix: `free some space, or have the disk checked, ${NOTHING_LOST}`,
        cause,
      });
  }
}

/**
 * The disk's failure in `error` or in its causes as LocalError `DISK_FULL`, `DISK_LIMIT`, `DISK_READ_ONLY` or
 * `DISK_FAILED`; undefined when there is none. `path` is what was being written, if the caller knows.
 */
export function diskError(error: unknown, path?: string): LocalError | undefined {
  let at = error;
  for (let depth = 0; at instanceof Error && depth < DEEPEST_CAUSE; depth++) {
    const { code, path: own } = at as { code?: unknown; path?: unknown };
    if (CODES.some((known) => LocalError.is(at, known))) return at as LocalError;
    const trouble = TROUBLES.get(code);
    if (trouble !== undefined) {
      return describe(trouble, path ?? (typeof own === "string" ? own : "the node's data"), error);
    }
    at = at.cause;
  }
  return undefined;
}

/** Runs `write`; what the disk refuses is thrown as {@link diskError} says it, anything else as it is. */
export function naming<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw diskError(error, path) ?? error;
  }
}
