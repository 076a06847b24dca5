/**
 * The enclave bundles: one self-contained file per network class, byte-identical on every build of the same sources.
 * The metafile lists every input, which is the trusted computing base; a test holds it against the allow-list.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleSources } from "./bundle-sources.mjs";
import { root } from "./root.mjs";

export const BUNDLES = ["development", "production"];

/**
 * Builds one bundle into `directory`; returns its name, path, hash, size and metafile. Another entry and plugins, which change
 * sources, are for tests.
 *
 * @param {string} networkClass
 * @param {string} directory
 * @param {{ entry?: string, plugins?: import("esbuild").Plugin[] }} [changes]
 */
export async function buildBundle(networkClass, directory, { entry, plugins = [] } = {}) {
  const name = `enclave-${networkClass}.mjs`;
  const outfile = join(directory, name);
  const result = await bundleSources({
    entryPoints: [entry ?? `packages/enclave/src/bundle/${networkClass}.ts`],
    outfile,
    legalComments: "none",
    sourcemap: false,
    minify: false,
    metafile: true,
    loader: { ".wasm": "binary" },
    plugins,
  });
  const bytes = readFileSync(outfile);
  return {
    name,
    outfile,
    hash: createHash("sha256").update(bytes).digest("hex"),
    bytes: bytes.length,
    metafile: result.metafile,
  };
}

/** Builds all bundles into the enclave package and writes their hashes beside them. */
export async function buildBundles(directory = join(root, "packages/enclave/dist/bundles")) {
  mkdirSync(directory, { recursive: true });
  const built = [];
  for (const networkClass of BUNDLES) built.push(await buildBundle(networkClass, directory));
  const sums = built.map(({ name, hash }) => `${hash}  ${name}\n`).join("");
  writeFileSync(join(directory, "checksums.sha256"), sums);
  return built;
}
