/** Reads TypeScript sources as syntax trees, for documents that are derived from code. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./root.mjs";

/** Syntax tree of one file; `path` is relative to the repository. */
export function parseSource(path) {
  return ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.ES2022, true);
}

/** All source files of a package, generated ones left out. */
export function sourcesOf(name) {
  return readdirSync(join(root, "packages", name, "src"), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length))
    .filter((path) => !path.includes("/gen/") && !path.includes("/generated/"))
    .sort();
}

/** Calls `visit` for every node of the tree. */
export function walk(node, visit) {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** The expression without `as const` and `satisfies …`. */
export function bare(expression) {
  let inner = expression;
  while (ts.isAsExpression(inner) || ts.isSatisfiesExpression(inner)) inner = inner.expression;
  return inner;
}

/** Initializer of a top-level constant. Throws when there is none of that name. */
export function constant(source, name) {
  let found;
  walk(source, (node) => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === name) found ??= node.initializer;
  });
  if (found === undefined) throw new Error(`${source.fileName} has no constant ${name}`);
  return bare(found);
}

/** Text of the doc comment in front of a node, as one line. */
export function docOf(node) {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = comments.at(-1)?.comment;
  const plain = typeof text === "string" ? text : (ts.getTextOfJSDocComment(text) ?? "");
  return plain.replaceAll(/\s*\n\s*/g, " ").trim();
}
