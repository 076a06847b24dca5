/**
 * Bench of the verifier: milliseconds per quote, with OpenSSL and with JavaScript alone, for evidence made under a test
 * root: SGX version 3, TDX version 4.
 *
 * Cost model: ten ECDSA verifications over P-256 are nearly all of it; parsing is a few tenths of a millisecond. Worst
 * case: a revocation list of thousands of platforms, which is parsed anew for each quote.
 *
 * Run: `node packages/attestation/bench/quotes.mjs [rounds]`, with `--json` for the figures as one line of JSON.
 * @module
 */
import { median, round } from "../../../bench/lib/statistics.mjs";
import { loadSources } from "../../../scripts/lib/load-sources.mjs";

const { forge, honestPlan, NOW, publicKey, verifyQuote, createNodePrimitives, noblePrimitives } = await loadSources(`
  export { verifyQuote } from "./packages/attestation/src/index.ts";
  export { createNodePrimitives } from "./packages/crypto/src/node/index.ts";
  export { noblePrimitives } from "./packages/crypto/src/noble/index.ts";
  export { forge } from "./packages/attestation/test/support/forge.ts";
  export { publicKey } from "./packages/attestation/test/support/keys.ts";
  export { honestPlan, NOW } from "./packages/attestation/test/support/plan.ts";
`);

const args = process.argv.slice(2);
const rounds = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 100);
const WARM_UP = 20;

function measure(tee, primitives) {
  const { quote, collateral } = forge(honestPlan(tee));
  const options = { time: NOW, trustedRoots: [publicKey("root")], primitives };
  const times = [];
  for (let i = 0; i < rounds + WARM_UP; i++) {
    const started = performance.now();
    const { valid } = verifyQuote(quote, collateral, options);
    times.push(performance.now() - started);
    if (!valid) throw new Error("the quote of the bench is not valid");
  }
  return { tee, primitives: primitives.name, medianMs: round(median(times.slice(WARM_UP)), 2) };
}

const figures = [createNodePrimitives(), noblePrimitives].flatMap((primitives) =>
  ["sgx", "tdx"].map((tee) => measure(tee, primitives)),
);
if (args.includes("--json")) process.stdout.write(`${JSON.stringify(figures)}\n`);
else
  for (const { tee, primitives, medianMs } of figures)
    process.stdout.write(`${tee}  ${primitives.padEnd(5)}  ${medianMs} ms\n`);
