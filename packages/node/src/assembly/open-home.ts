/**
 * Opens a node's home: a directory that is kept, or one that goes with the node.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalError } from "@enclavenet/common";
import { checkDatabases } from "../home/databases.ts";
import { bringHomeUpToDate, requireKnownFormat } from "../home/format.ts";
import { lockHome, type NodeHome, prepareHome } from "../home/home.ts";
import { finishSwap } from "../upgrade/folders.ts";
import type { NodeParts } from "./parts.ts";

function temporaryHome(): string {
  try {
    return mkdtempSync(join(tmpdir(), "enclavenet-localnet-"));
  } catch (cause) {
    throw new LocalError("TMPDIR_UNUSABLE", `no folder can be made in ${tmpdir()}`, {
      fix: "set TMPDIR to a writable directory, or give --home",
      cause,
    });
  }
}

/** A home that this process has. */
export interface TakenHome {
  readonly home: NodeHome;
  /** Names of the migrations that it went through. */
  readonly migrated: readonly string[];
  release(): void;
}

/** Makes a home of the directory, if it is none, and locks it; brings it to this program's format and checks it. */
export function takeHome(directory: string): TakenHome {
  requireKnownFormat(directory);
  const home = prepareHome(directory);
  const release = lockHome(home);
  try {
    finishSwap(directory);
    const migrated = bringHomeUpToDate(directory);
    checkDatabases(home);
    return { home, migrated, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Takes the home of a node and gives it back at the end. */
export function openHome({ options, cleanup, logger }: NodeParts): NodeHome {
  const directory = options.home ?? temporaryHome();
  if (options.home === undefined) cleanup.add(() => rmSync(directory, { recursive: true, force: true }));
  const { home, migrated, release } = takeHome(directory);
  cleanup.add(release);
  for (const step of migrated) logger.warn("the home was migrated", { step });
  return home;
}
