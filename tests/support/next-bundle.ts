/**
 * The enclave bundle of a next release: the built one with the programs before it named in it, as whoever makes a release names them.
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const NONE = "var PREDECESSORS = [];";

/** Text of a bundle that takes over from programs of these measurements. `remark` makes another program of equal ones. */
export function nextBundle(path: string, predecessors: readonly Uint8Array[], remark = ""): string {
  const source = readFileSync(path, "utf8");
  if (source.split(NONE).length !== 2) throw new Error("the bundle has no empty list of the programs before it");
  const list = predecessors.map((one) => `{ measurement: Uint8Array.of(${one.join()}), rtmrs: [] }`);
  return `${source.replace(NONE, `var PREDECESSORS = [${list.join()}];`)}// ${remark}\n`;
}

/** Writes such a bundle into the folder; gives its path and its measurement. */
export function writeNextBundle(folder: string, text: string): { readonly path: string; readonly hash: Uint8Array } {
  const hash = createHash("sha256").update(text).digest();
  const path = join(folder, `enclave-${hash.toString("hex").slice(0, 16)}.mjs`);
  writeFileSync(path, text);
  return { path, hash: new Uint8Array(hash) };
}
