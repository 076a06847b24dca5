/**
 * Copies of what a user of the built command has, in other folders and of other releases.
 * @module
 */
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nextBundle } from "./next-bundle.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const BUNDLE = "packages/enclave/dist/bundles/enclave-development.mjs";

/** The built command with its enclave bundles. */
export function copyCheckout(folder: string): void {
  for (const path of ["node/bin", "node/dist", "node/package.json", "enclave/dist/bundles"]) {
    cpSync(join(root, "packages", path), join(folder, "packages", path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}

/** The launcher of the command in such a folder. */
export function launcherOf(folder: string): string {
  return join(folder, "packages/node/bin/enclavenet.mjs");
}

/** A next release: the same command with an enclave of another measurement, in which those of `predecessors` stand. */
export function nextRelease(folder: string, predecessors: readonly Uint8Array[], remark = ""): string {
  copyCheckout(folder);
  writeFileSync(join(folder, BUNDLE), nextBundle(join(root, BUNDLE), predecessors, remark));
  return folder;
}
