/**
 * The bundles that are attacked: the shipped files, and builds of the same sources from which single checks are cut.
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NetworkClass } from "@enclavenet/enclave";
import type { Attack } from "../../../packages/enclave/test/support/attacks/attack.ts";
import { buildBundle } from "../../../scripts/lib/bundles.mjs";
import type { Check } from "../../support/checks.ts";
import { emulatedRoot } from "../../support/emulated-root.ts";
import { withoutChecks } from "../../support/mutant.ts";
import type { BundlePaths } from "./enclaves.ts";

const SHIPPED = fileURLToPath(new URL("../../../packages/enclave/dist/bundles/", import.meta.url));

/** What `npm run build` made. */
export const shipped: Readonly<Record<NetworkClass, string>> = {
  development: join(SHIPPED, "enclave-development.mjs"),
  production: join(SHIPPED, "enclave-production.mjs"),
};

/**
 * Programs that need a TEE: one is emulated inside of them, so that they can be attacked on every machine. The authority of that of a
 * production program stands in the place of Intel's.
 */
const ENTRIES = {
  production: "tests/lying-host/entries/production-on-emulated-machine.ts",
  domain: "tests/lying-host/entries/development-in-emulated-domain.ts",
} as const;

/** What an attack says of the bundles that it is played before. */
type Taking = Pick<Attack, "production" | "machine">;

/** Bundles of attacks, each built once. */
export class Bundles {
  readonly #directory = mkdtempSync(join(tmpdir(), "enclavenet-liar-bundles-"));
  readonly #built = new Map<string, Promise<string>>();

  /** The development bundle as it is shipped, or in a domain; and where it takes part the production one. */
  async whole({ production, machine }: Taking = {}): Promise<BundlePaths> {
    const development = machine === undefined ? shipped.development : await this.#bundle("development", [], machine);
    return production ? { development, production: await this.#bundle("production", []) } : { development };
  }

  /** The same without these checks. */
  async without(checks: readonly Check[], { production, machine }: Taking = {}): Promise<BundlePaths> {
    const development = await this.#bundle("development", checks, machine);
    return production ? { development, production: await this.#bundle("production", checks) } : { development };
  }

  #bundle(networkClass: NetworkClass, checks: readonly Check[], machine?: "domain"): Promise<string> {
    const name = JSON.stringify([networkClass, checks, machine]);
    const built = this.#built.get(name) ?? this.#build(networkClass, checks, machine);
    this.#built.set(name, built);
    return built;
  }

  async #build(networkClass: NetworkClass, checks: readonly Check[], machine?: "domain"): Promise<string> {
    const directory = join(this.#directory, String(this.#built.size));
    mkdirSync(directory);
    const isProduction = networkClass === "production";
    const entry = isProduction ? ENTRIES.production : machine && ENTRIES[machine];
    const changes = isProduction ? [...checks, emulatedRoot] : checks;
    const options = { plugins: [withoutChecks(changes)], ...(entry && { entry }) };
    return (await buildBundle(networkClass, directory, options)).outfile;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
