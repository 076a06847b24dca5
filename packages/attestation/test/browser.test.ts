/** The verifier outside Node: bundled for browsers, run where nothing of Node is, and in Chromium where there is one. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { toHex } from "@enclavenet/common";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { ATTACKS } from "./support/attacks.ts";
import { forge } from "./support/forge.ts";
import { publicKey } from "./support/keys.ts";
import { honestPlan, NOW } from "./support/plan.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Honest evidence of each kind, and an attack on each part. */
const CASES = [
  ...(["sgx", "tdx"] as const).map((tee) => ({ what: `honest ${tee}`, tee, change: undefined })),
  ...ATTACKS.filter(({ what }) => /^(a revoked platform|an enclave under debug|a report that)/.test(what)),
].map(({ what, tee, change }) => {
  const plan = honestPlan(tee);
  change?.(plan);
  const { quote, collateral } = forge(plan);
  return { what, quote: toHex(quote), collateral };
});
const EXPECTED = CASES.map(({ what }) => `${what}: ${what.startsWith("honest")}`);

/** What a page would do. The answer is text: objects do not pass between worlds. */
const PAGE = `
  import { verifyQuote } from "@enclavenet/attestation";
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  const options = { time: ${NOW}, trustedRoots: [bytes("${toHex(publicKey("root"))}")] };
  const cases = ${JSON.stringify(CASES)};
  globalThis.answer = JSON.stringify(
    cases.map(({ what, quote, collateral }) => what + ": " + verifyQuote(bytes(quote), collateral, options).valid),
  );
`;

async function bundle(contents: string): Promise<{ code: string; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("..", import.meta.url)), loader: "js" },
    absWorkingDir: root,
    bundle: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    conditions: ["@enclavenet/source"],
    minify: true,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return { code: outputFiles[0]!.text, inputs: Object.keys(metafile.inputs) };
}

function onPath(...names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const chromium = onPath("chromium", "chromium-browser", "google-chrome");

describe("a bundle for browsers", () => {
  let page: Awaited<ReturnType<typeof bundle>>;
  beforeAll(async () => {
    page = await bundle(PAGE);
  });

  it("holds our rooms and @noble only", () => {
    const others = page.inputs.filter(
      (input) =>
        !/^(?:<stdin>|packages\/(?:attestation|common|crypto)\/src\/|(?:packages\/crypto\/)?node_modules\/@noble\/)/.test(
          input,
        ),
    );
    expect(others).toEqual([]);
    expect(page.inputs.filter((input) => input.includes("/node/"))).toEqual([]);
  });

  it("adds no more than 60 kB to a page", async () => {
    const { code } = await bundle(
      'import { verifyQuote } from "@enclavenet/attestation"; globalThis.verify = verifyQuote;',
    );
    expect(gzipSync(code).length).toBeLessThan(60_000);
  });

  it("verifies where there is nothing but the language and its text codecs", () => {
    const world = createContext({ TextEncoder, TextDecoder });
    runInContext(page.code, world, { timeout: 20_000 });
    expect(JSON.parse(runInContext("answer", world))).toEqual(EXPECTED);
    expect(runInContext("typeof process + typeof Buffer + typeof require", world)).toBe("undefined".repeat(3));
  });

  // Chromium is no part of the toolchain: where it is missing, the run above stands alone.
  if (chromium === undefined) return;
  it("verifies in Chromium", () => {
    const folder = mkdtempSync(join(tmpdir(), "enclavenet-browser-"));
    try {
      const file = join(folder, "page.html");
      const script = `${page.code.replaceAll("</", "<\\/")}\ndocument.body.textContent = globalThis.answer;`;
      writeFileSync(file, `<!doctype html><meta charset="utf-8"><body><script>${script}</script></body>`);
      const flags = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${folder}`, "--dump-dom"];
      const { stdout } = spawnSync(chromium, [...flags, `file://${file}`], {
        encoding: "utf8",
        timeout: 25_000,
      });
      expect(JSON.parse(/<body>(\[.*\])/.exec(stdout)?.[1] ?? "null")).toEqual(EXPECTED);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
