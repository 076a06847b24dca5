/**
 * A look at the database files of a home before LMDB maps them: it trusts what it maps, so a file that is none would end the
 * process without a word.
 * @module
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "@enclavenet/common";

/** LMDB begins with two pages of meta data, which it writes in one piece; a page has 4096 bytes or more. */
const SMALLEST_FILE = 2 * 4096;
/** 0xBEEFC0DE in the first page, after a page header of 16 or 24 bytes, in either byte order. */
const MAGIC = ["dec0efbe", "beefc0de"];
const HEAD_BYTES = 28;

function looksLikeLmdb(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const head = Buffer.alloc(HEAD_BYTES);
    readSync(fd, head);
    // A start that was killed at the right moment leaves an empty file, which LMDB fills.
    return size === 0 || (size >= SMALLEST_FILE && MAGIC.some((magic) => head.includes(magic, "hex")));
  } finally {
    closeSync(fd);
  }
}

/** Throws LocalError `DATABASE_DAMAGED` or `DATABASE_MISSING` for folders that LMDB must not open. */
export function checkDatabases({ state, blocks }: { readonly state: string; readonly blocks: string }): void {
  const fix = "restore the whole home directory from a backup, or start with a new --home";
  const [stateFile, blocksFile] = [join(state, "data.mdb"), join(blocks, "data.mdb")];
  for (const path of [stateFile, blocksFile]) {
    if (existsSync(path) && !looksLikeLmdb(path)) {
      throw new LocalError("DATABASE_DAMAGED", `${path} is damaged: it does not begin as a database does`, { fix });
    }
  }
  // A start makes the state first.
  if (existsSync(blocksFile) && !existsSync(stateFile)) {
    throw new LocalError("DATABASE_MISSING", `the home has blocks, but ${stateFile} is gone`, { fix });
  }
}
