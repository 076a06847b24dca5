/**
 * JSON text in the two forms that sign documents need: compact, and indented as Go's json.Indent does.
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

function text(value: string, options: SerializeOptions): string {
  const json = JSON.stringify(value);
  return options.escapeHtml === true ? json.replace(/[<>&\u2028\u2029]/g, (found) => ESCAPES[found] as string) : json;
}

function keysOf(value: { readonly [key: string]: JsonValue }, options: SerializeOptions): string[] {
  const keys = Object.keys(value);
  return options.sortKeys === true ? keys.sort() : keys;
}

/** Compact JSON, keys in their own order unless asked otherwise. */
export function serializeJson(value: JsonValue, options: SerializeOptions = {}): string {
  if (typeof value === "string") return text(value, options);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => serializeJson(item, options)).join(",")}]`;
  const object = value as { readonly [key: string]: JsonValue };
  const members = keysOf(object, options).map(
    (key) => `${text(key, options)}:${serializeJson(object[key] as JsonValue, options)}`,
  );
  return `{${members.join(",")}}`;
}

/** The form that amino sign documents are signed in: sorted keys, HTML escapes (spec 04 §6.3). */
export function canonicalJson(value: JsonValue): string {
  return serializeJson(value, { sortKeys: true, escapeHtml: true });
}

/** Indented by four spaces per level; empty objects and arrays stay compact, as Go's json.Indent leaves them. */
export function indentJson(value: JsonValue, options: SerializeOptions = {}, level = 0): string {
  if (typeof value !== "object" || value === null) return serializeJson(value, options);
  const isArray = Array.isArray(value);
  const object = value as { readonly [key: string]: JsonValue };
  const items = isArray
    ? value.map((item: JsonValue) => indentJson(item, options, level + 1))
    : keysOf(object, options).map(
        (key) => `${text(key, options)}: ${indentJson(object[key] as JsonValue, options, level + 1)}`,
      );
  const [open, close] = isArray ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) return open + close;
  const inner = "    ".repeat(level + 1);
  return `${open}\n${items.map((item) => inner + item).join(",\n")}\n${"    ".repeat(level)}${close}`;
}
