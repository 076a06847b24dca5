/**
 * The checks of the sources, by name: a build without one shows what it keeps away.
 *
 * A check is the statement behind the comment `// check: name`, or the rule of quotes `quote/name`. A name goes with its check
 * when that is moved or written anew.
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** A check, and what a build without it has instead: nothing, another statement, or the same one with a piece exchanged. */
export interface Check {
  readonly id: string;
  readonly without: string | readonly [piece: string, other: string];
}

/** A build without the check of this name. */
export function cut(id: string, without: Check["without"] = ""): Check {
  return { id, without };
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const TAG = /^\s*\/\/ check: (\S+)$/gm;
const QUOTE_RULE = "quote/";

/** Where a check is in its file. */
interface Place {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

function statementAfter(source: ts.SourceFile, position: number): ts.Statement | undefined {
  let found: ts.Statement | undefined;
  const visit = (node: ts.Node): void => {
    if (node.end <= position || found !== undefined) return;
    if (ts.isStatement(node) && node.getStart(source) >= position) found = node;
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Between tag and statement there may be other comments, and nothing else. */
function tagged(source: ts.SourceFile): Place[] {
  return [...source.text.matchAll(TAG)].flatMap(({ 0: tag, 1: id = "", index }) => {
    const behind = index + tag.length;
    const statement = statementAfter(source, behind);
    if (statement === undefined || statement.getFullStart() > behind) return [];
    return [{ id, start: statement.getStart(source), end: statement.end }];
  });
}

/** Members of the objects that `rulesOf` gets. */
function quoteRules(source: ts.SourceFile): Place[] {
  const places: Place[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === "rulesOf") {
      for (const rules of node.arguments.filter(ts.isObjectLiteralExpression)) {
        for (const { name, ...rule } of rules.properties.map((one) => ({
          name: one.name,
          start: one.pos,
          end: one.end,
        }))) {
          const comma = source.text[rule.end] === "," ? 1 : 0;
          if (name !== undefined)
            places.push({ id: QUOTE_RULE + name.getText(source), ...rule, end: rule.end + comma });
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return places;
}

function placesIn(text: string, file: string): readonly Place[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return [
    ...(text.includes("// check: ") ? tagged(source) : []),
    ...(text.includes("rulesOf(") ? quoteRules(source) : []),
  ];
}

function sourceFiles(): readonly string[] {
  return readdirSync(join(root, "packages"))
    .map((room) => join(root, "packages", room, "src"))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)))
    .filter((path) => path.endsWith(".ts"));
}

interface Source {
  readonly text: string;
  readonly places: readonly Place[];
}

const known = new Map<string, Source>();

/** PERF: the same files are asked for again and again. */
function sourceOf(path: string): Source {
  const remembered = known.get(path);
  if (remembered !== undefined) return remembered;
  const text = readFileSync(path, "utf8");
  const source = { text, places: placesIn(text, path) };
  known.set(path, source);
  return source;
}

/** Names of all checks, each with the files that have it; a name that stands twice has two. */
export function checksOfSources(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const path of sourceFiles()) {
    for (const { id } of sourceOf(path).places) found.set(id, [...(found.get(id) ?? []), path]);
  }
  return found;
}

let remembered: ReadonlyMap<string, readonly string[]> | undefined;

/** The only file that has the check. */
export function fileOfCheck(id: string): string {
  remembered ??= checksOfSources();
  const files = remembered.get(id) ?? [];
  if (files.length !== 1) throw new Error(`check "${id}" is ${files.length} times in the sources`);
  return files[0] as string;
}

function replacement(statement: string, { id, without }: Check): string {
  if (typeof without === "string") return without;
  const [piece, other] = without;
  if (statement.split(piece).length !== 2) throw new Error(`check "${id}" has not once "${piece}": ${statement}`);
  return statement.replace(piece, () => other);
}

function cutAt(places: readonly Place[], text: string, checks: readonly Check[]): string {
  const edits = checks.map((one) => {
    const place = places.find(({ id }) => id === one.id);
    if (place === undefined) throw new Error(`no check "${one.id}"`);
    return { ...place, instead: replacement(text.slice(place.start, place.end), one) };
  });
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((rest, { start, end, instead }) => rest.slice(0, start) + instead + rest.slice(end), text);
}

/** A text without checks that are in it. */
export function cutText(text: string, checks: readonly Check[]): string {
  return cutAt(placesIn(text, "text.ts"), text, checks);
}

/** The text of a file without checks that are in it. */
export function cutFile(path: string, checks: readonly Check[]): string {
  const { text, places } = sourceOf(path);
  return cutAt(places, text, checks);
}
