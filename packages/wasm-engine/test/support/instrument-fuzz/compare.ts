/**
 * Holds the forms of one module against each other: V8 alone against the engine on what the program does, the rules
 * against the engine on that and on gas, with enough gas and with too little.
 * @module
 */
import { CODE, countedNodes, type ModuleTree, type Node } from "./ast.ts";
import { generateModule } from "./generate.ts";
import { Random } from "./random.ts";
import { type Rules, UNLIMITED } from "./rules.ts";
import { type Ending, Forms } from "./run.ts";

/** What a module showed; `difference` is the finding, if there is one. */
export interface Verdict {
  readonly difference: string | undefined;
  /** Kinds of endings over all runs of the module: "returned", or the kind of the failure and V8's word for it. */
  readonly endings: ReadonlySet<string>;
  readonly grows: boolean;
  readonly indirectCalls: boolean;
  readonly opcodes: ReadonlySet<number>;
}

const printed = (value: unknown): string =>
  JSON.stringify(value, (_, one) => (typeof one === "bigint" ? `${one}n` : one)) ?? "undefined";

function firstByte(a: Uint8Array, b: Uint8Array): string | undefined {
  if (a.length !== b.length) return `memory of ${a.length} and ${b.length} bytes`;
  if (Buffer.compare(a, b) === 0) return undefined;
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return `memory at ${at}: ${a[at]} and ${b[at]}`;
}

/** What differs between two endings, by name; gas only when both have a meter. */
function difference(what: string, a: Ending, b: Ending): string | undefined {
  const metered = a.remaining !== undefined && b.remaining !== undefined;
  const parts: [string, (ending: Ending) => unknown][] = [
    ["trap", ({ trap }) => trap],
    ["globals", ({ globals }) => globals],
    ["host calls", ({ log }) => log.map((one) => [one.name, one.args, ...(metered ? [one.remaining, one.stack] : [])])],
    // Alone, V8 does not tell a null entry from one of another type: the trap's text is all there is.
    ["result", ({ outcome, trap }) => (metered || trap === undefined ? outcome : undefined)],
  ];
  if (metered) parts.push(["gas", ({ remaining, exhausted }) => [remaining, exhausted]]);
  for (const [name, of] of parts) {
    const [left, right] = [printed(of(a)), printed(of(b))];
    if (left !== right) return `${what}: ${name}: ${left} and ${right}`;
  }
  const memory = firstByte(a.memory, b.memory);
  return memory === undefined ? undefined : `${what}: ${memory}`;
}

function endingName({ outcome, trap }: Ending): string {
  return typeof outcome === "number" ? "returned" : trap === undefined ? outcome : `${outcome}: ${trap}`;
}

const OPCODE_OF = {
  block: CODE.block,
  loop: CODE.loop,
  if: CODE.if,
  br: CODE.br,
  brIf: CODE.brIf,
  brTable: CODE.brTable,
  call: CODE.call,
  indirect: CODE.callIndirect,
  grow: CODE.memoryGrow,
} as const;

function opcodesOf(node: Node): readonly number[] {
  if (node.kind === "plain") return [node.op];
  if (node.kind === "if" && node.second !== undefined) return [CODE.if, CODE.else, CODE.end];
  return [OPCODE_OF[node.kind], ...(["block", "loop", "if"].includes(node.kind) ? [CODE.end] : [])];
}

/** Opcodes of the sequences that ran. */
function opcodes(tree: ModuleTree, { reached }: Rules): Set<number> {
  const found = new Set<number>();
  for (const sequence of tree.sequences) {
    if (reached[sequence.id] !== 1 || sequence.nodes.length > 1_000) continue;
    for (const node of countedNodes(sequence)) for (const op of opcodesOf(node)) found.add(op);
    if (sequence.nodes.some((node) => node.kind === "plain" && node.op === CODE.nop)) found.add(CODE.nop);
  }
  return found;
}

/** How many modules also run with more gas than fits a signed number. */
const ALL_GAS_PERCENT = 15;

/** Growth by −1 page asks for nearly 2^64: what was spent and that together may be more than a limit can be. */
function asLimit(gas: bigint): bigint {
  return gas < 0n ? 0n : gas < UNLIMITED ? gas : UNLIMITED;
}

/** Limits at which the run must end elsewhere or just not: at a charge, one below it, anywhere. */
function lowerLimits(random: Random, marks: readonly bigint[], spent: bigint): bigint[] {
  if (marks.length === 0) return [];
  const at = random.chance(50) ? random.pick(marks) : marks[marks.length - 1 - random.below(Math.min(3, marks.length))];
  const exact = (at as bigint) - BigInt(random.below(3));
  return [asLimit(exact), BigInt(Math.floor((random.u32() / 2 ** 32) * Number(spent)))];
}

/** The ending of a run that had all gas, as it is with `limit` when that is enough. */
function lowered(ending: Ending, limit: bigint): Ending {
  const less = (gas: bigint | undefined): bigint | undefined => (gas === undefined ? gas : gas - (UNLIMITED - limit));
  return {
    ...ending,
    remaining: less(ending.remaining),
    log: ending.log.map((one) => ({ ...one, remaining: less(one.remaining) })),
  };
}

/** Compares all forms of a tree. */
export function compareTree(tree: ModuleTree, random: Random): Verdict {
  const forms = new Forms(tree, [random.i32(), random.i32()]);
  const full = forms.probed(UNLIMITED);
  const spent = UNLIMITED - (full.ending.remaining as bigint);
  const endings = new Set([endingName(full.ending)]);
  const verdict = (found: string | undefined): Verdict => ({
    difference: found,
    endings,
    grows: full.rules.grows > 0,
    indirectCalls: full.rules.indirectCalls > 0,
    opcodes: opcodes(tree, full.rules),
  });
  let found: string | undefined;
  // Nothing but the engine limits the stack: V8 alone goes on where the rules end. The same for growth that no gas pays.
  if (!full.rules.stopped) {
    found = difference("alone and with the rules", forms.raw(), full.ending);
  }
  // Enough first: a bug that makes a program endless ends here, before it gets 2^64 gas.
  const enough = asLimit(spent + BigInt(random.below(100)));
  found ??= difference("rules and engine, enough gas", lowered(full.ending, enough), forms.metered(enough));
  if (random.chance(ALL_GAS_PERCENT)) {
    found ??= difference("rules and engine, all gas", full.ending, forms.metered(UNLIMITED));
  }
  for (const limit of lowerLimits(random, full.rules.marks, spent)) {
    if (found !== undefined) break;
    const expected = forms.probed(limit).ending;
    endings.add(endingName(expected));
    found = difference(`rules and engine, ${limit} gas`, expected, forms.metered(limit));
  }
  return verdict(found);
}

/** Module `index` of the run with `seed`. */
export function compareModule(seed: number, index: number): Verdict {
  return compareTree(generateModule(seed, index), new Random(~seed, index));
}
