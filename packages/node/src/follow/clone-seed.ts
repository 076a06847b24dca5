/**
 * Gives a new home the sealed seed of another home's enclave: the way in for development, until nodes register.
 *
 * SECURITY: the software enclave's sealing key lies beside the seed and is copied with it; a hardware enclave's record could
 * be opened on its own machine only. What goes along is the keychain with its binding to one network, and nothing of how far
 * that enclave came: the new one begins at the network's first block. docs/security.md, "A cloned seed".
 * @module
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { LocalError } from "@enclavenet/common";
import { readFileIfThere, writeFileDurably } from "../home/files.ts";
import { bringHomeUpToDate, requireKnownFormat } from "../home/format.ts";
import { lockHome, prepareHome } from "../home/home.ts";

/** The key before what it opens: a stop in between leaves a home without a seed, not one that cannot be opened. */
const SEALING_KEY = "software-sealing.key";
const KEYCHAIN = "keychain.sealed";

function read(from: string, ...path: readonly string[]): Uint8Array {
  const bytes = readFileIfThere(join(from, ...path));
  if (bytes !== undefined) return bytes;
  throw new LocalError("CLONE_SOURCE", `${from} has no ${path.join("/")}: it is not the home of a node with a seed`, {
    fix: "give the home of a network that was started once, for example ~/.enclavenet/secretdev-1",
  });
}

/**
 * Makes `to` a home with the seed, the binding and the genesis document of the home `from`, whose node may be running. Throws
 * LocalError `CLONE_SOURCE`, `CLONE_TARGET`, and what opening a home throws.
 */
export function cloneSeed(from: string, to: string): void {
  if (resolve(from) === resolve(to)) {
    throw new LocalError("CLONE_TARGET", "the new home is the old one", { fix: "give another directory with --home" });
  }
  requireKnownFormat(from);
  const [genesis, key, keychain] = [
    read(from, "config", "genesis.json"),
    read(from, "enclave", SEALING_KEY),
    read(from, "enclave", KEYCHAIN),
  ];
  requireKnownFormat(to);
  const home = prepareHome(to);
  const unlock = lockHome(home);
  try {
    if (existsSync(join(home.enclave, KEYCHAIN)) || existsSync(home.genesis)) {
      throw new LocalError("CLONE_TARGET", `${to} has a network already`, {
        fix: "give a new directory with --home: keys are never overwritten",
      });
    }
    bringHomeUpToDate(to);
    writeFileDurably(join(home.enclave, SEALING_KEY), key);
    writeFileDurably(join(home.enclave, KEYCHAIN), keychain);
    writeFileDurably(home.genesis, genesis);
  } finally {
    unlock();
  }
}
