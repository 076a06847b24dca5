/**
 * Files that are written once and whole: genesis, validator key, contract code.
 * @module
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { naming } from "@enclavenet/common";
import { type Ed25519Signer, parseValidatorKey, validatorKeyJson } from "@enclavenet/consensus";
import type { Primitives } from "@enclavenet/crypto";
import { flushDirectory } from "@enclavenet/store";

/**
 * Writes a whole file, readable by its owner only; it is durable under its name when this returns. What the disk refuses is
 * thrown as {@link naming} says it, and leaves the old file or none.
 */
export function writeFileDurably(path: string, content: Uint8Array | string): void {
  naming(path, () => {
    const fd = openSync(`${path}.new`, "w", 0o600);
    try {
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(`${path}.new`, path);
    flushDirectory(dirname(path));
  });
}

/** The file's bytes, undefined when there is none. */
export function readFileIfThere(path: string): Uint8Array | undefined {
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
}

/** The validator's signer; a key is drawn and stored when the home has none. */
export function loadValidatorKey(primitives: Primitives, path: string): Ed25519Signer {
  const stored = readFileIfThere(path);
  if (stored !== undefined) return parseValidatorKey(primitives, new TextDecoder().decode(stored));
  const text = validatorKeyJson(primitives, primitives.randomBytes(32));
  writeFileDurably(path, text);
  return parseValidatorKey(primitives, text);
}
