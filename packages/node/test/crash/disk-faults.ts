/**
 * Faults of the disk under one directory: every step that changes it can be the one at which the process dies, the power
 * fails, or the disk is full. What was not flushed is undone when the power fails.
 */
import { constants, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, sep } from "node:path";

/** `dies`: what was written stays. `power`: what was not flushed is gone. `full`: from now on nothing more is taken. */
export type Fault = "dies" | "power" | "full";

/** Thrown at the step where the process dies, and at every later one: nothing runs in a dead process. */
export class Death extends Error {
  override readonly name = "Death";
}

interface Change {
  /** What makes the change durable: a flush of this file (its content), or of this folder (its names). */
  readonly flushedBy: string;
  undo(): void;
}

const NO_SPACE = { code: "ENOSPC", errno: -28 };

class DiskFaults {
  /** Names of the steps so far. */
  readonly steps: string[] = [];
  #root: string | undefined;
  #armed: { readonly at: number; readonly fault: Fault } | undefined;
  #dead = false;
  #full = false;
  #unflushed: Change[] = [];
  readonly #files = new Map<number, { readonly path: string; readonly isSynchronous: boolean }>();

  /** Watches `root` from the beginning. */
  watch(root: string, armed?: { readonly at: number; readonly fault: Fault }): void {
    this.#root = root + sep;
    this.#armed = armed;
    this.#dead = false;
    this.#full = false;
    this.#unflushed = [];
    this.#files.clear();
    this.steps.length = 0;
  }

  /** Ends the watch; returns whether the fault has struck. The power's failure takes what was not flushed. */
  settle(): boolean {
    const struck = this.#dead || this.#full;
    if (this.#dead && this.#armed?.fault === "power") for (const { undo } of this.#unflushed.reverse()) undo();
    this.#root = undefined;
    return struck;
  }

  /** Number of changes that a failure of the power would undo now. */
  get unflushed(): number {
    return this.#unflushed.length;
  }

  covers(path: unknown): path is string {
    return typeof path === "string" && this.#root !== undefined && `${path}${sep}`.startsWith(this.#root);
  }

  /** One step. `takesSpace`: a full disk refuses it. */
  step(name: string, takesSpace: boolean): void {
    if (this.#dead) throw new Death(`dead before ${name}`);
    const { at, fault } = this.#armed ?? {};
    if (this.steps.length === at) {
      if (fault !== "full") {
        this.#dead = true;
        throw new Death(`dies before ${name}`);
      }
      this.#full = true;
    }
    this.steps.push(name);
    if (this.#full && takesSpace) throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), NO_SPACE);
  }

  /** A write in two halves, so that it can be torn. */
  write(path: string, length: number, part: (from: number, to: number) => void): void {
    const half = length >> 1;
    this.step(`write ${path}`, true);
    part(0, half);
    this.step(`write the rest of ${path}`, true);
    part(half, length);
  }

  relative(path: string): string {
    return path.slice(this.#root?.length ?? 0) || ".";
  }

  willCreate(path: string): void {
    // A lock that outlives its process has to be recognised anyway; nobody needs it durable.
    if (existsSync(path) || basename(path).startsWith("node.lock")) return;
    this.#unflushed.push({ flushedBy: dirname(path), undo: () => rmSync(path, { recursive: true, force: true }) });
  }

  willChange(path: string): void {
    if (basename(path).startsWith("node.lock")) return;
    if (this.#unflushed.some(({ flushedBy }) => flushedBy === path) || !existsSync(path)) return;
    const before = readFileSync(path);
    this.#unflushed.push({ flushedBy: path, undo: () => existsSync(path) && writeFileSync(path, before) });
  }

  willRename(from: string, to: string): void {
    const [source, before] = [readFileSync(from), existsSync(to) ? readFileSync(to) : undefined];
    const undo = () => {
      if (before === undefined) rmSync(to, { force: true });
      else writeFileSync(to, before);
      writeFileSync(from, source);
    };
    this.#unflushed.push({ flushedBy: dirname(to), undo });
  }

  flushed(path: string): void {
    this.#unflushed = this.#unflushed.filter(({ flushedBy }) => flushedBy !== path);
  }

  opened(fd: number, path: string, flags: string | number): void {
    const isSynchronous = typeof flags === "number" && (flags & constants.O_SYNC) === constants.O_SYNC;
    this.#files.set(fd, { path, isSynchronous });
  }

  file(fd: unknown): { readonly path: string; readonly isSynchronous: boolean } | undefined {
    return typeof fd === "number" ? this.#files.get(fd) : undefined;
  }

  closed(fd: number): void {
    this.#files.delete(fd);
  }
}

/** The one disk that the replaced modules of a test file work on. */
export const disk = new DiskFaults();

/** Whether opening with these flags may change a file. */
export function mayWrite(flags: string | number): boolean {
  return typeof flags === "string"
    ? flags !== "r"
    : (flags & (constants.O_WRONLY | constants.O_RDWR | constants.O_CREAT)) !== 0;
}

/** Whether opening with these flags empties a file. */
export function empties(flags: string | number): boolean {
  return typeof flags === "string" ? flags.startsWith("w") : (flags & constants.O_TRUNC) !== 0;
}
