/**
 * A vector file whose every field must be used: what nobody read at the end is a failure, so that a new section or
 * field in the file cannot go untested unnoticed.
 * @module
 */
import { readFileSync } from "node:fs";
import { fromBase64, fromHex } from "@enclavenet/common";

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** One node of the file, with typed access that marks it as used. */
export class TrackedVectors {
  readonly #value: Json;
  readonly #path: string;
  readonly #used: Set<string>;

  private constructor(value: Json, path: string, used: Set<string>) {
    this.#value = value;
    this.#path = path;
    this.#used = used;
  }

  /** Reads a file of `tests/vectors`. */
  static load(name: string): TrackedVectors {
    const url = new URL(`../../../../tests/vectors/${name}`, import.meta.url);
    return new TrackedVectors(JSON.parse(readFileSync(url, "utf8")) as Json, "", new Set());
  }

  /** A field that is an object or a list. */
  at(name: string): TrackedVectors {
    return new TrackedVectors(this.#field(name), `${this.#path}/${name}`, this.#used);
  }

  /** The elements of a list. */
  items(): TrackedVectors[] {
    if (!Array.isArray(this.#value)) throw new Error(`${this.#path} is not a list`);
    return this.#value.map((value, i) => new TrackedVectors(value, `${this.#path}/${i}`, this.#used));
  }

  text(name: string): string {
    const value = this.#leaf(name);
    if (typeof value !== "string") throw new Error(`${this.#path}/${name} is not text`);
    return value;
  }

  number(name: string): number {
    const value = this.#leaf(name);
    if (typeof value !== "number") throw new Error(`${this.#path}/${name} is not a number`);
    return value;
  }

  hex(name: string): Uint8Array {
    return fromHex(this.text(name));
  }

  base64(name: string): Uint8Array {
    return fromBase64(this.text(name));
  }

  /** Marks prose as read. */
  prose(...names: readonly string[]): void {
    for (const name of names) this.text(name);
  }

  /** Paths of fields that nobody used. */
  unused(): string[] {
    return leaves(this.#value, this.#path).filter((path) => !this.#used.has(path));
  }

  #field(name: string): Json {
    const value = this.#value;
    const field = typeof value === "object" && value !== null ? (value as Record<string, Json>)[name] : undefined;
    if (field === undefined) throw new Error(`${this.#path}/${name} is missing`);
    return field;
  }

  #leaf(name: string): Json {
    this.#used.add(`${this.#path}/${name}`);
    return this.#field(name);
  }
}

function leaves(value: Json, path: string): string[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}/${name}`));
}
