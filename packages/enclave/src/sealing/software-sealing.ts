/**
 * Sealing of the software enclave: AES-SIV under a random key that lies beside the data.
 *
 * SECURITY: this protects nothing against the operator of the machine; it keeps the format, the atomicity and the errors of
 * real sealing, and stops a record from being opened under another name or by a bundle of the other network class. One of
 * the files of this room that may touch `node:fs`.
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { utf8ToBytes } from "@enclavenet/common";
import { type Primitives, SecretBytes } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import { replaceDurably } from "./durable-write.ts";
import type { SealedStorage } from "./sealing.ts";
import { slotJournal } from "./slot-journal.ts";

const KEY_FILE = "software-sealing.key";
const KEY_BYTES = 32;
const DOMAIN = utf8ToBytes("enclavenet software sealing 1");

function tryRead(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new EnclaveError("SealingFailed", { check: "read" });
  }
}

function sealingKey(primitives: Primitives, directory: string): SecretBytes {
  const stored = tryRead(join(directory, KEY_FILE));
  if (stored !== undefined) {
    if (stored.length !== KEY_BYTES) throw new EnclaveError("SealingFailed", { check: "key length" });
    return SecretBytes.from(stored);
  }
  const fresh = primitives.randomBytes(KEY_BYTES);
  replaceDurably(join(directory, KEY_FILE), fresh);
  return SecretBytes.take(fresh);
}

/** Sealed records in `directory`, readable by enclaves of the same network class. */
export function softwareSealing(primitives: Primitives, directory: string, networkClass: string): SealedStorage {
  const key = sealingKey(primitives, directory);
  const headers = (name: string) => [DOMAIN, utf8ToBytes(networkClass), utf8ToBytes(name)];
  return {
    load(name) {
      const sealed = tryRead(join(directory, `${name}.sealed`));
      if (sealed === undefined) return undefined;
      const plaintext = primitives.aesSivOpen(key, headers(name), sealed);
      if (plaintext === undefined) throw new EnclaveError("SealingFailed", { check: name });
      return plaintext;
    },
    save(name, plaintext) {
      replaceDurably(join(directory, `${name}.sealed`), primitives.aesSivSeal(key, headers(name), plaintext));
    },
    journal(name) {
      const cipher = {
        seal: (plaintext: Uint8Array) => primitives.aesSivSeal(key, headers(name), plaintext),
        open: (sealed: Uint8Array) => primitives.aesSivOpen(key, headers(name), sealed),
      };
      const path = (slot: string) => join(directory, `${name}.sealed.${slot}`);
      return slotJournal([path("0"), path("1")], cipher, tryRead);
    },
  };
}
