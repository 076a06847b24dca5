/**
 * Bundles a TypeScript driver of the tests, and runs it. Packages of this repository are bundled from their sources.
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleSources } from "./bundle-sources.mjs";
import { root } from "./root.mjs";

/** Source file of a door of one of our packages, `@enclavenet/NAME` or `@enclavenet/NAME/DOOR`. */
function sourceOf(specifier) {
  const [, name, ...door] = specifier.split("/");
  const folder = join(root, "packages", name);
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, exports[[".", ...door].join("/")]["@enclavenet/source"]);
}

/** Packages of this repository are bundled from their sources; all others are loaded as they are. */
const workspace = {
  name: "workspace",
  setup(context) {
    context.onResolve({ filter: /^@enclavenet\// }, ({ path }) => ({ path: sourceOf(path) }));
    // Files that a source reads lie beside it, not beside the bundle.
    context.onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path).href);
      const contents = readFileSync(path, "utf8").replaceAll("import.meta.url", url);
      return { contents, loader: path.endsWith(".ts") ? "ts" : "js" };
    });
  },
};

/** Runs `<folder>/<name>.ts` with `args`; returns its exit code. */
export async function runDriver(name, args, folder = "tests/fuzz") {
  // Inside the repository, so that what stays outside of the bundle is found.
  const directory = join(root, folder, "dist");
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, `${name}.mjs`);
  await bundleSources({
    entryPoints: [`${folder}/${name}.ts`],
    outfile,
    packages: "external",
    plugins: [workspace],
  });
  const run = spawnSync(process.execPath, [outfile, "--root", root, ...args], { cwd: root, stdio: "inherit" });
  return run.status ?? 1;
}
