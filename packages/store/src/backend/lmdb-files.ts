/**
 * The files of an LMDB environment, made so that a full disk is an error and not the end of the process.
 *
 * LMDB sizes its lock file without filling it and then writes to it through memory: where the disk has no room for a page of
 * it, the system ends the process (SIGBUS). And opening a new environment on a disk without room for its first two pages ends
 * it as well. So the lock file is filled here first, and room for a new database is tried.
 * @module
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { naming } from "@enclavenet/common";

const PAGE = 4096;
/** LMDB's own size for 126 readers is 8272 bytes; of a longer file it uses what is there. */
const LOCK_BYTES = 3 * PAGE;
/** More than a new database takes. */
const FIRST_BYTES = 16 * PAGE;

/** LMDB's number for a write that the system cut short. */
const SHORT_WRITE = 5;
/** A disk with less room than this may well have cut a write short. */
const LITTLE_ROOM_BYTES = 1 << 20;

/** A write that was cut short on a disk without room is a full disk, and is to be called that. */
function explained(path: string, error: unknown): unknown {
  if ((error as { code?: unknown }).code !== SHORT_WRITE) return error;
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize >= LITTLE_ROOM_BYTES) return error;
  return Object.assign(new Error("no space left on device", { cause: error }), { code: "ENOSPC" });
}

/** Runs LMDB's write to the environment in `path`; what the disk refuses is thrown as {@link naming} says it. */
export function writing(path: string, write: () => void): void {
  naming(path, () => {
    try {
      write();
    } catch (error) {
      throw explained(path, error);
    }
  });
}

/** Makes what was created, renamed or removed in a folder durable. Windows cannot open one and needs no flush. */
export function flushDirectory(path: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeZeros(fd: number, at: number, length: number): void {
  const zeros = new Uint8Array(length);
  for (let done = 0; done < length; ) done += writeSync(fd, zeros, done, length - done, at + done);
}

/** Pages that are all zero may have no room on the disk yet; writing zeros gives it to them. */
function fillHoles(path: string): void {
  const fd = openSync(path, "a+", 0o644);
  closeSync(fd);
  const file = openSync(path, "r+");
  try {
    const page = new Uint8Array(PAGE);
    for (let at = 0; at < LOCK_BYTES; at += PAGE) {
      const length = readSync(file, page, 0, PAGE, at);
      if (page.subarray(0, length).every((byte) => byte === 0)) writeZeros(file, at, PAGE);
      else if (length < PAGE) writeZeros(file, at + length, PAGE - length);
    }
  } finally {
    closeSync(file);
  }
}

function isWhole(path: string): boolean {
  if (!existsSync(path)) return false;
  const { size, blocks } = statSync(path);
  return size >= LOCK_BYTES && blocks * 512 >= size;
}

function tryRoom(path: string): void {
  const probe = join(path, "room.probe");
  try {
    const fd = openSync(probe, "w", 0o600);
    try {
      writeZeros(fd, 0, FIRST_BYTES);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } finally {
    rmSync(probe, { force: true });
  }
}

function isNew(path: string): boolean {
  const data = join(path, "data.mdb");
  return !existsSync(data) || statSync(data).size === 0;
}

/**
 * Opens the environment in `path` for writing by `open`, with its files prepared. Throws what {@link naming} says of a disk
 * that refuses.
 */
export function openPrepared<T>(path: string, open: () => T): T {
  return naming(path, () => {
    mkdirSync(path, { recursive: true });
    const fresh = isNew(path);
    if (fresh) tryRoom(path);
    const lock = join(path, "lock.mdb");
    if (!isWhole(lock)) fillHoles(lock);
    const opened = open();
    if (fresh) flushDirectory(path);
    return opened;
  });
}
