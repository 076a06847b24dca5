/**
 * Two processes with the same seed compute equal bytes; and the node door works as one bundled file that may read
 * nothing else, as the enclave runs it.
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deterministicSample } from "./support/determinism-script.ts";
import { noble, node } from "./support/doors.ts";

const SEED = "a70504550e4c44990c213bd27af1721c1fd06ad3cf9335df776636a47daf7817";
const OTHER_SEED = "10fc5bf0302154cf380c293b9c0ee06f83f740c1106e7a981aa6769cf5305f8e";

describe("a bundled program", () => {
  // Real path, because the permission model compares resolved paths.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "enclavenet-crypto-")));
  const bundle = join(folder, "program.mjs");

  beforeAll(async () => {
    await build({
      entryPoints: [fileURLToPath(new URL("support/determinism-script.ts", import.meta.url))],
      outfile: bundle,
      bundle: true,
      platform: "node",
      format: "esm",
      conditions: ["@enclavenet/source"],
      logLevel: "silent",
    });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(seedHex: string): unknown {
    const permission = process.allowedNodeEnvironmentFlags.has("--permission")
      ? "--permission"
      : "--experimental-permission";
    const flags = [permission, `--allow-fs-read=${folder}`, "--no-warnings", bundle, seedHex];
    const env = { ENCLAVENET_DETERMINISM_RUN: "1" };
    return JSON.parse(execFileSync(process.execPath, flags, { cwd: folder, env, encoding: "utf8" }));
  }

  it("gives the same bytes in every process and on both doors, without reading another file", () => {
    const here = deterministicSample(node, SEED);
    expect(deterministicSample(noble, SEED)).toEqual(here);
    expect(run(SEED)).toEqual([here, here]);
    expect(run(SEED)).toEqual([here, here]);
    expect(run(OTHER_SEED)).not.toEqual([here, here]);
  });
});

describe("the browser doors", () => {
  it("bundle without any Node builtin", async () => {
    const bundleFor = (door: string) =>
      build({
        stdin: { contents: `export * from "${door}"`, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
        bundle: true,
        write: false,
        platform: "browser",
        format: "esm",
        conditions: ["@enclavenet/source"],
        logLevel: "silent",
      });
    for (const door of ["@enclavenet/crypto", "@enclavenet/crypto/noble"]) {
      const { outputFiles } = await bundleFor(door);
      expect(outputFiles[0]?.text).not.toContain("node:");
    }
    // Control: the node door cannot be bundled for a browser.
    await expect(bundleFor("@enclavenet/crypto/node")).rejects.toThrow();
  });
});
