/**
 * Files through which a TEE is spoken to: device files of Gramine, attributes of the kernel's configfs. Their names are fixed in
 * the program; nothing that the host says moves them.
 *
 * One of the files of this room that may touch `node:fs`.
 * @module
 */
import { closeSync, constants, mkdirSync, openSync, readSync, rmdirSync, statfsSync, writeSync } from "node:fs";
import { EnclaveError } from "@enclavenet/enclave-api";
import { teeFailure } from "./failure.ts";

/** What a TEE's files do. Failures other than absence are `TeeFailed`. */
export interface DeviceFiles {
  /** The whole content; undefined when there is no such file. */
  read(path: string): Uint8Array | undefined;
  /** Hands an existing file this content, at once. */
  write(path: string, content: Uint8Array): void;
  /** Makes a file that was not there, for its owner alone. */
  create(path: string, content: Uint8Array): void;
  /** Makes a folder. "exists" when it is there already, "absent" when what should hold it is not. */
  makeDirectory(path: string): "made" | "exists" | "absent";
  /** Never fails: what stays is used again. */
  removeDirectory(path: string): void;
  /** Whether the folder's files live in memory and nowhere else. */
  isInMemory(path: string): boolean;
}

/** Far above the 5 kB of a quote; what the kernel itself hands out at most is 32 kB. */
const MAX_BYTES = 65_536;

/** Types of file systems without a disk: tmpfs and ramfs (statfs(2)). */
const IN_MEMORY: readonly number[] = [0x0102_1994, 0x8584_58f6];

/** Not there; or, under Node's permission model, not to be seen, which is the same to this program. */
const ABSENT = ["ENOENT", "ENOTDIR", "ERR_ACCESS_DENIED"];

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}

function isAbsent(error: unknown): boolean {
  return ABSENT.includes(codeOf(error));
}

/** Such files have no size, and one end only when all was read. */
function readWhole(path: string): Uint8Array {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    const buffer = new Uint8Array(MAX_BYTES + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < buffer.length; length += count) {
      count = readSync(fd, buffer, length, buffer.length - length, null);
    }
    if (length > MAX_BYTES) throw teeFailure(`size of ${path}`);
    return buffer.slice(0, length);
  } finally {
    closeSync(fd);
  }
}

function writeWhole(path: string, flags: number, content: Uint8Array): void {
  const fd = openSync(path, flags, 0o600);
  try {
    if (writeSync(fd, content) !== content.length) throw teeFailure(`write ${path}`);
  } finally {
    closeSync(fd);
  }
}

function attempt<T>(what: string, step: () => T, absent?: T): T {
  try {
    return step();
  } catch (error) {
    if (EnclaveError.is(error)) throw error;
    if (absent !== undefined && isAbsent(error)) return absent;
    throw teeFailure(what);
  }
}

const NOTHING = new Uint8Array(0);

/** The files of this machine. `root` is put in front of every path: empty but in builds for tests. */
export function deviceFiles(root = ""): DeviceFiles {
  const at = (path: string): string => root + path;
  return {
    read(path) {
      const content = attempt(`read ${path}`, () => readWhole(at(path)), NOTHING);
      return content === NOTHING ? undefined : content;
    },
    write: (path, content) => attempt(`write ${path}`, () => writeWhole(at(path), constants.O_WRONLY, content)),
    create(path, content) {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      attempt(`create ${path}`, () => writeWhole(at(path), flags, content));
    },
    makeDirectory(path) {
      try {
        mkdirSync(at(path), { mode: 0o700 });
        return "made";
      } catch (error) {
        if (codeOf(error) === "EEXIST") return "exists";
        if (isAbsent(error)) return "absent";
        throw teeFailure(`make ${path}`);
      }
    },
    removeDirectory(path) {
      try {
        rmdirSync(at(path));
      } catch {
        // Somebody holds it open.
      }
    },
    isInMemory: (path) => attempt(`look at ${path}`, () => IN_MEMORY.includes(statfsSync(at(path)).type), false),
  };
}
