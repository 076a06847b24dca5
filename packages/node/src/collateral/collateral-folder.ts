/**
 * A folder of collateral, one file per kind of platform. Copied to a machine without a network, it is an offline bundle.
 * @module
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CollateralCache } from "@enclavenet/attestation/client";
import { naming } from "@enclavenet/common";
import { writeFileDurably } from "../home/files.ts";

/** A cache in `folder`, which is made when something is kept. A file that cannot be read counts as none. */
export function collateralFolder(folder: string): CollateralCache {
  const pathOf = (name: string): string => join(folder, `${name}.json`);
  return {
    get(name) {
      try {
        return readFileSync(pathOf(name), "utf8");
      } catch {
        return undefined;
      }
    },
    put(name, text) {
      naming(folder, () => mkdirSync(folder, { recursive: true }));
      writeFileDurably(pathOf(name), text);
    },
  };
}
