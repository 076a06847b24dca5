/**
 * The portability gate: what only one kind of system has stands in the files that scripts/portability.json names, and each of
 * them is explained in docs/platforms.md. And no path is made with `.pathname` of a URL, which keeps %20 for a space and a
 * slash in front of a drive: that is what `fileURLToPath` is for.
 *
 *   node scripts/portability.mjs
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findSystemWords } from "./lib/portability.mjs";
import { root } from "./lib/root.mjs";

const allowed = JSON.parse(readFileSync(join(root, "scripts/portability.json"), "utf8"));
const page = readFileSync(join(root, "docs/platforms.md"), "utf8");
const files = execFileSync("git", ["ls-files", "*.ts", "*.mjs"], { cwd: root, encoding: "utf8" }).trim().split("\n");
const problems = [];
const unused = new Map(Object.entries(allowed).map(([file, words]) => [file, new Set(words)]));
for (const file of files) {
  // The gate itself and its test name what they look for.
  if (/^(?:scripts|scripts\/lib|tests)\/portability\./.test(file)) continue;
  for (const { line, word } of findSystemWords(readFileSync(join(root, file), "utf8"))) {
    if (allowed[file]?.includes(word)) unused.get(file)?.delete(word);
    else problems.push(`${file}:${line}: ${word}`);
  }
}
for (const [file, words] of unused) {
  for (const word of words) problems.push(`scripts/portability.json allows what is not there: ${file} ${word}`);
  if (!page.includes(file)) problems.push(`docs/platforms.md does not explain ${file}`);
}
for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${unused.size} with something of one system, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
