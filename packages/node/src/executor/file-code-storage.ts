/**
 * Contract code as files named by their hash: written durably before the transaction's block is committed, never changed.
 * @module
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeStorage } from "@enclavenet/chain";
import { toHex } from "@enclavenet/common";

/** Code files in `directory`. */
export function fileCodeStorage(directory: string): CodeStorage {
  const pathOf = (codeHash: Uint8Array) => join(directory, `${toHex(codeHash)}.wasm`);
  return {
    get(codeHash) {
      const path = pathOf(codeHash);
      return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
    },
    put(codeHash, wasm) {
      const path = pathOf(codeHash);
      if (existsSync(path)) return;
      const fd = openSync(`${path}.new`, "w", 0o600);
      try {
        writeFileSync(fd, wasm);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(`${path}.new`, path);
    },
  };
}
