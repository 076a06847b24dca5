/**
 * The lock that keeps two nodes out of one home: a file with the pid of the running node and the time at which that process
 * started, since a container gives the same pids to other programs after a restart.
 * @module
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { LocalError } from "@enclavenet/common";

/** Fields of /proc/PID/stat after the name, which may hold spaces: state is the 3rd of all, start time the 22nd. */
const FIRST_FIELD = 3;
const START_TIME_FIELD = 22;

/** State and start time of a process, empty texts where the system does not tell. */
function processFacts(pid: number): { readonly state: string; readonly started: string } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", started: fields[START_TIME_FIELD - FIRST_FIELD] ?? "" };
  } catch {
    return { state: "", started: "" };
  }
}

function mayBeAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  // A process that has ended keeps its pid until somebody waits for it.
  return !["Z", "X"].includes(processFacts(pid).state);
}

/** The pid in a lock's text if that very process still runs. */
function holder(text: string): number | undefined {
  const [, pidText, started = ""] = /^(\d{1,10})(?: (\d*))?\n$/.exec(text) ?? [];
  const pid = Number(pidText);
  if (!(pid > 0) || !mayBeAlive(pid)) return undefined;
  return started === processFacts(pid).started ? pid : undefined;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Puts the lock in place with its content, or not at all; false when there is one. */
function place(path: string, text: string): boolean {
  const own = `${path}.${process.pid}`;
  // What a dead process with this pid has left may be the lock itself under its other name: it must not be written through.
  rmSync(own, { force: true });
  try {
    writeFileSync(own, text, { mode: 0o600 });
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moves a dead node's lock out of the way; what another node has put there meanwhile goes back. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const taken = readIfThere(aside) ?? stale;
  if (taken !== stale) place(path, taken);
  rmSync(aside, { force: true });
}

function locked(message: string): LocalError {
  return new LocalError("NODE_HOME_LOCKED", message, {
    fix: "stop that node, or give another directory with --home",
  });
}

/** Takes the lock file for this process; returns what gives it back. Throws LocalError `NODE_HOME_LOCKED`. */
export function takeLock(path: string): () => void {
  const own = `${process.pid} ${processFacts(process.pid).started}\n`;
  if (!place(path, own)) {
    const found = readIfThere(path) ?? "";
    const pid = holder(found);
    if (pid !== undefined) throw locked(`the home directory is in use by process ${pid}`);
    removeStale(path, found);
    if (!place(path, own)) throw locked("the home directory was taken by another node just now");
  }
  return () => {
    if (readIfThere(path) === own) rmSync(path, { force: true });
  };
}
