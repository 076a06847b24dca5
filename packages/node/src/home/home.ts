/**
 * The node's home directory: where everything lies, and the lock that keeps two nodes out of one home.
 *
 *   config/genesis.json, config/priv_validator_key.json   as CometBFT has them
 *   data/priv_validator_state.json                        last signed height, so that nothing is signed twice
 *   data/state, data/blocks                               LMDB environments of the application and of the engine
 *   data/code                                             contract code by hash
 *   enclave                                               the only folder that the enclave writes
 *   node.lock                                             pid of the running node
 * @module
 */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "@enclavenet/common";

export interface NodeHome {
  readonly directory: string;
  readonly genesis: string;
  readonly validatorKey: string;
  readonly validatorState: string;
  readonly state: string;
  readonly blocks: string;
  readonly code: string;
  readonly enclave: string;
}

/** Paths of a home; creates its folders. Throws LocalError `NODE_HOME_UNUSABLE` when it cannot be written. */
export function prepareHome(directory: string): NodeHome {
  const home: NodeHome = {
    directory,
    genesis: join(directory, "config", "genesis.json"),
    validatorKey: join(directory, "config", "priv_validator_key.json"),
    validatorState: join(directory, "data", "priv_validator_state.json"),
    state: join(directory, "data", "state"),
    blocks: join(directory, "data", "blocks"),
    code: join(directory, "data", "code"),
    enclave: join(directory, "enclave"),
  };
  try {
    for (const folder of [join(directory, "config"), home.state, home.blocks, home.code, home.enclave]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
  } catch (cause) {
    throw new LocalError("NODE_HOME_UNUSABLE", `the home directory ${directory} cannot be written`, {
      fix: "give a writable directory with --home, or use --ephemeral",
      cause,
    });
  }
  return home;
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Takes the home for this process. Throws LocalError `NODE_HOME_LOCKED` while another node runs on it. */
export function lockHome(home: NodeHome): () => void {
  const path = join(home.directory, "node.lock");
  const take = (): boolean => {
    try {
      const fd = openSync(path, "wx", 0o600);
      writeFileSync(fd, `${process.pid}\n`);
      closeSync(fd);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      return false;
    }
  };
  if (!take()) {
    const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
    if (Number.isInteger(pid) && pid !== process.pid && processIsAlive(pid)) {
      throw new LocalError("NODE_HOME_LOCKED", `the home directory is in use by process ${pid}`, {
        fix: `stop that node, or give another directory with --home`,
      });
    }
    rmSync(path, { force: true });
    if (!take()) throw new LocalError("NODE_HOME_LOCKED", "the home directory was taken by another node just now");
  }
  return () => rmSync(path, { force: true });
}
