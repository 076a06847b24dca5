/**
 * The format of a home: a number in `home.json` that is written when the home is made and raised by migrations. It stands for
 * the folders, for the code files and for everything that carries no number of its own (docs/homes.md has the whole list).
 *
 * A home without the file is one of format 0, if it holds anything.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "@enclavenet/common";
import { VERSION } from "../version.ts";
import { writeFileDurably } from "./files.ts";
import { MIGRATIONS, type Migration } from "./migrations.ts";

const FILE = "home.json";
const MAX_FILE_BYTES = 4096;

/** Any of these makes a directory a home. A start makes the stamp before the first of them. */
const CONTENT = [
  "config/genesis.json",
  "config/priv_validator_key.json",
  "data/priv_validator_state.json",
  "data/state/data.mdb",
  "data/blocks/data.mdb",
  "enclave/software-sealing.key",
  "enclave/keychain.sealed",
];

/** What a home says of itself. */
export interface HomeStamp {
  readonly format: number;
  /** The program that wrote the stamp. */
  readonly writtenBy: string;
}

/** Format that the migrations lead to: what this program writes. */
export function homeFormat(migrations: readonly Migration[] = MIGRATIONS): number {
  return migrations.length;
}

function damaged(path: string, cause?: unknown): LocalError {
  return new LocalError("HOME_FORMAT_DAMAGED", `${path} does not say which format the home has`, {
    fix: "restore it from a backup of this home, or start with a new --home",
    ...(cause === undefined ? {} : { cause }),
  });
}

function parseStamp(path: string, text: string): HomeStamp {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, cause);
  }
  const { format, written_by: writtenBy } = (value ?? {}) as { format?: unknown; written_by?: unknown };
  if (!Number.isSafeInteger(format) || (format as number) < 1 || typeof writtenBy !== "string") throw damaged(path);
  return { format: format as number, writtenBy };
}

/** The stamp of a home, undefined for a directory that is none yet. Throws LocalError `HOME_FORMAT_DAMAGED`. */
export function readStamp(directory: string): HomeStamp | undefined {
  const path = join(directory, FILE);
  if (!existsSync(path)) {
    const isHome = CONTENT.some((name) => existsSync(join(directory, name)));
    return isHome ? { format: 0, writtenBy: "an enclavenet before formats" } : undefined;
  }
  const bytes = readFileSync(path);
  if (bytes.length > MAX_FILE_BYTES) throw damaged(path);
  return parseStamp(path, bytes.toString("utf8"));
}

function writeStamp(directory: string, format: number): void {
  const stamp = { format, written_by: `enclavenet ${VERSION}` };
  writeFileDurably(join(directory, FILE), `${JSON.stringify(stamp, undefined, 2)}\n`);
}

/**
 * Looks, and writes nothing: throws LocalError `HOME_FORMAT_UNKNOWN` for a home that a later program made, so that it meets
 * no program that does not know it.
 */
export function requireKnownFormat(directory: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const stamp = readStamp(directory);
  const known = homeFormat(migrations);
  if (stamp === undefined || stamp.format <= known) return;
  throw new LocalError(
    "HOME_FORMAT_UNKNOWN",
    `the home ${directory} has format ${stamp.format}, written by ${stamp.writtenBy}; enclavenet ${VERSION} knows formats up to ${known}`,
    { fix: `use ${stamp.writtenBy} or a later one with this home, or start with another --home` },
  );
}

/**
 * Stamps a new home and migrates an older one, step by step; each step is stamped when it is done, and is run again when a
 * stop interrupted it. The caller holds the lock. Returns the names of the steps that ran.
 */
export function bringHomeUpToDate(directory: string, migrations: readonly Migration[] = MIGRATIONS): string[] {
  requireKnownFormat(directory, migrations);
  const stamp = readStamp(directory);
  if (stamp === undefined) writeStamp(directory, homeFormat(migrations));
  const steps = stamp === undefined ? [] : migrations.slice(stamp.format);
  let format = stamp?.format ?? 0;
  for (const step of steps) {
    step.run?.(directory);
    format += 1;
    writeStamp(directory, format);
  }
  return steps.map(({ name }) => name);
}
