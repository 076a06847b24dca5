/**
 * The determinism gate: in the rooms that decide what a block does, nothing may depend on a clock, on chance, on the machine,
 * on its locale or on the Unicode tables of a release, or on the order of what has none. Exceptions stand in
 * scripts/deterministic-paths.json with their reason; one that nothing needs any more is an error too.
 *
 *   node scripts/deterministic-paths.mjs
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findHazards } from "./lib/determinism/hazards.mjs";
import { root } from "./lib/root.mjs";
import { parseSource, sourcesOf } from "./lib/source-tree.mjs";

const ROOMS = [
  ...["common", "wire", "proto", "crypto", "attestation", "light-client", "enclave-api", "abci"],
  ...["wasm-engine", "enclave", "store", "chain"],
];

const allowed = JSON.parse(readFileSync(join(root, "scripts/deterministic-paths.json"), "utf8"));
const unused = new Set(allowed.map(({ file, what }) => `${file} ${what}`));
const problems = [];
let files = 0;
for (const file of ROOMS.flatMap(sourcesOf)) {
  files++;
  for (const { line, what, why } of findHazards(parseSource(file))) {
    if (allowed.some((one) => one.file === file && one.what === what)) unused.delete(`${file} ${what}`);
    else problems.push(`${file}:${line}: ${what}: ${why}`);
  }
}
for (const one of unused) problems.push(`scripts/deterministic-paths.json allows what is not there: ${one}`);
for (const problem of problems) console.error(problem);
console.log(`${files} files of ${ROOMS.length} rooms, ${allowed.length} exceptions, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
