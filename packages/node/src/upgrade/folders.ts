/**
 * The sealed folders of a home during an upgrade: the enclave that runs, the one that takes over, and the one that was replaced.
 *
 *   enclave            sealed by the program that the node runs
 *   enclave.next       sealed by the one that takes over, until it has
 *   enclave.previous   sealed by the one before, until its owner removes it
 * @module
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { naming } from "@enclavenet/common";
import { flushDirectory } from "@enclavenet/store";

interface Folders {
  readonly enclave: string;
  readonly next: string;
  readonly previous: string;
}

function foldersOf(directory: string): Folders {
  const enclave = join(directory, "enclave");
  return { enclave, next: `${enclave}.next`, previous: `${enclave}.previous` };
}

/** The folder of the enclave that takes over, made when there is none. */
export function nextEnclaveFolder(directory: string): string {
  const { next } = foldersOf(directory);
  naming(next, () => mkdirSync(next, { recursive: true, mode: 0o700 }));
  return next;
}

/** Where the replaced enclave's sealed records are after {@link swapEnclaves}. */
export function previousEnclaveFolder(directory: string): string {
  return foldersOf(directory).previous;
}

function isVacant(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0;
}

/** The second half of a swap, which a crash may have cut off. Does nothing where there is none. */
export function finishSwap(directory: string): void {
  const { enclave, next, previous } = foldersOf(directory);
  if (!existsSync(previous) || !existsSync(next) || !isVacant(enclave)) return;
  naming(enclave, () => {
    // A start in between made an empty one.
    if (existsSync(enclave)) rmdirSync(enclave);
    renameSync(next, enclave);
    flushDirectory(directory);
  });
}

/** Puts the enclave that took over in the place of the one that ran. The caller has the home's lock. */
export function swapEnclaves(directory: string): void {
  const { enclave, previous } = foldersOf(directory);
  naming(previous, () => {
    rmSync(previous, { recursive: true, force: true });
    renameSync(enclave, previous);
    flushDirectory(directory);
  });
  finishSwap(directory);
}
