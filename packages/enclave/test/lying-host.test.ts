/**
 * The lying host: every attack is refused with its status by the enclave, and gets through a build in which only the check
 * that should stop it is missing.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import type { Check } from "./support/attacks/attack.ts";
import { attacks } from "./support/attacks.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "enclavenet-mutants-"));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Text with all runs of white space made equal, so that formatting does not matter. */
function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}

/** Cuts the check out of the one file that has it. */
function withoutCheck({ file, text, without }: Check): Plugin {
  return {
    name: "without-check",
    setup(context) {
      context.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path !== join(root, file)) return undefined;
        const source = flat(
          readFileSync(path, "utf8")
            .replace(/^\s*\/\/.*$/gm, "")
            .replace(/\/\*[\s\S]*?\*\//g, ""),
        );
        const pieces = source.split(flat(text));
        if (pieces.length !== 2) throw new Error(`${file} has the check ${pieces.length - 1} times: ${text}`);
        return { contents: pieces.join(without), loader: "ts" };
      });
    },
  };
}

/** createEnclave of a build without the check. */
async function mutant(index: number, check: Check): Promise<typeof createEnclave> {
  const outfile = join(directory, `mutant-${index}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: ["packages/enclave/src/index.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@enclavenet/source"],
    plugins: [withoutCheck(check)],
    logLevel: "error",
  });
  return (await import(pathToFileURL(outfile).href)).createEnclave;
}

describe.each(attacks.map((attack, index) => ({ ...attack, index })))("$name", ({ index, status, check, prepare }) => {
  it(`is refused: ${status}`, () => {
    const attack = prepare(createEnclave);
    expect(attack).toThrowError(expect.objectContaining({ name: "EnclaveError", status }));
  });

  it("gets through a build without the check", async () => {
    const attack = prepare(await mutant(index, check));
    expect(attack).not.toThrow();
  });
});
