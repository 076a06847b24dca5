/**
 * The command and the executor thread as one file each: a start then reads two files instead of some six hundred. What
 * loads native code, or is large and rarely needed, stays outside.
 */
import { join } from "node:path";
import { bundleSources } from "./bundle-sources.mjs";
import { root } from "./root.mjs";

const EXTERNAL = ["lmdb", "secp256k1", "fastify", "@fastify/cors", "ws", "pino", "commander"];

/**
 * Plugins, which change sources, are for tests.
 *
 * @param {{ outdir?: string, plugins?: import("esbuild").Plugin[] }} [changes]
 */
export async function buildNodeBundles({ outdir = join(root, "packages/node/dist/bundles"), plugins = [] } = {}) {
  await bundleSources({
    entryPoints: {
      cli: "packages/node/src/cli.ts",
      "executor-thread": "packages/node/src/executor/executor-thread.ts",
    },
    outdir,
    outExtension: { ".js": ".mjs" },
    external: EXTERNAL,
    sourcemap: "linked",
    plugins,
  });
}
