/**
 * `npm run fuzz:instrumenter`: generated modules, run by V8 alone, under the rules of metering, and by the engine, and
 * compared. Options: `--help`. Page: docs/testing.md.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { runCampaign, type Tally } from "../../packages/wasm-engine/test/support/instrument-fuzz/campaign.ts";
import { encode } from "../../packages/wasm-engine/test/support/instrument-fuzz/encode.ts";
import { generateModule } from "../../packages/wasm-engine/test/support/instrument-fuzz/generate.ts";

const HELP = `npm run fuzz:instrumenter -- [--modules N] [--seconds N] [--seed N] [--first N] [--json] [--wasm FILE]

  --modules N   how many modules (default 100000)
  --seconds N   end earlier, after this long (default: no limit)
  --seed N      the same seed generates the same modules (default 1)
  --first N     index of the first module (default 0); with --modules 1, one finding again
  --wasm FILE   write the first module there, as the engine gets it, and end
  --json        one line of JSON instead of text
  --help        this text

Every module runs four to seven times: by V8 alone, under the rules of spec 03 §2.3 applied to what the module reports, and
instrumented by the engine; with enough gas, and with limits around its charges. Results, traps, memory, globals, what the
host sees, and gas must be equal. Shares are of modules; a module has several endings, one for each limit.

Exits with 1 when there is a finding. It prints seed and index: the module is made from these two numbers alone.`;

const { values: options } = parseArgs({
  options: {
    modules: { type: "string", default: "100000" },
    seconds: { type: "string", default: "Infinity" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    wasm: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    root: { type: "string", default: "." },
  },
});

const started = performance.now();
const seconds = (): number => (performance.now() - started) / 1000;

function number(name: "modules" | "seconds" | "seed" | "first"): number {
  const value = Number(options[name]);
  if (Number.isNaN(value) || value < 0) {
    console.error(`--${name} takes a number, not "${options[name]}"; see --help`);
    process.exit(2);
  }
  return value;
}

function print(tally: Tally): void {
  const share = (count: number): string => `${((100 * count) / tally.modules).toFixed(1).padStart(5)} %`;
  const { opcodes } = tally;
  console.log(`${tally.modules} modules in ${seconds().toFixed(0)} s, seed ${tally.seed}`);
  console.log(
    `  ${opcodes.reached} of ${opcodes.all} opcodes (${((100 * opcodes.reached) / opcodes.all).toFixed(1)} %)`,
  );
  if (opcodes.missing.length > 0)
    console.log(`  not reached: ${opcodes.missing.map((op) => `0x${op.toString(16)}`).join(" ")}`);
  console.log("");
  console.log(`  ${share(tally.grows)}  memory.grow\n  ${share(tally.indirectCalls)}  call_indirect`);
  for (const [ending, count] of Object.entries(tally.endings)) console.log(`  ${share(count)}  ends: ${ending}`);
  console.log(`\n${tally.findings.length} findings`);
  for (const { index, difference } of tally.findings) {
    console.log(`  FINDING: --seed ${tally.seed} --first ${index} --modules 1\n    ${difference.slice(0, 1_000)}`);
  }
}

function progress(tally: Tally): boolean {
  if (!options.json && process.stderr.isTTY) {
    process.stderr.write(`\r${tally.modules} modules, ${tally.findings.length} findings, ${seconds().toFixed(0)} s `);
  }
  return seconds() < number("seconds");
}

function main(): number {
  const [seed, first, count] = [number("seed"), number("first"), number("modules")];
  if (options.wasm !== undefined) {
    writeFileSync(options.wasm, encode(generateModule(seed, first), "contract"));
    console.log(`wrote module ${first} of seed ${seed} to ${options.wasm}`);
    return 0;
  }
  const tally = runCampaign({ seed, first, count, maxFindings: 10, progress });
  if (!options.json && process.stderr.isTTY) process.stderr.write("\n");
  if (options.json) {
    console.log(JSON.stringify({ ...tally, seconds: Number(seconds().toFixed(1)) }));
  } else {
    print(tally);
  }
  return tally.findings.length === 0 ? 0 : 1;
}

if (options.help) console.log(HELP);
else process.exit(main());
