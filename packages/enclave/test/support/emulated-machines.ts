/**
 * Emulated machines with a TEE on disk, and production enclaves that are built to look there.
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TdxFolder } from "@enclavenet/enclave-api";
import type { EnclaveProcessOptions } from "@enclavenet/enclave-host";
import { build, type Plugin } from "esbuild";
import { manifestTemplate, renderManifest } from "../../../../tests/support/gramine-manifest.ts";

const TMPFS = 0x0102_1994;
const APPLICATION = "/opt/app";
const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** How the enclave of a machine is started. */
export interface Machine extends Pick<EnclaveProcessOptions, "bundle" | "devices" | "gramine"> {
  readonly tee: "sgx" | "tdx";
  /** What the enclave says that it runs on. */
  readonly name: string;
  /** Where the home of a node may be. */
  readonly folder: string;
}

function isTmpfs(path: string): boolean {
  try {
    return statfsSync(path).type === TMPFS;
  } catch {
    return false;
  }
}

/** What differs from the sources. */
interface Changes {
  readonly define?: Record<string, string>;
  readonly plugins?: Plugin[];
}

async function bundled(entry: string, outfile: string, changes: Changes = {}): Promise<string> {
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, "packages/enclave/test/entries", entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@enclavenet/source"],
    loader: { ".wasm": "binary" },
    ...changes,
    logLevel: "error",
  });
  return outfile;
}

/** Machines that end with {@link EmulatedMachines.remove}. */
export class EmulatedMachines {
  readonly #programs = mkdtempSync(join(tmpdir(), "enclavenet-machines-"));
  /** The key of a domain must not reach a disk. */
  readonly #memory = mkdtempSync(join(["/dev/shm", "/run"].find(isTmpfs) ?? tmpdir(), "enclavenet-machines-"));
  readonly #emulators: ChildProcess[] = [];
  readonly #plugins: Plugin[];

  /** `plugins` change the enclaves' sources. */
  constructor(plugins: Plugin[] = []) {
    this.#plugins = plugins;
  }

  async #machine(name: string): Promise<{ readonly folder: string; readonly bundle: string }> {
    const folder = join(this.#memory, name);
    const define = { EMULATED_ROOT: JSON.stringify(folder) };
    const changes = { define, plugins: this.#plugins };
    return { folder, bundle: await bundled("emulated-bundle.ts", join(this.#programs, `${name}.mjs`), changes) };
  }

  async #emulate(kind: "sgx" | "tdx", folder: string, name: string): Promise<void> {
    const program = await bundled("emulator.ts", join(this.#programs, "emulator.mjs"));
    this.#emulators.push(spawn(process.execPath, [program, kind, folder, name], { stdio: "ignore" }));
  }

  /** SGX under Gramine: its launcher is a script that runs Node with the manifest's own arguments and variables, other folders in place of its. */
  async gramine(name: string): Promise<Machine> {
    const { folder, bundle } = await this.#machine(name);
    const devices = join(folder, "dev/attestation");
    mkdirSync(join(devices, "keys"), { recursive: true });
    writeFileSync(join(devices, "attestation_type"), "dcap");
    writeFileSync(join(devices, "keys/_sgx_mrenclave"), new Uint8Array(16).fill(0x5e));
    for (const fifo of ["user_report_data", "quote"]) execFileSync("mkfifo", [join(devices, fifo)]);
    await this.#emulate("sgx", devices, name);
    // Folders in memory often forbid programs.
    const launcher = join(this.#programs, `${name}-gramine-sgx`);
    const { env } = renderManifest(manifestTemplate()).loader;
    const variables = Object.entries(env).map(([name, value]) => `"${name}=${value}"`);
    const run = `exec env -i ${variables.join(" ")} "${process.execPath}" ${this.#manifestArguments(bundle, devices)}`;
    writeFileSync(launcher, `#!/bin/sh\ntest "$1" = ${APPLICATION} || exit 1\n${run}\n`);
    chmodSync(launcher, 0o700);
    const gramine = { application: APPLICATION, launcher };
    return { bundle: "/nowhere", gramine, tee: "sgx", name: "gramine-sgx", folder };
  }

  #manifestArguments(bundle: string, devices: string): string {
    const { argv } = renderManifest(manifestTemplate()).loader;
    const moved = argv
      .slice(1)
      .map((argument) =>
        argument
          .replace("/enclave/enclave-production.mjs", bundle)
          .replace("/enclave/*", bundle)
          .replace("/dev/attestation", devices)
          .replace("/sealed", "$PWD/enclave"),
      );
    return moved.map((argument) => `"${argument}"`).join(" ");
  }

  /** A trust domain. Its entry is there already, as a killed process would have left it. */
  async domain(name: string): Promise<Machine> {
    const { folder, bundle } = await this.#machine(name);
    const entry = join(folder, TdxFolder.reports, "enclavenet");
    mkdirSync(entry, { recursive: true });
    mkdirSync(join(folder, "run"));
    writeFileSync(join(entry, "provider"), "tdx_guest\n");
    writeFileSync(join(entry, "generation"), "0\n");
    for (const fifo of ["inblob", "outblob"]) execFileSync("mkfifo", [join(entry, fifo)]);
    await this.#emulate("tdx", entry, name);
    const devices = Object.values(TdxFolder).map((path) => join(folder, path));
    return { bundle, devices, tee: "tdx", name: "tdx", folder };
  }

  /** Ends the emulators and removes everything. */
  remove(): void {
    for (const child of this.#emulators) child.kill("SIGKILL");
    for (const folder of [this.#programs, this.#memory]) rmSync(folder, { recursive: true, force: true });
  }
}
