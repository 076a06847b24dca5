/**
 * Generated parts of hand-written pages: what stands between two marker lines is written by a script. With `--check`
 * nothing is written, and a page that differs fails.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

const begin = (name) => `<!-- generated: ${name} -->`;
const end = (name) => `<!-- end: ${name} -->`;

/** The page's text with each named part replaced. Throws when a part has no markers. */
export function replaceParts(page, parts) {
  let text = page;
  for (const [name, content] of Object.entries(parts)) {
    const from = text.indexOf(begin(name));
    const to = text.indexOf(end(name));
    if (from < 0 || to < from) throw new Error(`the page has no part named "${name}"`);
    text = `${text.slice(0, from + begin(name).length)}\n\n${content.trim()}\n\n${text.slice(to)}`;
  }
  return text;
}

/** Brings the page up to date, or says whether it is. Sets the exit code; `command` is what a reader has to run. */
export function updatePage(path, parts, command) {
  const file = join(root, path);
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const after = replaceParts(before, parts);
  if (!process.argv.includes("--check")) {
    if (after !== before) writeFileSync(file, after);
    console.log(after === before ? `${path} was up to date.` : `${path} is written.`);
  } else if (after === before) {
    console.log(`${path} is up to date.`);
  } else {
    console.error(`${path} is not what the code gives. Run: ${command}`);
    process.exitCode = 1;
  }
}

/** A markdown table. Bars in cells are escaped. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
