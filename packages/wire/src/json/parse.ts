/**
 * Strict JSON (RFC 8259) for untrusted text: exact integers, no duplicate keys, bounded nesting.
 *
 * Integers without fraction and exponent become bigint of any size; other numbers are refused, since nothing in the protocol
 * has them.
 * @module
 */
import { WireError } from "../errors.ts";

export type JsonValue = null | boolean | string | bigint | readonly JsonValue[] | { readonly [key: string]: JsonValue };

const MAX_DEPTH = 128;

/** Longest number, in characters: beyond any integer of the protocol, short of a denial of service. */
const MAX_NUMBER_CHARACTERS = 80;

/** Shape of a string; JSON.parse judges its escapes and control characters. */
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const SPACE = /[ \t\n\r]*/y;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value(0);
    this.#space();
    if (this.#at !== this.#text.length) throw new WireError("JSON: text after the value");
    return value;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #space(): void {
    this.#match(SPACE);
  }

  #take(literal: string): boolean {
    if (!this.#text.startsWith(literal, this.#at)) return false;
    this.#at += literal.length;
    return true;
  }

  #expect(literal: string): void {
    if (!this.#take(literal)) throw new WireError(`JSON: expected ${literal}`);
  }

  #value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw new WireError("JSON: nested too deep");
    this.#space();
    if (this.#take("{")) return this.#object(depth);
    if (this.#take("[")) return this.#array(depth);
    if (this.#text[this.#at] === '"') return this.#string();
    if (this.#take("null")) return null;
    if (this.#take("true")) return true;
    if (this.#take("false")) return false;
    return this.#number();
  }

  #string(): string {
    const token = this.#match(STRING);
    try {
      return JSON.parse(token ?? "") as string;
    } catch {
      throw new WireError("JSON: malformed string");
    }
  }

  #number(): bigint {
    const token = this.#match(NUMBER);
    if (token === undefined) throw new WireError("JSON: malformed value");
    if (!/^-?[0-9]+$/.test(token) || token.length > MAX_NUMBER_CHARACTERS) {
      throw new WireError("JSON: only integers are accepted");
    }
    return BigInt(token);
  }

  #array(depth: number): JsonValue[] {
    const out: JsonValue[] = [];
    this.#space();
    if (this.#take("]")) return out;
    for (;;) {
      out.push(this.#value(depth + 1));
      this.#space();
      if (this.#take("]")) return out;
      this.#expect(",");
    }
  }

  #object(depth: number): { [key: string]: JsonValue } {
    const entries = new Map<string, JsonValue>();
    this.#space();
    if (this.#take("}")) return {};
    for (;;) {
      this.#space();
      const key = this.#string();
      if (entries.has(key)) throw new WireError("JSON: a key occurs twice");
      this.#space();
      this.#expect(":");
      entries.set(key, this.#value(depth + 1));
      this.#space();
      // fromEntries defines own properties, so that a key such as __proto__ stays data.
      if (this.#take("}")) return Object.fromEntries(entries);
      this.#expect(",");
    }
  }
}

/** Parses one JSON document. Throws {@link WireError}. */
export function parseJson(text: string): JsonValue {
  return new Parser(text).document();
}
