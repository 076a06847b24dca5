/**
 * The bundles that are attacked: the shipped files, and builds of the same sources from which single checks are cut.
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NetworkClass } from "@enclavenet/enclave";
import { buildBundle } from "../../../scripts/lib/bundles.mjs";
import { emulatedRoot } from "../../support/emulated-root.ts";
import { type Check, withoutChecks } from "../../support/mutant.ts";
import type { BundlePaths } from "./enclaves.ts";

const SHIPPED = fileURLToPath(new URL("../../../packages/enclave/dist/bundles/", import.meta.url));

/** What `npm run build` made. */
export const shipped: Readonly<Record<NetworkClass, string>> = {
  development: join(SHIPPED, "enclave-development.mjs"),
  production: join(SHIPPED, "enclave-production.mjs"),
};

/**
 * The production bundle needs a TEE: one is emulated, so that it can be attacked on every machine, and its authority stands in the
 * place of Intel's.
 */
const ENTRIES: Readonly<Partial<Record<NetworkClass, string>>> = {
  production: "tests/lying-host/entries/production-on-emulated-machine.ts",
};

/** Bundles of attacks, each built once. */
export class Bundles {
  readonly #directory = mkdtempSync(join(tmpdir(), "enclavenet-liar-bundles-"));
  readonly #built = new Map<string, Promise<string>>();

  /** The development bundle as it is shipped, and where it takes part the production one. */
  async whole(production = false): Promise<BundlePaths> {
    const { development } = shipped;
    return production ? { development, production: await this.#bundle("production", []) } : { development };
  }

  /** The same without these checks. */
  async without(checks: readonly Check[], production = false): Promise<BundlePaths> {
    const development = await this.#bundle("development", checks);
    return production ? { development, production: await this.#bundle("production", checks) } : { development };
  }

  #bundle(networkClass: NetworkClass, checks: readonly Check[]): Promise<string> {
    const name = JSON.stringify([networkClass, checks]);
    const built = this.#built.get(name) ?? this.#build(networkClass, checks);
    this.#built.set(name, built);
    return built;
  }

  async #build(networkClass: NetworkClass, checks: readonly Check[]): Promise<string> {
    const directory = join(this.#directory, String(this.#built.size));
    mkdirSync(directory);
    const entry = ENTRIES[networkClass];
    const changes = entry === undefined ? checks : [...checks, emulatedRoot];
    const options = { plugins: [withoutChecks(changes)], ...(entry && { entry }) };
    return (await buildBundle(networkClass, directory, options)).outfile;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
