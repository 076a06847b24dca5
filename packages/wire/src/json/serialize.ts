/**
 * JSON text in the two forms that sign documents need: compact, and indented as Go's json.Indent does.
 *
 * Spec: 04 §6.3.
 * @module
 */
import type { JsonValue } from "./parse.ts";

export interface SerializeOptions {
  /** Keys in code-unit order, recursively. */
  readonly sortKeys?: boolean;
  /** `<`, `>`, `&`, U+2028 and U+2029 as \u escapes, as Go's encoder writes them. */
  readonly escapeHtml?: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

const INDENT = "    ";

function text(value: string, options: SerializeOptions): string {
  const json = JSON.stringify(value);
  return options.escapeHtml === true ? json.replace(/[<>&\u2028\u2029]/g, (found) => ESCAPES[found] as string) : json;
}

/** What stands between the tokens; an indent of undefined is the compact form. */
interface Layout {
  readonly options: SerializeOptions;
  readonly indent: string | undefined;
}

function keysOf(value: object, options: SerializeOptions): string[] {
  const keys = Object.keys(value);
  return options.sortKeys === true ? keys.sort() : keys;
}

function write(value: JsonValue, { options, indent }: Layout): string {
  if (typeof value === "string") return text(value, options);
  if (typeof value !== "object" || value === null) return String(value);
  const inner: Layout = { options, indent: indent === undefined ? undefined : indent + INDENT };
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue) => write(item, inner));
    return enclosed("[", items, "]", indent);
  }
  const object = value as { readonly [key: string]: JsonValue };
  const colon = indent === undefined ? ":" : ": ";
  const members = keysOf(object, options).map(
    (key) => text(key, options) + colon + write(object[key] as JsonValue, inner),
  );
  return enclosed("{", members, "}", indent);
}

function enclosed(open: string, items: readonly string[], close: string, indent: string | undefined): string {
  if (indent === undefined) return open + items.join(",") + close;
  if (items.length === 0) return open + close;
  return `${open}\n${indent}${INDENT}${items.join(`,\n${indent}${INDENT}`)}\n${indent}${close}`;
}

/** Compact JSON, keys in their own order unless asked otherwise. */
export function serializeJson(value: JsonValue, options: SerializeOptions = {}): string {
  return write(value, { options, indent: undefined });
}

/** The form that amino sign documents are signed in: sorted keys, HTML escapes (spec 04 §6.3). */
export function canonicalJson(value: JsonValue): string {
  return serializeJson(value, { sortKeys: true, escapeHtml: true });
}

/** Indented by four spaces per level; empty objects and arrays stay compact, as Go's json.Indent leaves them. */
export function indentJson(value: JsonValue, options: SerializeOptions = {}): string {
  return write(value, { options, indent: "" });
}
