/**
 * The command on an emulated machine with a TEE: the sources as they are, but that the machine's folders are in the place of the
 * kernel's, its launcher in that of Gramine's, and that the authority of the emulated machines may stand in the place of Intel's.
 * @module
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import type { Machine } from "../../packages/enclave/test/support/emulated-machines.ts";
import { buildNodeBundles } from "../../scripts/lib/node-bundles.mjs";
import { emulatedRoot } from "./emulated-root.ts";
import { type Edit, withoutChecks } from "./mutant.ts";
import { type Ended, runCommand } from "./processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Trusts the authority of the emulated machines in place of Intel. */
export const trustingEmulator: Plugin = withoutChecks([emulatedRoot]);

function changesOf({ devices, gramine }: Machine, isTrusting: boolean): Edit[] {
  const [reports = "", key = ""] = devices ?? [];
  const folders = [
    { text: '"/sys/kernel/config/tsm/report"', without: JSON.stringify(reports) },
    { text: '"/run/enclavenet-enclave"', without: JSON.stringify(key) },
  ].map((change) => ({ file: "packages/enclave-api/src/devices.ts", ...change }));
  const launcher = {
    file: "packages/enclave-host/src/spawn.ts",
    text: 'launcher = "gramine-sgx"',
    without: `launcher = ${JSON.stringify(gramine?.launcher)}`,
  };
  return [
    ...(devices === undefined ? [] : folders),
    ...(gramine === undefined ? [] : [launcher]),
    ...(isTrusting ? [emulatedRoot] : []),
  ];
}

/** A build of the command for one machine. */
export interface HardwareCommand {
  /** Of `StartOptions`. */
  readonly checkout: string;
  /** Options that choose the machine's enclave. */
  readonly enclave: readonly string[];
  run(args: readonly string[]): Promise<Ended>;
}

/** Builds of the command, removed at the end. They lie where they find the packages that are not in bundles. */
export class HardwareCommands {
  readonly #directory = mkdtempSync(join(root, "node_modules", ".enclavenet-hardware-"));

  /** `isTrusting`: the authority of the emulated machines is trusted in place of Intel. */
  async build(name: string, machine: Machine, isTrusting = true): Promise<HardwareCommand> {
    const checkout = join(this.#directory, name);
    const packages = join(checkout, "packages");
    for (const folder of ["node/bin", "node/dist", "enclave/dist/bundles"]) {
      mkdirSync(join(packages, folder), { recursive: true });
    }
    for (const file of ["bin/enclavenet.mjs", "dist/heap.js"]) {
      copyFileSync(join(root, "packages/node", file), join(packages, "node", file));
    }
    // Under Gramine the file is named, but not run.
    const { gramine, bundle } = machine;
    copyFileSync(gramine?.launcher ?? bundle, join(packages, "enclave/dist/bundles/enclave-production.mjs"));
    const plugins = [withoutChecks(changesOf(machine, isTrusting))];
    await buildNodeBundles({ outdir: join(packages, "node/dist/bundles"), plugins });
    const command = join(packages, "node/bin/enclavenet.mjs");
    return {
      checkout,
      enclave: ["--enclave", gramine === undefined ? "production" : `gramine:${gramine.application}`],
      run: (args) => runCommand(args, {}, command),
    };
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
