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

/** Locks and checks the home, brings it to this program's format, and gives it back at the end. */
export function openHome({ options, cleanup, logger }: NodeParts): NodeHome {
  const directory = options.home ?? temporaryHome();
  if (options.home === undefined) cleanup.add(() => rmSync(directory, { recursive: true, force: true }));
  requireKnownFormat(directory);
  const home = prepareHome(directory);
  cleanup.add(lockHome(home));
  for (const step of bringHomeUpToDate(directory)) logger.warn("the home was migrated", { step });
  checkDatabases(home);
  return home;
}
