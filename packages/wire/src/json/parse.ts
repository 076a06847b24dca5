/**
 * Strict JSON (RFC 8259) for untrusted text: exact integers, no duplicate keys, well-formed text, bounded nesting.
 *
 * Integers without fraction and exponent become bigint; other numbers are refused, since nothing in the protocol has them.
 * Objects keep the order of their keys, except that keys which are array indices come first, as in every JavaScript object.
 * @module
 */
import { WireError } from "../errors.ts";

export type JsonValue = null | boolean | string | bigint | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Arrays and objects inside each other: as deep as serde_json reads. */
const MAX_DEPTH = 127;

/** A number of this many digits is exact as a double. */
const SAFE_DIGITS = 15;

/** Longest number, in characters: beyond any integer of the protocol, short of a denial of service. */
const MAX_NUMBER_CHARACTERS = 80;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const MINUS = 0x2d;
const POINT = 0x2e;
const SMALL_E = 0x65;
const LARGE_E = 0x45;
const ZERO = 0x30;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LONE_SURROGATE = /\p{Surrogate}/u;

function refuse(reason: string): never {
  throw new WireError(`JSON: ${reason}`);
}

const isDigit = (code: number): boolean => code >= ZERO && code <= ZERO + 9;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value(0);
    this.#space();
    if (this.#at !== this.#text.length) refuse("text after the value");
    return value;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #take(literal: string): boolean {
    if (!this.#text.startsWith(literal, this.#at)) return false;
    this.#at += literal.length;
    return true;
  }

  #expect(literal: string): void {
    if (!this.#take(literal)) refuse(`expected ${literal}`);
  }

  /** `depth`: how many containers are around the value. */
  #value(depth: number): JsonValue {
    this.#space();
    const code = this.#text.charCodeAt(this.#at);
    switch (code) {
      case OPENING_BRACE:
        this.#at++;
        return this.#object(depth + 1);
      case OPENING_BRACKET:
        this.#at++;
        return this.#array(depth + 1);
      case QUOTE:
        return this.#string();
      default:
        if (code === MINUS || isDigit(code)) return this.#integer() ?? this.#number();
        if (this.#take("null")) return null;
        if (this.#take("true")) return true;
        if (this.#take("false")) return false;
        return this.#number();
    }
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    if (text.charCodeAt(start) !== QUOTE) refuse("malformed value");
    let plain = true;
    let at = start + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        plain = false;
        at++;
      } else if (code < 0x20) {
        refuse("control character in a string");
      }
    }
    if (at >= text.length) refuse("string without end");
    this.#at = at + 1;
    return plain ? wellFormed(text.slice(start + 1, at)) : unescaped(text.slice(start, at + 1));
  }

  /**
   * A short integer, undefined for anything else. PERF: contracts choose what is read and pay nothing for it; a number takes a
   * quarter of the time that {@link Parser.#number} takes.
   */
  #integer(): bigint | undefined {
    const text = this.#text;
    const isNegative = text.charCodeAt(this.#at) === MINUS;
    const first = this.#at + (isNegative ? 1 : 0);
    let at = first;
    let value = 0;
    for (; at - first <= SAFE_DIGITS && isDigit(text.charCodeAt(at)); at++)
      value = 10 * value + text.charCodeAt(at) - ZERO;
    const digits = at - first;
    if (digits === 0 || digits > SAFE_DIGITS || (text.charCodeAt(first) === ZERO && (digits > 1 || isNegative))) {
      return undefined;
    }
    const next = text.charCodeAt(at);
    if (next === POINT || next === SMALL_E || next === LARGE_E) return undefined;
    this.#at = at;
    return BigInt(isNegative ? -value : value);
  }

  #number(): bigint {
    NUMBER.lastIndex = this.#at;
    const token = NUMBER.exec(this.#text)?.[0] ?? refuse("malformed value");
    this.#at += token.length;
    if (!/^(?:0|-?[1-9][0-9]*)$/.test(token)) refuse("only integers are accepted");
    if (token.length > MAX_NUMBER_CHARACTERS) refuse("a number is too long");
    return BigInt(token);
  }

  #array(depth: number): JsonValue[] {
    if (depth > MAX_DEPTH) refuse("nested too deep");
    const out: JsonValue[] = [];
    this.#space();
    if (this.#take("]")) return out;
    for (;;) {
      out.push(this.#value(depth));
      this.#space();
      if (this.#take("]")) return out;
      this.#expect(",");
    }
  }

  #object(depth: number): { [key: string]: JsonValue } {
    if (depth > MAX_DEPTH) refuse("nested too deep");
    const out: { [key: string]: JsonValue } = {};
    this.#space();
    if (this.#take("}")) return out;
    for (;;) {
      this.#space();
      const key = this.#string();
      if (Object.hasOwn(out, key)) refuse("a key occurs twice");
      this.#space();
      this.#expect(":");
      setOwn(out, key, this.#value(depth));
      this.#space();
      if (this.#take("}")) return out;
      this.#expect(",");
    }
  }
}

/** Assigning `__proto__` would set the prototype; as an own property it stays data. */
function setOwn(out: { [key: string]: JsonValue }, key: string, value: JsonValue): void {
  if (key !== "__proto__") out[key] = value;
  else Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A lone surrogate is not text: it has no UTF-8 and would change when written. */
function wellFormed(text: string): string {
  return LONE_SURROGATE.test(text) ? refuse("a lone surrogate in a string") : text;
}

/** JSON.parse judges the escapes. */
function unescaped(token: string): string {
  try {
    return wellFormed(JSON.parse(token) as string);
  } catch (error) {
    if (error instanceof WireError) throw error;
    return refuse("malformed escape in a string");
  }
}

/** Parses one JSON document. Throws {@link WireError}. */
export function parseJson(text: string): JsonValue {
  return new Parser(text).document();
}
