/**
 * Bugs planted in the instrumenter, one at a time: a change of its source each. The comparison must find all of them.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Campaign, Tally } from "./campaign.ts";

/** In `file` of `src/instrument`, `find` becomes `replace`. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const mutant = (name: string, file: string, find: string, replace: string): Mutant => ({ name, file, find, replace });

export const MUTANTS: readonly Mutant[] = [
  mutant("nop costs", "analyze.ts", "if (op === OP.nop) return;", "if (op === OP.nop) return void sequence.count++;"),
  mutant(
    "what follows return costs",
    "analyze.ts",
    "this.stack.length - 1);\n        this.branches++;\n        sequence.deadFrom = position;",
    "this.stack.length - 1);\n        this.branches++;",
  ),
  mutant(
    "growth does not count as a charge",
    "analyze.ts",
    "EDIT.grow, this.reader.position);\n      this.inStep = false;",
    "EDIT.grow, this.reader.position);",
  ),
  mutant(
    "a call does not count as a charge",
    "analyze.ts",
    'is out of range");\n    this.inStep = false;',
    'is out of range");',
  ),
  mutant(
    "a function that calls the host is left out of the stack counter",
    "analyze.ts",
    "if (local < 0 || this.callees === undefined",
    "if (local < 0) return;\n    if (this.callees === undefined",
  ),
  mutant(
    "a function that calls through the table is left out of the stack counter",
    "analyze.ts",
    "EDIT.indirect, 0);\n        this.callees = undefined;",
    "EDIT.indirect, 0);",
  ),
  mutant(
    "functions that call themselves are left out of the stack counter",
    "uncounted.ts",
    "if (weight === UNKNOWN) return UNKNOWN;",
    "",
  ),
  mutant(
    "a branch back takes an old count along",
    "analyze.ts",
    "if (target.kind === OP.loop) this.reload();",
    "if (target.kind === OP.loop) return;",
  ),
  mutant(
    "an arm that is missing is taken for one that charges",
    "analyze.ts",
    "if (sequence.kind === OP.if) this.inStep &&= sequence.inStepBefore;",
    "",
  ),
  mutant("gas is compared as a signed number", "emit-body.ts", "OP.i64LtU", "0x53"),
  mutant(
    "the cost that did not fit is noted wrongly",
    "emit-body.ts",
    "writer.constant(OP.i64Const, cost);\n  writer.op(OP.globalSet, added.exhausted)",
    "writer.constant(OP.i64Const, cost + 2);\n  writer.op(OP.globalSet, added.exhausted)",
  ),
  mutant(
    "a frame is not given back whole",
    "emit-body.ts",
    "writer.u8(OP.i32Add);\n  writer.op(OP.globalSet, added.stack);",
    "writer.u8(OP.i32Sub);\n  writer.op(OP.globalSet, added.stack);",
  ),
  mutant(
    "return leaves a block too few",
    "emit-body.ts",
    "if (wrapped) writer.op(OP.br, value);",
    "if (wrapped) writer.op(OP.br, value === 0 ? 0 : value - 1);",
  ),
  mutant(
    "the entry of an indirect call is not noted",
    "emit-body.ts",
    "writer.op(OP.globalSet, added.tableIndex);\n        writer.op(OP.globalGet, added.tableIndex);",
    "",
  ),
  mutant(
    "growth that fails skips its arm",
    "emit-helpers.ts",
    "emitCharge(writer, added, GAS_GROW_FAILED_ARM, left, true);",
    "",
  ),
  mutant(
    "the size of memory is the real one",
    "analyze.ts",
    "this.edits.push(this.reader.start, EDIT.size, this.reader.position);",
    "",
  ),
  mutant(
    "the host's way back weighs nothing",
    "emit-helpers.ts",
    "writer.u8(OP.i32Sub);\n  writer.op(OP.globalSet, added.stack);\n  writer.op(OP.localGet, 0);",
    "writer.u8(OP.i32Add);\n  writer.op(OP.globalSet, added.stack);\n  writer.op(OP.localGet, 0);",
  ),
  mutant(
    "a cleared instance keeps a global",
    "emit-clear.ts",
    "if (!mutable) return;",
    "if (!mutable || index > 0) return;",
  ),
];

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const INSTRUMENT = here("../../../src/instrument/");

/** Runs a campaign on the engine with the planted bug. Throws when its place does not exist, or not once. */
export async function hunt({ file, find, replace }: Mutant, campaign: Campaign): Promise<Tally> {
  const directory = mkdtempSync(join(tmpdir(), "enclavenet-mutant-"));
  const outfile = join(directory, "campaign.mjs");
  let planted = false;
  try {
    await build({
      entryPoints: [here("./campaign.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      conditions: ["@enclavenet/source"],
      logLevel: "silent",
      plugins: [
        {
          name: "mutant",
          setup(context) {
            context.onLoad({ filter: /instrument[/\\][^/\\]+\.ts$/ }, ({ path }) => {
              if (basename(path) !== file || join(INSTRUMENT, file) !== path) return undefined;
              const parts = readFileSync(path, "utf8").split(find);
              if (parts.length !== 2) throw new Error(`${file} has the place of the mutant ${parts.length - 1} times`);
              planted = true;
              return { contents: parts.join(replace), loader: "ts" };
            });
          },
        },
      ],
    });
    if (!planted) throw new Error(`${file} was not changed`);
    const { runCampaign } = (await import(pathToFileURL(outfile).href)) as typeof import("./campaign.ts");
    return runCampaign(campaign);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
