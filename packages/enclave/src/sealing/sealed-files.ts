/**
 * Sealed records as files of a folder: AES-SIV under the key of the TEE.
 *
 * SECURITY: what lies there is the host's to take away, to damage and to put back; a record opens only under its own name, for the
 * kind of TEE and the network class that sealed it. One of the files of this room that may touch `node:fs`.
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { utf8ToBytes } from "@enclavenet/common";
import type { Primitives, SecretBytes } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import { replaceDurably } from "./durable-write.ts";
import type { SealedStorage } from "./sealing.ts";
import { slotJournal } from "./slot-journal.ts";

export interface SealedFilesOptions {
  readonly directory: string;
  /** 32 bytes. */
  readonly key: SecretBytes;
  /** What the key is of. */
  readonly kind: string;
  readonly networkClass: string;
}

/** Content of a file of the folder, undefined when there is none. */
export function readSealed(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new EnclaveError("SealingFailed", { check: "read" });
  }
}

/** The records of one folder. */
export function sealedFiles(primitives: Primitives, options: SealedFilesOptions): SealedStorage {
  const { directory, key, kind, networkClass } = options;
  const domain = utf8ToBytes(`enclavenet ${kind} sealing 1`);
  const headers = (name: string) => [domain, utf8ToBytes(networkClass), utf8ToBytes(name)];
  return {
    load(name) {
      const sealed = readSealed(join(directory, `${name}.sealed`));
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
      return slotJournal([path("0"), path("1")], cipher, readSealed);
    },
  };
}
