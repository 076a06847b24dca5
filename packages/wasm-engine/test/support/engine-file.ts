/**
 * The engine as one file, for processes with other options of V8.
 * @module
 */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSync } from "esbuild";

/** Builds it into the folder; gives its URL. */
export function buildEngine(folder: string): string {
  const outfile = join(folder, "engine.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("../../src/index.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@enclavenet/source"],
  });
  return pathToFileURL(outfile).href;
}
