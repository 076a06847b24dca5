/**
 * Writes that are whole and on disk when they return, or that fail. `O_SYNC` flushes each one, because fsync itself is not to
 * be had under Node's permission model; the folder is flushed by the host, whose affair the disk is.
 *
 * One of the files of this room that may touch `node:fs`.
 * @module
 */
import { closeSync, constants, openSync, renameSync, writeSync } from "node:fs";
import { EnclaveError } from "@enclavenet/enclave-api";

const SYNCHRONOUS = constants.O_WRONLY | constants.O_CREAT | constants.O_SYNC;

/** A disk that is almost full takes a part of a write and calls it a success; the rest then fails. */
function writeWhole(path: string, flags: number, content: Uint8Array): void {
  const fd = openSync(path, flags, 0o600);
  try {
    for (let at = 0; at < content.length; ) at += writeSync(fd, content, at, content.length - at, at);
  } finally {
    closeSync(fd);
  }
}

function orRefuse(write: () => void): void {
  try {
    write();
  } catch {
    throw new EnclaveError("SealingWriteFailed");
  }
}

/** Overwrites the beginning of a file in place. Nothing is truncated, so that usually no metadata changes. */
export function overwriteDurably(path: string, content: Uint8Array): void {
  orRefuse(() => writeWhole(path, SYNCHRONOUS, content));
}

/** Replaces a file as a whole: a crash leaves the old content or the new one. */
export function replaceDurably(path: string, content: Uint8Array): void {
  orRefuse(() => {
    writeWhole(`${path}.new`, SYNCHRONOUS | constants.O_TRUNC, content);
    renameSync(`${path}.new`, path);
  });
}
