/**
 * Finds the public test data that is kept beside the repository and never copied into it.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const beside = fileURLToPath(new URL("../../../shared", import.meta.url));

/** Absolute path of a file or folder of the shared data, or undefined when it is not there. */
export function sharedFile(...parts: readonly string[]): string | undefined {
  const path = join(process.env.ENCLAVENET_SHARED ?? beside, ...parts);
  return existsSync(path) ? path : undefined;
}
