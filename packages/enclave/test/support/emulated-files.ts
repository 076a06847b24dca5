/**
 * The files of an emulated machine, in memory: they answer as the kernel and Gramine do, and a test changes what they answer.
 * @module
 */
import type { SgxReportFields, TdReportFields } from "@enclavenet/attestation/development";
import { utf8ToBytes } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import type { DeviceFiles } from "../../src/index.ts";
import { sgxQuote, tdxQuote } from "./emulated-platform.ts";

type Content = Uint8Array | (() => Uint8Array);

/** Files by their paths. */
export class EmulatedFiles implements DeviceFiles {
  readonly files = new Map<string, Content>();
  readonly folders = new Set<string>();
  /** What happens when a file is written. */
  readonly written = new Map<string, (content: Uint8Array) => void>();
  /** What happens when a folder is made. */
  readonly made = new Map<string, () => void>();
  memory = true;

  read(path: string): Uint8Array | undefined {
    const content = this.files.get(path);
    return typeof content === "function" ? content() : content?.slice();
  }

  write(path: string, content: Uint8Array): void {
    const react = this.written.get(path);
    if (react === undefined) throw new EnclaveError("TeeFailed", { check: `write ${path}` });
    react(content.slice());
  }

  create(path: string, content: Uint8Array): void {
    if (this.files.has(path)) throw new EnclaveError("TeeFailed", { check: `create ${path}` });
    this.files.set(path, content.slice());
  }

  makeDirectory(path: string): "made" | "exists" | "absent" {
    if (this.folders.has(path)) return "exists";
    if (!this.folders.has(path.slice(0, path.lastIndexOf("/")))) return "absent";
    this.folders.add(path);
    this.made.get(path)?.();
    return "made";
  }

  removeDirectory(path: string): void {
    this.folders.delete(path);
    for (const file of this.files.keys()) if (file.startsWith(`${path}/`)) this.files.delete(file);
  }

  isInMemory(): boolean {
    return this.memory;
  }
}

const GRAMINE = "/dev/attestation";

/** Adds Gramine's files; `changes` is read at every quote. */
export function addGramine(files: EmulatedFiles, primitives: Primitives, changes: Partial<SgxReportFields> = {}): void {
  let reportData: Uint8Array = new Uint8Array(64);
  files.files.set(`${GRAMINE}/attestation_type`, utf8ToBytes("dcap"));
  files.files.set(`${GRAMINE}/keys/_sgx_mrenclave`, new Uint8Array(16).fill(0x5e));
  files.files.set(`${GRAMINE}/quote`, () => sgxQuote(primitives, reportData, changes));
  files.written.set(`${GRAMINE}/user_report_data`, (content) => {
    reportData = content;
  });
}

const REPORTS = "/sys/kernel/config/tsm/report";
export const TDX_ENTRY = `${REPORTS}/enclavenet`;

/** Adds configfs-tsm and a folder in memory; `changes` is read at every quote. */
export function addTdx(files: EmulatedFiles, primitives: Primitives, changes: Partial<TdReportFields> = {}): void {
  files.folders.add(REPORTS);
  files.folders.add("/run");
  files.made.set(TDX_ENTRY, () => {
    let generation = 0;
    let reportData: Uint8Array | undefined;
    files.files.set(`${TDX_ENTRY}/provider`, utf8ToBytes("tdx_guest\n"));
    files.files.set(`${TDX_ENTRY}/generation`, () => utf8ToBytes(`${generation}\n`));
    files.files.set(`${TDX_ENTRY}/outblob`, () => {
      if (reportData === undefined) throw new EnclaveError("TeeFailed", { check: "EINVAL" });
      return tdxQuote(primitives, reportData, changes);
    });
    files.written.set(`${TDX_ENTRY}/inblob`, (content) => {
      generation++;
      reportData = content;
    });
  });
}
