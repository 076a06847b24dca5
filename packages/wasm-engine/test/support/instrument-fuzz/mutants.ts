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
  mutant("gas is compared as a signed number", "emit-charge.ts", "OP.i64LtU", "0x53"),
  mutant(
    "the cost that did not fit is noted wrongly",
    "emit-charge.ts",
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
    "if (frame.wrapped) writer.op(OP.br, value);",
    "if (frame.wrapped) writer.op(OP.br, value === 0 ? 0 : value - 1);",
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
  mutant(
    "clearing passes over bytes",
    "emit-clear.ts",
    "offset < STRIDE_BYTES;",
    "offset < STRIDE_BYTES - VECTOR_BYTES;",
  ),
  mutant(
    "a loop's way out does not settle",
    "emit-loop.ts",
    "writer.op(OP.if, BLOCK_EMPTY);\n    this.settle();",
    "writer.op(OP.if, BLOCK_EMPTY);",
  ),
  mutant(
    "a loop that ends does not settle",
    "emit-loop.ts",
    "    this.settle();\n    writer.op(OP.br, FAST_LABELS);",
    "    writer.op(OP.br, FAST_LABELS);",
  ),
  mutant(
    "the last copy of a loop does not settle",
    "emit-loop.ts",
    "emitSettle(frame, loop, owedGas(loop, LOOP_COPIES - 1, loop.round));",
    "if (loop.eager) emitSettle(frame, loop, 0);",
  ),
  mutant(
    "the last copy of a loop whose ways differ does not settle",
    "emit-loop.ts",
    "emitSettle(frame, loop, owedGas(loop, LOOP_COPIES - 1, loop.round));",
    "if (!loop.eager) emitSettle(frame, loop, owedGas(loop, LOOP_COPIES - 1, loop.round));",
  ),
  mutant(
    "a loop's copies start with gas for all but one",
    "emit-loop.ts",
    "loop.most * LOOP_COPIES",
    "loop.most * (LOOP_COPIES - 1)",
  ),
  mutant(
    "rounds with different costs count as equal",
    "emit-loop.ts",
    "if (copy > 0 && loop.round === MIXED) this.settle();",
    "",
  ),
  mutant("what earlier copies owe is forgotten", "loop-form.ts", "? 1 : copy)", "? 1 : Math.min(copy, 1))"),
  mutant(
    "settling in a copy is taken to reach back over all of them",
    "loop-form.ts",
    "((loop.round & 1) === 1 ? 1 : copy)",
    "copy",
  ),
  mutant("division in a loop does not settle", "loop-plan.ts", "if (divides(op)) this.settle(start);", ""),
  mutant(
    "unreachable in a loop does not settle",
    "loop-plan.ts",
    "this.settle(start);\n        this.owed = UNREACHED;\n        return true;\n      case OP.loop:",
    "this.owed = UNREACHED;\n        return true;\n      case OP.loop:",
  ),
  mutant(
    "return from a loop does not settle",
    "loop-plan.ts",
    "this.settle(at);\n        this.step(STEP.return",
    "this.step(STEP.return",
  ),
  mutant("a branch out of a loop does not settle", "loop-plan.ts", "if (kind === STEP.branch) this.settle(start);", ""),
  mutant(
    "ways that meet in a loop are not compared",
    "loop-plan.ts",
    "return b === UNREACHED || a === b ? a : MIXED;",
    "return b === UNREACHED || b >= 0 ? a : MIXED;",
  ),
  mutant(
    "an arm that is missing in a loop costs what the other does",
    "loop-plan.ts",
    "meet(meet(label.exit, label.before), this.owed)",
    "meet(label.exit, this.owed)",
  ),
  mutant(
    "what a loop owes at a trap is not charged",
    "owed-gas.ts",
    "return low === 0 ? 0 : (owed[2 * low - 1] as number);",
    "return 0 * low;",
  ),
  mutant(
    "the place of a trap is taken for the one before",
    "owed-gas.ts",
    "(owed[2 * middle] as number) <= place",
    "(owed[2 * middle + 2] ?? 2 ** 32) <= place",
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
