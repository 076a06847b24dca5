/**
 * The node's home directory: where everything lies, and the lock that keeps two nodes out of one home.
 *
 *   config/genesis.json, config/priv_validator_key.json   as CometBFT has them
 *   data/priv_validator_state.json                        last signed height, so that nothing is signed twice
 *   data/state, data/blocks                               LMDB environments of the application and of the engine
 *   data/code                                             contract code by hash
 *   data/collateral                                       what Intel publishes of this machine's platform, until it ends
 *   enclave                                               the only folder that the enclave writes
 *   home.json                                             format of all this, and the program that wrote it
 *   node.lock                                             pid and start time of the running node
 * @module
 */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { diskError, LocalError } from "@enclavenet/common";
import { flushDirectory } from "@enclavenet/store";
import { takeLock } from "./lock.ts";

export interface NodeHome {
  readonly directory: string;
  readonly genesis: string;
  readonly validatorKey: string;
  readonly validatorState: string;
  readonly state: string;
  readonly blocks: string;
  readonly code: string;
  /** Made when something is kept there. */
  readonly collateral: string;
  readonly enclave: string;
}

function homeUnusable(directory: string, cause: unknown): LocalError {
  const disk = diskError(cause, directory);
  if (disk !== undefined) return disk;
  return new LocalError("NODE_HOME_UNUSABLE", `the home directory ${directory} cannot be written`, {
    fix: "give a writable directory with --home, or use --ephemeral",
    cause,
  });
}

/** Makes new folders durable under their names, up to `first`, the outermost of them. */
function flushNewFolders(folder: string, first: string): void {
  for (let at = folder; ; at = dirname(at)) {
    flushDirectory(dirname(at));
    if (at === first || dirname(at) === at) return;
  }
}

/**
 * Paths of a home; creates its folders. Throws LocalError `NODE_HOME_UNUSABLE` or an error of the disk when it cannot be
 * written.
 */
export function prepareHome(directory: string): NodeHome {
  const home: NodeHome = {
    directory,
    genesis: join(directory, "config", "genesis.json"),
    validatorKey: join(directory, "config", "priv_validator_key.json"),
    validatorState: join(directory, "data", "priv_validator_state.json"),
    state: join(directory, "data", "state"),
    blocks: join(directory, "data", "blocks"),
    code: join(directory, "data", "code"),
    collateral: join(directory, "data", "collateral"),
    enclave: join(directory, "enclave"),
  };
  try {
    for (const folder of [join(directory, "config"), home.state, home.blocks, home.code, home.enclave]) {
      const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (first !== undefined) flushNewFolders(folder, first);
    }
  } catch (cause) {
    throw homeUnusable(directory, cause);
  }
  return home;
}

/**
 * Takes the home for this process. Throws LocalError `NODE_HOME_LOCKED` while another node runs on it, and what
 * {@link prepareHome} throws.
 */
export function lockHome(home: NodeHome): () => void {
  try {
    return takeLock(join(home.directory, "node.lock"));
  } catch (cause) {
    throw LocalError.is(cause, "NODE_HOME_LOCKED") ? cause : homeUnusable(home.directory, cause);
  }
}
