/**
 * Sealing of the software enclave: its key is random and lies beside the data.
 *
 * SECURITY: this protects nothing against the operator of the machine; it keeps the format, the atomicity and the errors of
 * real sealing.
 * @module
 */
import { join } from "node:path";
import { type Primitives, SecretBytes } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import { replaceDurably } from "./durable-write.ts";
import { readSealed, sealedFiles } from "./sealed-files.ts";
import type { SealedStorage } from "./sealing.ts";

const KEY_FILE = "software-sealing.key";
const KEY_BYTES = 32;

/** The key in `directory`, made when there is none. */
export function softwareSealingKey(primitives: Primitives, directory: string): SecretBytes {
  const path = join(directory, KEY_FILE);
  const stored = readSealed(path);
  if (stored !== undefined) {
    if (stored.length !== KEY_BYTES) throw new EnclaveError("SealingFailed", { check: "key length" });
    return SecretBytes.from(stored);
  }
  const fresh = primitives.randomBytes(KEY_BYTES);
  replaceDurably(path, fresh);
  return SecretBytes.take(fresh);
}

/** Sealed records in `directory`, readable by enclaves of the same network class. */
export function softwareSealing(primitives: Primitives, directory: string, networkClass: string): SealedStorage {
  const key = softwareSealingKey(primitives, directory);
  return sealedFiles(primitives, { directory, key, kind: "software", networkClass });
}
