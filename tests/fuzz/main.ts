/**
 * The long run: every target gets its share of the time, with inputs of its own seed. Prints what was tried, and for a
 * finding the smallest input and how to see it again. `npm run fuzz -- --help` lists the options.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { type Decoder, inputsOf, tryDecoder } from "../support/decoder.ts";
import { enclaveTarget } from "./enclave-target.ts";
import type { LiveTarget } from "./live-target.ts";
import { nodeTargets } from "./node-targets.ts";
import { decoders } from "./targets.ts";

const HELP = `npm run fuzz -- [--seconds N] [--seed N] [--only TEXT] [--json] [--list]

  --seconds N   how long, in all (default 60)
  --seed N      the same seed draws the same inputs (default: drawn, and printed)
  --only TEXT   only targets whose name contains TEXT
  --json        one line of JSON per target instead of a table
  --list        names of the targets
  --root DIR    repository whose build is run (set by the script)

Exits with 1 when there is a finding.`;

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    root: { type: "string", default: "." },
  },
});

interface Outcome {
  readonly target: string;
  readonly inputs: number;
  readonly perSecond: number;
  readonly finding: string | undefined;
  readonly input: string | undefined;
}

/** Live targets have many more states than a decoder: they get the share of this many. */
const LIVE_SHARE = 12;

interface Share {
  readonly seed: number;
  readonly ms: number;
}

function settings({ seed, ms }: Share) {
  return { seed, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: ms, markInterruptAsFailure: false };
}

function outcome(target: string, started: number, details: fc.RunDetails<[Uint8Array]>): Outcome {
  const seconds = Math.max(0.001, (performance.now() - started) / 1000);
  const [input] = details.counterexample ?? [];
  const cause = details.errorInstance as Error | undefined;
  return {
    target,
    inputs: details.numRuns,
    perSecond: Math.round(details.numRuns / seconds),
    finding: details.failed
      ? `${cause?.message ?? "failed"} (seed ${details.seed}, path ${details.counterexamplePath})`
      : undefined,
    input: input === undefined ? undefined : Buffer.from(input).toString("hex"),
  };
}

function runDecoder(decoder: Decoder, share: Share): Outcome {
  const started = performance.now();
  const property = fc.property(inputsOf(decoder), (bytes) => void tryDecoder(decoder, bytes));
  return outcome(decoder.name, started, fc.check(property, settings(share)));
}

async function runLive(target: LiveTarget, share: Share): Promise<Outcome> {
  const started = performance.now();
  const property = fc.asyncProperty(target.inputs, (bytes) => target.attempt(bytes));
  const result = outcome(target.name, started, await fc.check(property, settings(share)));
  try {
    await target.finish();
    return result;
  } catch (error) {
    return { ...result, finding: result.finding ?? `afterwards: ${(error as Error).message}` };
  }
}

function print(one: Outcome): void {
  if (options.json) {
    console.log(JSON.stringify(one));
    return;
  }
  console.log(
    `${one.target.padEnd(58)} ${String(one.inputs).padStart(9)} inputs ${String(one.perSecond).padStart(7)}/s`,
  );
  if (one.finding !== undefined) console.log(`  FINDING: ${one.finding}\n  input: ${one.input}`);
}

async function main(): Promise<number> {
  const wanted = (name: string) => name.includes(options.only);
  const chosen = decoders.filter(({ name }) => wanted(name));
  const bundle = `${options.root}/packages/enclave/dist/bundles/enclave-development.mjs`;
  const live = [...(await nodeTargets(wanted)), ...(wanted("enclave: frames") ? [enclaveTarget(bundle)] : [])];
  const seed = Number(options.seed);
  const ms = (1000 * Number(options.seconds)) / Math.max(1, chosen.length + LIVE_SHARE * live.length);
  if (!options.json) console.log(`seed ${seed}, ${options.seconds} seconds, ${chosen.length + live.length} targets\n`);
  const outcomes: Outcome[] = [];
  const add = (one: Outcome) => {
    outcomes.push(one);
    print(one);
  };
  for (const target of live) add(await runLive(target, { seed, ms: ms * LIVE_SHARE }));
  for (const decoder of chosen) add(runDecoder(decoder, { seed, ms }));
  const findings = outcomes.filter(({ finding }) => finding !== undefined).length;
  const inputs = outcomes.reduce((sum, one) => sum + one.inputs, 0);
  if (options.json) console.log(JSON.stringify({ seed, inputs, findings }));
  else console.log(`\n${inputs} inputs, ${findings} findings`);
  return findings === 0 ? 0 : 1;
}

if (options.help) console.log(HELP);
else if (options.list) for (const { name } of decoders) console.log(name);
else process.exit(await main());
