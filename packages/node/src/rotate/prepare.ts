/**
 * `enclavenet rotate prepare`: the home's enclave draws the network's next seed.
 * @module
 */
import { type SessionOptions, withEnclave } from "../assembly/enclave-session.ts";
import { takeHome } from "../assembly/open-home.ts";
import { demandSeed } from "../assembly/seed.ts";
import { certifyRotation, drawRotation } from "./draw.ts";
import type { RotationFile } from "./rotation-file.ts";

export interface PrepareOptions extends SessionOptions {
  readonly home: string;
}

/** Throws LocalError `ROTATION_…`, `COLLATERAL_…`, `ENCLAVE_…`, `HOME_…`. The node must not be running. */
export async function prepareRotation(options: PrepareOptions): Promise<RotationFile> {
  const { home, release } = takeHome(options.home);
  try {
    return await withEnclave(options, home, async ({ enclave, collateral }) => {
      demandSeed(enclave.call("status", {}), home.directory);
      return await certifyRotation(drawRotation(enclave), collateral);
    });
  } finally {
    release();
  }
}
