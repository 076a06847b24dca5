/** How everything here is bundled: packages of this repository from their sources, for the oldest Node that is served. */
import { build } from "esbuild";
import { root } from "./root.mjs";

/**
 * @template {import("esbuild").BuildOptions} Options
 * @param {Options} options entry, place, and what differs
 * @returns {Promise<import("esbuild").BuildResult<Options>>}
 */
export function bundleSources(options) {
  return build({
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@enclavenet/source"],
    logLevel: "warning",
    ...options,
  });
}
