/**
 * Enclaves whose keys are all written down, whatever they are for: each key that a primitive is given or gives. A key that a later
 * version adds is among them without anybody naming it.
 * @module
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { toHex, utf8ToBytes } from "@enclavenet/common";
import type { Primitives, SecretBytes } from "@enclavenet/crypto";
import { findIn, formsOf } from "../../../../tests/support/memory-scan.ts";
import type { createEnclave, EnclaveProgram, SealedStorage, softwareSealing } from "../../src/index.ts";

/** What is watched: the enclave's own modules, or a build of them that leaks. */
export interface Watched {
  readonly createEnclave: typeof createEnclave;
  readonly softwareSealing: typeof softwareSealing;
}

const KEY_FILE = "software-sealing.key";
/** Shorter ones are nonces, or what a contract calls a key. */
const KEY_BYTES = 32;

const bytesOf = (key: Uint8Array | SecretBytes): Uint8Array => (key instanceof Uint8Array ? key : key.expose());

/** What the watched enclaves knew, and what left them. */
export class LeakWatch {
  /** By their hex: the first use. */
  readonly #keys = new Map<string, string>();
  readonly #left: Uint8Array[] = [];
  readonly #plain: Uint8Array[] = [];
  readonly #folders: string[] = [];
  readonly #watched: Watched;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** Stands in for the function of this name. Seals for real, in a folder of its own. */
  readonly create: typeof createEnclave = (options) => {
    const primitives = this.#noting(options.primitives);
    const folder = mkdtempSync(join(tmpdir(), "enclavenet-leaks-"));
    this.#folders.push(folder);
    const storage = this.#noteRecords(this.#watched.softwareSealing(primitives, folder, options.networkClass));
    return this.#recording(this.#watched.createEnclave({ ...options, primitives, storage }));
  };

  /** Where the keys came from that were seen. */
  uses(): string[] {
    return [...new Set(this.#keys.values())].sort();
  }

  /** Uses of the keys that left in an answer, a question, an error or a sealed file, in any form. */
  leaked(): string[] {
    const files = this.#folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name !== KEY_FILE)
        .map((name) => readFileSync(join(folder, name))),
    );
    return this.#search([...this.#left, ...files]);
  }

  /** Uses of the keys that are in the records before they are sealed. */
  kept(): string[] {
    return this.#search(this.#plain);
  }

  remove(): void {
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  #search(parts: readonly Uint8Array[]): string[] {
    const hay = Buffer.concat(parts);
    const found = new Set<string>();
    const needles = [...this.#keys].flatMap(([hex, use]) => formsOf(use, Buffer.from(hex, "hex"), "key"));
    findIn(hay, needles, found);
    return [...found].sort();
  }

  #note<K extends Uint8Array | SecretBytes>(use: string, key: K): K {
    const bytes = bytesOf(key);
    const hex = toHex(bytes);
    // All zeros: a contract's own key, or the shared secret of a low-order point. Nothing is learned from it.
    if (bytes.length >= KEY_BYTES && bytes.some((byte) => byte !== 0) && !this.#keys.has(hex)) this.#keys.set(hex, use);
    return key;
  }

  #noting(p: Primitives): Primitives {
    const note = this.#note.bind(this);
    return {
      ...p,
      randomBytes: (length) => note("random bytes", p.randomBytes(length)),
      hmacSha256: (key, data) => p.hmacSha256(note("HMAC key", key), data),
      hkdfSha256: (ikm, salt, info, length) =>
        note("derived key", p.hkdfSha256(note("key to derive from", ikm), salt, info, length)),
      aesSivSeal: (key, headers, text) => p.aesSivSeal(note("cipher key", key), headers, text),
      aesSivOpen: (key, headers, sealed) => p.aesSivOpen(note("cipher key", key), headers, sealed),
      aesSivSealMany: (key, items) => p.aesSivSealMany(note("cipher key", key), items),
      aesSivOpenMany: (key, items) => p.aesSivOpenMany(note("cipher key", key), items),
      x25519PublicKey: (key) => p.x25519PublicKey(note("exchange key", key)),
      x25519SharedSecret: (key, publicKey) =>
        note("shared secret", p.x25519SharedSecret(note("exchange key", key), publicKey)),
    };
  }

  #noteRecords(storage: SealedStorage): SealedStorage {
    const note = (plaintext: Uint8Array) => void this.#plain.push(plaintext.slice());
    return {
      load: (name) => storage.load(name),
      save(name, plaintext) {
        note(plaintext);
        storage.save(name, plaintext);
      },
      journal(name) {
        const journal = storage.journal(name);
        return {
          load: () => journal.load(),
          save(plaintext) {
            note(plaintext);
            journal.save(plaintext);
          },
        };
      },
    };
  }

  #recording(program: EnclaveProgram): EnclaveProgram {
    const leave = (bytes: Uint8Array) => void this.#left.push(bytes.slice());
    return {
      prepare: () => program.prepare(),
      handle(method, body, ocall) {
        try {
          const answer = program.handle(method, body, (asked, question) => {
            leave(question);
            return ocall(asked, question);
          });
          leave(answer);
          return answer;
        } catch (error) {
          leave(utf8ToBytes(inspect(error)));
          throw error;
        }
      },
    };
  }
}
