/**
 * A development bundle in which state and outputs are not encrypted: what messages carry is still opened, what the enclave
 * makes is left in clear. For the ratio encrypted/plain, and as the positive control of the canary test. Never shipped.
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleSources } from "../../scripts/lib/bundle-sources.mjs";

const TARGET = "packages/crypto/src/node/index.ts";

const PLAIN_SIV = `
function plainSiv(real) {
  const seal = (text) => { const out = new Uint8Array(16 + text.length); out.set(text, 16); return out; };
  const open = (key, headers, sealed) => {
    if (sealed.length >= 16 && sealed.subarray(0, 16).every((byte) => byte === 0)) return sealed.slice(16);
    return real.aesSivOpen(key, headers, sealed);
  };
  return {
    aesSivSeal: (_key, _headers, text) => seal(text),
    aesSivOpen: open,
    aesSivSealMany: (_key, items) => items.map(({ text }) => seal(text)),
    aesSivOpenMany: (key, items) => items.map(({ headers, text }) => open(key, headers, text)),
  };
}
`;

/** Builds the bundle into a temporary folder; returns its path. */
export async function buildPlainBundle() {
  const outfile = join(mkdtempSync(join(tmpdir(), "enclavenet-plain-")), "enclave-plain.mjs");
  await bundleSources({
    entryPoints: ["packages/enclave/src/bundle/development.ts"],
    outfile,
    logLevel: "error",
    plugins: [
      {
        name: "plain",
        setup(context) {
          context.onLoad({ filter: /crypto\/src\/node\/index\.ts$/ }, ({ path }) => {
            const source = readFileSync(path, "utf8");
            const spread = /\.\.\.(createNodeSiv\([^)]*\))/;
            if (!path.endsWith(TARGET) || !spread.test(source)) throw new Error("the cipher is not where it was");
            return { contents: source.replace(spread, "...plainSiv($1)") + PLAIN_SIV, loader: "ts" };
          });
        },
      },
    ],
  });
  return outfile;
}
