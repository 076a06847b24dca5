/**
 * Writes the tables of docs/reference/errors.md: registered chain errors, as the running code knows them, and the codes of
 * local errors, as the sources create them.
 *
 *   node scripts/generate-error-docs.mjs           writes
 *   node scripts/generate-error-docs.mjs --check   fails when the page differs from the code
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { table, updatePage } from "./lib/generated-docs.mjs";
import { loadSources } from "./lib/load-sources.mjs";
import { root } from "./lib/root.mjs";
import { parseSource, sourcesOf, walk } from "./lib/source-tree.mjs";

const ENTRY = `
export { registeredErrors } from "@enclavenet/common";
import "@enclavenet/chain";
import * as consensus from "@enclavenet/consensus";
export const named = Object.values(consensus).filter((value) => typeof value?.codespace === "string");
`;

async function chainErrors() {
  const { registeredErrors, named } = await loadSources(ENTRY);
  const all = new Map([...named, ...registeredErrors()].map((one) => [`${one.codespace} ${one.code}`, one]));
  return [...all.values()];
}

function byCodespace(a, b) {
  return a.codespace === b.codespace ? a.code - b.code : a.codespace < b.codespace ? -1 : 1;
}

/** Text of a string or template literal, with … for what is filled in; undefined for anything else. */
function literalText(node) {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
}

function fixOf(options) {
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return undefined;
  const fix = options.properties.find((property) => property.name?.getText() === "fix");
  return literalText(fix?.initializer);
}

const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** Whether the node creates a local error: `new LocalError(…)`, or `super(…)` of a class that extends it. */
function createsLocalError(node) {
  if (ts.isNewExpression(node)) return node.expression.getText() === "LocalError";
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.SuperKeyword) return false;
  const owner = ts.findAncestor(node, ts.isClassDeclaration);
  return owner?.heritageClauses?.some((clause) => clause.getText().includes("LocalError")) ?? false;
}

function localErrors() {
  const found = new Map();
  const sites = readdirSync(join(root, "packages")).flatMap((name) => sourcesOf(name).map((path) => [name, path]));
  for (const [name, path] of sites) {
    walk(parseSource(path), (node) => {
      if (!createsLocalError(node)) return;
      const [code, message, options] = node.arguments ?? [];
      if (code === undefined || !ts.isStringLiteralLike(code) || !CODE.test(code.text)) return;
      const entry = found.get(code.text) ?? { rooms: new Set(), texts: new Set(), fixes: new Set() };
      entry.rooms.add(name);
      const text = literalText(message);
      const fix = fixOf(options);
      if (text !== undefined) entry.texts.add(text);
      if (fix !== undefined) entry.fixes.add(fix);
      found.set(code.text, entry);
    });
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
}

updatePage(
  "docs/reference/errors.md",
  {
    chain: table(
      ["codespace", "code", "text"],
      (await chainErrors()).sort(byCodespace).map(({ codespace, code, text }) => [`\`${codespace}\``, code, text]),
    ),
    local: table(
      ["code", "room", "text", "what to do"],
      localErrors().map(([code, { rooms, texts, fixes }]) => [
        `\`${code}\``,
        [...rooms].join(", "),
        [...texts].join(" / "),
        [...fixes].join(" / "),
      ]),
    ),
  },
  "node scripts/generate-error-docs.mjs",
);
