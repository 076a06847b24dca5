/**
 * Builds of a module in which single checks are missing: what a test shows to be refused must get through these.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import { bundleSources } from "../../scripts/lib/bundle-sources.mjs";

/** Text of a source file that makes the check, and what a build without it has instead. */
export interface Check {
  readonly file: string;
  readonly text: string;
  readonly without: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Text with all runs of white space made equal, so that formatting does not matter. */
function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}

/** Cuts the checks out of the files that have them. */
export function withoutChecks(checks: readonly Check[]): Plugin {
  return {
    name: "without-checks",
    setup(context) {
      context.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const here = checks.filter(({ file }) => path === join(root, file));
        if (here.length === 0) return undefined;
        let source = flat(
          readFileSync(path, "utf8")
            .replace(/^\s*\/\/.*$/gm, "")
            .replace(/\/\*[\s\S]*?\*\//g, ""),
        );
        for (const { file, text, without } of here) {
          const pieces = source.split(flat(text));
          if (pieces.length !== 2) throw new Error(`${file} has the check ${pieces.length - 1} times: ${text}`);
          source = pieces.join(without);
        }
        return { contents: source, loader: "ts" };
      });
    },
  };
}

/** Mutants of the module `entry`, in a folder that {@link Mutants.remove} removes. */
export class Mutants<Module> {
  readonly #entry: string;
  readonly #directory = mkdtempSync(join(tmpdir(), "enclavenet-mutants-"));
  #built = 0;

  constructor(entry: string) {
    this.#entry = entry;
  }

  /** The module of a build without `checks`. */
  async without(checks: readonly Check[]): Promise<Module> {
    const outfile = join(this.#directory, `mutant-${this.#built++}.mjs`);
    await bundleSources({
      entryPoints: [this.#entry],
      outfile,
      plugins: [withoutChecks(checks)],
      // Packages in the older form of modules ask for Node's own ones by this name.
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
      logLevel: "error",
    });
    return (await import(pathToFileURL(outfile).href)) as Module;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
