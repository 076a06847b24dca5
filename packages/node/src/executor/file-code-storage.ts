/**
 * Contract code as files named by their hash: written durably before the transaction's block is committed, never changed.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CodeStorage } from "@enclavenet/chain";
import { toHex } from "@enclavenet/common";
import { readFileIfThere, writeFileDurably } from "../home/files.ts";

/** Code files in `directory`. */
export function fileCodeStorage(directory: string): CodeStorage {
  const pathOf = (codeHash: Uint8Array) => join(directory, `${toHex(codeHash)}.wasm`);
  return {
    get: (codeHash) => readFileIfThere(pathOf(codeHash)),
    put(codeHash, wasm) {
      const path = pathOf(codeHash);
      if (!existsSync(path)) writeFileDurably(path, wasm);
    },
  };
}
