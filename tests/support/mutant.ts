/**
 * Builds of a module in which single checks are missing: what a test shows to be refused must get through these.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import { bundleSources } from "../../scripts/lib/bundle-sources.mjs";
import { type Check, cutFile, fileOfCheck } from "./checks.ts";

/** Text of a source file, and what is planted in its place: a mistake that is not the lack of a check. */
export interface Edit {
  readonly file: string;
  readonly text: string;
  readonly without: string;
}

/** What differs from the sources. */
export type Change = Check | Edit;

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Text with all runs of white space made equal, so that formatting does not matter. */
function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}

/** Without comments, in one line. */
function bare(source: string): string {
  return flat(source.replace(/^\s*\/\/.*$/gm, "").replace(/\/\*[\s\S]*?\*\//g, ""));
}

function edited(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, text: piece, without }) => {
    const pieces = text.split(flat(piece));
    if (pieces.length !== 2) throw new Error(`${file} has this ${pieces.length - 1} times: ${piece}`);
    return pieces.join(without);
  }, bare(source));
}

const isEdit = (change: Change): change is Edit => "file" in change;

/** The text of `path` with the changes that are in it; undefined: none is. */
export function changedSource(path: string, changes: readonly Change[]): string | undefined {
  const checks = changes.filter((one): one is Check => !isEdit(one) && fileOfCheck(one.id) === path);
  const edits = changes.filter((one): one is Edit => isEdit(one) && join(root, one.file) === path);
  if (checks.length + edits.length === 0) return undefined;
  const source = cutFile(path, checks);
  return edits.length === 0 ? source : edited(source, edits);
}

/** Makes the changes in the files that they are about. */
export function withoutChecks(changes: readonly Change[]): Plugin {
  return {
    name: "without-checks",
    setup(context) {
      context.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = changedSource(path, changes);
        return contents === undefined ? undefined : { contents, loader: "ts" };
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

  /** The module of a build with these changes. */
  async without(changes: readonly Change[]): Promise<Module> {
    const outfile = join(this.#directory, `mutant-${this.#built++}.mjs`);
    await bundleSources({
      entryPoints: [this.#entry],
      outfile,
      plugins: [withoutChecks(changes)],
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
