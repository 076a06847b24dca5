/**
 * Reading JSON whose shape is known: every member is asked for by name, kind and limit. Members that nobody asks for are
 * passed over, since Intel adds some from time to time.
 * @module
 */
import { bytesOfHex } from "../encoding/text.ts";
import { jsonTime } from "../encoding/time.ts";
import { type AttestationCode, refuse } from "../errors.ts";

/** Longest text of a member. */
const MAX_TEXT = 1024;
/** Most entries of a list. */
const MAX_ENTRIES = 1024;

/** One object of a document, with its path for messages. */
export class JsonObject {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #code: AttestationCode;
  readonly #path: string;

  constructor(value: unknown, code: AttestationCode, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(code, `${path} is not an object`);
    this.#members = value as Record<string, unknown>;
    this.#code = code;
    this.#path = path;
  }

  /** Whether the object itself has the member. */
  has(name: string): boolean {
    return Object.hasOwn(this.#members, name);
  }

  names(): readonly string[] {
    return Object.keys(this.#members);
  }

  text(name: string, maxLength = MAX_TEXT): string {
    const value = this.#own(name);
    if (typeof value !== "string") return this.#refuse(name, "is not text");
    return value.length > maxLength ? this.#refuse(name, `is longer than ${maxLength}`) : value;
  }

  /** One of the given texts. */
  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.text(name);
    return choices.find((choice) => choice === value) ?? this.#refuse(name, "is not known");
  }

  /** Whole number from 0 to `max`. */
  count(name: string, max: number): number {
    const value = this.#own(name);
    const counts = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max;
    return counts ? value : this.#refuse(name, `is not a whole number up to ${max}`);
  }

  hex(name: string, length: number): Uint8Array {
    return bytesOfHex(this.text(name), this.#code, `${this.#path}.${name}`, length);
  }

  /** Seconds since the epoch. */
  time(name: string): number {
    return jsonTime(this.text(name), this.#code, `${this.#path}.${name}`);
  }

  object(name: string): JsonObject {
    return new JsonObject(this.#own(name), this.#code, `${this.#path}.${name}`);
  }

  objects(name: string): readonly JsonObject[] {
    const entries = this.#list(name);
    return entries.map((entry, at) => new JsonObject(entry, this.#code, `${this.#path}.${name}[${at}]`));
  }

  /** A list of texts; absent is empty. */
  texts(name: string): readonly string[] {
    if (!this.has(name)) return [];
    const entries = this.#list(name);
    const fit = (entry: unknown): entry is string => typeof entry === "string" && entry.length <= MAX_TEXT;
    return entries.every(fit) ? entries : this.#refuse(name, "is not a list of texts");
  }

  #own(name: string): unknown {
    return this.has(name) ? this.#members[name] : this.#refuse(name, "is missing");
  }

  #list(name: string): readonly unknown[] {
    const value = this.#own(name);
    if (!Array.isArray(value)) return this.#refuse(name, "is not a list");
    return value.length > MAX_ENTRIES ? this.#refuse(name, `has more than ${MAX_ENTRIES} entries`) : value;
  }

  #refuse(name: string, what: string): never {
    return refuse(this.#code, `${this.#path}.${name} ${what}`);
  }
}

/** The object that a text holds. */
export function parseJsonObject(text: string, code: AttestationCode, path: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse(code, `${path} is not JSON`, error);
  }
  return new JsonObject(value, code, path);
}
