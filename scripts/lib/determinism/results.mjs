/**
 * Runs that are done, kept in a folder, so that a long matrix can be run in pieces. Only of one program, seed and number of
 * transactions: any other begins anew beside them.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the runs depend on: the driver with all of its sources, the enclave's bundle, the contracts. */
export function programDigest(driver, bundle, artifacts) {
  const hash = createHash("sha256");
  const contracts = readdirSync(artifacts).sort();
  for (const path of [driver, bundle, ...contracts.map((name) => join(artifacts, name))]) {
    hash.update(createHash("sha256").update(readFileSync(path)).digest());
  }
  return hash.digest("hex");
}

/** Lines of JSON; one that was cut off by a sudden end does not count. */
function readRows(path) {
  if (!existsSync(path)) return [];
  const whole = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return whole.map((line) => JSON.parse(line));
}

/** Writes lines so that the file is there whole or not at all. */
function replaceText(path, lines) {
  writeFileSync(`${path}.new`, lines.map((line) => `${line}\n`).join(""));
  renameSync(`${path}.new`, path);
}

/** Results of runs, and the lines of the one that all others are compared with. */
export class Results {
  #folder;
  #rows = new Map();
  #reference;

  /** Without a directory nothing is kept. */
  constructor(directory, { program, seed, transactions }) {
    if (directory === undefined) return;
    const name = createHash("sha256").update(`${program}\n${seed}\n${transactions}`).digest("hex").slice(0, 16);
    this.#folder = join(directory, name);
    mkdirSync(this.#folder, { recursive: true });
    const facts = JSON.stringify({ program, seed, transactions });
    writeFileSync(join(this.#folder, "about.json"), `${facts}\n`);
    const lines = join(this.#folder, "reference.jsonl");
    if (!existsSync(lines)) return;
    this.#reference = readFileSync(lines, "utf8").split("\n").slice(0, -1);
    const rows = readRows(this.#runs);
    for (const row of rows) this.#rows.set(row.name, row);
    // What is appended must not continue a line that was cut off.
    replaceText(
      this.#runs,
      rows.map((row) => JSON.stringify(row)),
    );
  }

  get #runs() {
    return join(this.#folder, "runs.jsonl");
  }

  /** Lines that every run has to print; undefined before the first. */
  get reference() {
    return this.#reference;
  }

  /** The row of a run that is done. */
  done(name) {
    return this.#rows.get(name);
  }

  /** Keeps a run that gave what it should; one that did not will be run again. */
  add({ lines, ...row }) {
    if (!row.same) return;
    if (this.#reference === undefined) {
      this.#reference = lines;
      if (this.#folder !== undefined) replaceText(join(this.#folder, "reference.jsonl"), lines);
    }
    this.#rows.set(row.name, row);
    if (this.#folder !== undefined) appendFileSync(this.#runs, `${JSON.stringify(row)}\n`);
  }
}
