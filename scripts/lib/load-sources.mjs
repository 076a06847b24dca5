/** Loads modules of packages from their sources, so that what is generated never shows an older build. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleSources } from "./bundle-sources.mjs";
import { root } from "./root.mjs";

/** Exports of `contents`, a JavaScript module whose relative imports begin at the root of the repository. */
export async function loadSources(contents) {
  const directory = mkdtempSync(join(root, "node_modules", ".enclavenet-sources-"));
  try {
    const outfile = join(directory, "module.mjs");
    await bundleSources({
      stdin: { contents, resolveDir: root, loader: "js" },
      outfile,
      treeShaking: false,
      external: ["lmdb", "ws"],
      logLevel: "error",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
