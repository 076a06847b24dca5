/**
 * Keys and seeds as a type of their own: they cannot be printed, serialised or compared by accident.
 *
 * SECURITY: the bytes live in a private field, so the inspector, JSON, template strings and structured clones see
 * a placeholder. `wipe` is best effort: the engine may have copied the buffer, and OpenSSL holds its own copies.
 * @module
 */
import { constantTimeEqual } from "./constant-time.ts";
import { cryptoUsageError } from "./errors.ts";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Secret bytes of a fixed length. Immutable, apart from {@link SecretBytes.wipe}. */
export class SecretBytes {
  /** Length in bytes; not secret. */
  readonly length: number;
  #bytes: Uint8Array | undefined;

  private constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.#bytes = bytes;
  }

  /** A secret holding a copy of `bytes`. */
  static from(bytes: Uint8Array): SecretBytes {
    return new SecretBytes(new Uint8Array(bytes));
  }

  /** A secret that takes over `bytes` without copying. The caller must forget the array. */
  static take(bytes: Uint8Array): SecretBytes {
    return new SecretBytes(bytes);
  }

  /**
   * The bytes themselves, not a copy. Every call site is a place to review: read, use, do not keep.
   * Throws after {@link SecretBytes.wipe}.
   */
  expose(): Uint8Array {
    if (this.#bytes === undefined) throw cryptoUsageError("secret was wiped");
    return this.#bytes;
  }

  /** Whether the secret was wiped. */
  get wiped(): boolean {
    return this.#bytes === undefined;
  }

  /** Constant-time equality with another secret. */
  equals(other: SecretBytes): boolean {
    return constantTimeEqual(this.expose(), other.expose());
  }

  /** Overwrites the bytes and makes the secret unusable. Best effort, see the head of this file. */
  wipe(): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
  }

  /** Placeholder text; the bytes never reach a string. */
  toString(): string {
    return `[secret of ${this.length} bytes]`;
  }

  /** Placeholder text for JSON. */
  toJSON(): string {
    return this.toString();
  }

  /** Placeholder text for `util.inspect` and `console`. */
  [INSPECT](): string {
    return this.toString();
  }
}
