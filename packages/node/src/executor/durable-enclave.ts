/**
 * The host's share of sealing: an enclave may not flush a folder (Node's permission model denies fsync), so whoever calls it
 * does, before anything that rests on the sealed files becomes durable elsewhere.
 * @module
 */
import { readdirSync } from "node:fs";
import { naming } from "@enclavenet/common";
import type { EcallName, Enclave } from "@enclavenet/enclave-api";
import { flushDirectory } from "@enclavenet/store";

/** Calls that replace a file. */
const REPLACING: ReadonlySet<EcallName> = new Set([
  "createKeychain",
  "bindNetwork",
  "createRegistration",
  "importSeeds",
  "importKeychain",
  "settleRegistrations",
]);
/** Calls that overwrite in place, but make the file the first time. */
const OVERWRITING: ReadonlySet<EcallName> = new Set(["beginBlock", "endBlock"]);

/** `enclave`, with the names of its files in `directory` durable when a call returns. */
export function durableEnclave(enclave: Enclave, directory: string): Enclave {
  let flushed = "";
  const flush = (name: EcallName): void => {
    const replaces = REPLACING.has(name);
    if (!replaces && !OVERWRITING.has(name)) return;
    const names = readdirSync(directory).join();
    if (!replaces && names === flushed) return;
    flushDirectory(directory);
    flushed = names;
  };
  return {
    call(name, request, handlers) {
      const answer = enclave.call(name, request, handlers);
      naming(directory, () => flush(name));
      return answer;
    },
  };
}
