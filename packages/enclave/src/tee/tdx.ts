/**
 * An Intel TDX trust domain, which gets its quotes from the guest kernel's configfs. A domain has no sealing key.
 *
 * Rule: Linux, Documentation/ABI/testing/configfs-tsm-report (inblob, outblob, provider, generation), kernel 6.7 and later.
 * @module
 */
import type { Primitives } from "@enclavenet/crypto";
import { TdxFolder } from "@enclavenet/enclave-api";
import type { DeviceFiles } from "./device-files.ts";
import { failTee, lineOf } from "./failure.ts";
import type { HardwareBackend } from "./hardware-tee.ts";

const ENTRY = `${TdxFolder.reports}/enclavenet`;
const PROVIDER = "tdx_guest";
const KEY_FILE = `${TdxFolder.key}/sealing.key`;
const KEY_BYTES = 32;

/** Undefined where the kernel offers no entries. One that a killed process left is as good as a new one. */
function withEntry<T>(files: DeviceFiles, use: (read: (name: string) => Uint8Array) => T): T | undefined {
  if (files.makeDirectory(ENTRY) === "absent") return undefined;
  try {
    return use((name) => files.read(`${ENTRY}/${name}`) ?? failTee(`no ${name}`));
  } finally {
    files.removeDirectory(ENTRY);
  }
}

function generationOf(content: Uint8Array): bigint {
  const text = lineOf(content);
  return /^\d{1,20}$/.test(text) ? BigInt(text) : failTee("generation");
}

function quote(files: DeviceFiles, reportData: Uint8Array): Uint8Array {
  const made = withEntry(files, (read) => {
    const before = generationOf(read("generation"));
    files.write(`${ENTRY}/inblob`, reportData);
    const blob = read("outblob");
    // Every write counts: one more than ours, and the quote may be about something else.
    if (generationOf(read("generation")) !== before + 1n) failTee("entry written by others");
    return blob;
  });
  return made ?? failTee("configfs-tsm is gone");
}

/**
 * SECURITY: the domain's memory is all that the operator cannot read, so the key lives there and ends with the domain: a file in
 * memory, or none. The enclave cannot tell who knows the key of a volume (docs/adr/0011-tee-backends.md).
 */
function sealingSecret(primitives: Primitives, files: DeviceFiles): Uint8Array {
  if (files.makeDirectory(TdxFolder.key) === "absent") failTee("no folder for the sealing key");
  if (!files.isInMemory(TdxFolder.key)) failTee("the sealing key would be on a disk");
  const known = files.read(KEY_FILE);
  if (known !== undefined) return known.length === KEY_BYTES ? known : failTee("length of the sealing key");
  const fresh = primitives.randomBytes(KEY_BYTES);
  files.create(KEY_FILE, fresh);
  return fresh;
}

/** The backend, undefined when this is no trust domain. */
export function tdx(primitives: Primitives, files: DeviceFiles): HardwareBackend | undefined {
  const provider = withEntry(files, (read) => lineOf(read("provider")));
  if (provider !== PROVIDER) return undefined;
  return {
    kind: "tdx",
    measures: "tdx",
    quote: (reportData) => quote(files, reportData),
    sealingSecret: () => sealingSecret(primitives, files),
  };
}
