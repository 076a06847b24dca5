/**
 * `npm run fuzz`: the long run of random and mutated input, over all decoders, a chain, a real node and a real enclave
 * process. Options: `npm run fuzz -- --help`. Page: docs/testing.md.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./lib/root.mjs";
import { isStale } from "./lib/stale.mjs";

const args = process.argv.slice(2);
const quick = args.includes("--help") || args.includes("--list");
if (!quick && isStale()) {
  const built = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
  if (built.status !== 0) process.exit(built.status ?? 1);
}
// Inside the repository, so that what stays outside of the bundle is found.
const directory = join(root, "tests", "fuzz", "dist");
mkdirSync(directory, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ["tests/fuzz/main.ts"],
  outfile: join(directory, "fuzz.mjs"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  conditions: ["@enclavenet/source"],
  packages: "external",
  plugins: [
    {
      // Packages of this repository are bundled from their sources; all others are loaded as they are.
      name: "workspace",
      setup(context) {
        context.onResolve({ filter: /^@enclavenet\// }, ({ path, pluginData, ...rest }) =>
          pluginData === "workspace"
            ? undefined
            : context.resolve(path, { kind: rest.kind, resolveDir: rest.resolveDir, pluginData: "workspace" }),
        );
        // Files that a source reads lie beside it, not beside the bundle.
        context.onLoad({ filter: /\.ts$/ }, ({ path }) => {
          const url = JSON.stringify(pathToFileURL(path).href);
          return { contents: readFileSync(path, "utf8").replaceAll("import.meta.url", url), loader: "ts" };
        });
      },
    },
  ],
  logLevel: "warning",
});
const run = spawnSync(process.execPath, [join(directory, "fuzz.mjs"), "--root", root, ...args], {
  cwd: root,
  stdio: "inherit",
});
process.exit(run.status ?? 1);
