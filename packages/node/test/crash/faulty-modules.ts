/**
 * `node:fs`, `node:fs/promises` and `lmdb` as the programs under test see them: the real ones, with every change below the
 * watched directory a step of {@link disk}.
 */
import type * as Fs from "node:fs";
import type * as FsPromises from "node:fs/promises";
import { disk, empties, mayWrite } from "./disk-faults.ts";

function aboutToOpen(path: string, flags: string | number): void {
  disk.step(`open ${disk.relative(path)}`, true);
  disk.willCreate(path);
  if (empties(flags)) disk.willChange(path);
}

/** The synchronous file functions that the node and the enclave use. */
export function faultyFs(real: typeof Fs): typeof Fs {
  const openSync = (path: string, flags: string | number = "r", mode?: number) => {
    const isWatched = disk.covers(path);
    if (isWatched && mayWrite(flags)) aboutToOpen(path, flags);
    const fd = real.openSync(path, flags, mode);
    if (isWatched) disk.opened(fd, path, flags);
    return fd;
  };
  const writeSync = (fd: number, bytes: Uint8Array, offset = 0, length = bytes.length - offset, at?: number | null) => {
    const file = disk.file(fd);
    if (file === undefined) return real.writeSync(fd, bytes, offset, length, at ?? null);
    if (!file.isSynchronous) disk.willChange(file.path);
    disk.write(disk.relative(file.path), length, (from, to) => {
      const position = at === undefined || at === null ? null : at + from;
      real.writeSync(fd, bytes, offset + from, to - from, position);
    });
    return length;
  };
  const writeFileSync = (target: string | number, content: string | Uint8Array, options?: Fs.WriteFileOptions) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    if (typeof target === "number")
      return void (disk.file(target) ? writeSync(target, bytes) : real.writeFileSync(target, bytes));
    if (!disk.covers(target)) return real.writeFileSync(target, content, options);
    const fd = openSync(target, "w", (options as { mode?: number } | undefined)?.mode);
    try {
      writeSync(fd, bytes);
    } finally {
      closeSync(fd);
    }
  };
  const closeSync = (fd: number) => {
    disk.closed(fd);
    real.closeSync(fd);
  };
  const fsyncSync = (fd: number) => {
    const file = disk.file(fd);
    if (file !== undefined) disk.step(`flush ${disk.relative(file.path)}`, false);
    real.fsyncSync(fd);
    if (file !== undefined) disk.flushed(file.path);
  };
  const renameSync = (from: string, to: string) => {
    if (disk.covers(to)) {
      disk.step(`rename to ${disk.relative(to)}`, false);
      disk.willRename(from, to);
    }
    real.renameSync(from, to);
  };
  const linkSync = (from: string, to: string) => {
    if (disk.covers(to)) disk.step(`link ${disk.relative(to)}`, true);
    real.linkSync(from, to);
  };
  const rmSync = (path: string, options?: Fs.RmOptions) => {
    if (disk.covers(path)) disk.step(`remove ${disk.relative(path)}`, false);
    real.rmSync(path, options);
  };
  const mkdirSync = (path: string, options?: Fs.MakeDirectoryOptions) => {
    if (disk.covers(path) && !real.existsSync(path)) {
      disk.step(`make ${disk.relative(path)}`, true);
      disk.willCreate(path);
    }
    return real.mkdirSync(path, options);
  };
  const replaced = {
    openSync,
    writeSync,
    writeFileSync,
    closeSync,
    fsyncSync,
    renameSync,
    linkSync,
    rmSync,
    mkdirSync,
  };
  return { ...real, ...(replaced as unknown as Partial<typeof Fs>) };
}

/** The asynchronous file functions of the sign state. */
export function faultyFsPromises(real: typeof FsPromises): typeof FsPromises {
  const open = async (path: string, flags: string, mode?: number) => {
    const isWatched = disk.covers(path);
    if (isWatched && mayWrite(flags)) aboutToOpen(path, flags);
    const handle = await real.open(path, flags, mode);
    if (!isWatched) return handle;
    return {
      async writeFile(text: string) {
        disk.willChange(path);
        disk.step(`write ${disk.relative(path)}`, true);
        await handle.write(text.slice(0, text.length >> 1));
        disk.step(`write the rest of ${disk.relative(path)}`, true);
        await handle.write(text.slice(text.length >> 1));
      },
      async sync() {
        disk.step(`flush ${disk.relative(path)}`, false);
        await handle.sync();
        disk.flushed(path);
      },
      close: () => handle.close(),
    };
  };
  const rename = async (from: string, to: string) => {
    if (disk.covers(to)) {
      disk.step(`rename to ${disk.relative(to)}`, false);
      disk.willRename(from, to);
    }
    await real.rename(from, to);
  };
  return { ...real, ...({ open, rename } as unknown as Partial<typeof FsPromises>) };
}

/** What the backend uses of LMDB, as far as it matters here. */
interface Database {
  transactionSync(change: () => unknown): unknown;
  close(): Promise<void>;
}

interface LmdbModule {
  open(options: { readonly path: string }): Database;
}

/** Databases that are open below the watched directory: a dead process's are closed by the test. */
export const openDatabases: Database[] = [];

/** LMDB, whose transactions are steps: before, inside (so that it is broken off), and, as the next step, after. */
export function faultyLmdb(real: LmdbModule): LmdbModule {
  const open = (options: { readonly path: string }) => {
    const { path } = options;
    if (!disk.covers(path)) return real.open(options);
    disk.step(`open database ${disk.relative(path)}`, true);
    for (const name of ["data.mdb", "lock.mdb"]) disk.willCreate(`${path}/${name}`);
    const database = real.open(options);
    const close = database.close.bind(database);
    let closing: Promise<void> | undefined;
    const closeOnce = () => {
      closing ??= close();
      return closing;
    };
    openDatabases.push(database);
    const transact = database.transactionSync.bind(database);
    const transactionSync = (change: () => unknown) => {
      disk.step(`transaction ${disk.relative(path)}`, true);
      return transact(() => {
        change();
        disk.step(`commit ${disk.relative(path)}`, true);
      });
    };
    return Object.assign(database, { transactionSync, close: closeOnce });
  };
  return { ...real, open };
}
