/**
 * Errors that stop production: what the application must not do, and the application being gone.
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** The application failed to answer. */
export function applicationFailed(call: string, cause: unknown): LocalError {
  if (cause instanceof Error && cause.name === "LocalError") return cause as LocalError;
  return new LocalError("APP_FAILED", `the application failed in ${call}`, {
    cause,
    fix: "see the cause; restarting the node replays the block",
  });
}

/** The application answered what no correct application answers. */
export function applicationMisbehaved(message: string): LocalError {
  return new LocalError("APP_MISBEHAVED", message, { fix: "this is a defect of the application: please report it" });
}

/** Application and blocks belong to different histories. */
export function diverged(message: string): LocalError {
  return new LocalError("APP_HASH_MISMATCH", message, {
    fix: "application data and chain data are not of one history: restore both from one backup, or reset the chain",
  });
}

/** Any error as a LocalError. */
export function asLocalError(error: unknown): LocalError {
  if (error instanceof Error && error.name === "LocalError") return error as LocalError;
  return new LocalError("ENGINE_FAILED", "block production failed", { cause: error });
}
