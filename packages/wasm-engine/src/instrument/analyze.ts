/**
 * Walks one validated function body and plans its rewriting: the cost of each instruction sequence, what to drop, what to
 * replace, and the shape of its stack frame (spec 03 §2.2, §2.3; 06 §2).
 *
 * A sequence is the body of the function, of a block, a loop, or an arm of an if. It costs 2 per instruction directly in
 * it; nop, else and end are none, and what follows br, br_table, return or unreachable in the same sequence is dropped,
 * nested blocks included.
 * @module
 */
import { WasmFormatError } from "../errors.ts";
import { InstructionReader, type LocalRun } from "../parser/instructions.ts";
import { MAX_NESTING } from "../parser/limits.ts";
import { BLOCK_EMPTY, floatOperator, isFloatType, OP, popsOf, pushesOf } from "../parser/opcodes.ts";
import type { FunctionType, ParsedModule } from "../parser/types.ts";
import { type BodyPlan, EDIT, NO_FAST_FORM } from "./body-plan.ts";
import { GAS_PER_INSTRUCTION } from "./gas-rules.ts";
import { type LoopPlan, MAX_LOOP_FUNCTION_BYTES, MAX_LOOP_SLOTS, maxFastLoops } from "./loop-form.ts";
import { planLoop } from "./loop-plan.ts";
import { type FrameShape, frameWeight, UNCOUNTED_SLOTS } from "./stack-weight.ts";

/** Types of the module by index, as the walk needs them. */
export interface ModuleTypes {
  readonly module: ParsedModule;
  /** Type of every function, imports first. */
  readonly functions: readonly FunctionType[];
  /** By type: 1 for each parameter that is a float, undefined when none is. */
  readonly floatParams: ReadonlyMap<FunctionType, Uint8Array | undefined>;
  readonly globalIsFloat: Uint8Array;
  /** How many more loops may have a fast form. */
  fastLoopsLeft: number;
}

/** Resolves the index spaces once per module. */
export function moduleTypes(module: ParsedModule): ModuleTypes {
  const functions: FunctionType[] = [];
  for (const index of module.importedFunctionTypes) functions.push(module.types[index] as FunctionType);
  for (const index of module.functionTypes) functions.push(module.types[index] as FunctionType);
  return {
    module,
    functions,
    // PERF: once per type. A type may have a thousand parameters, and a hundred thousand functions may share it.
    floatParams: new Map(module.types.map((type) => [type, floatFlags(type.params)])),
    globalIsFloat: Uint8Array.from(module.globals, (g) => (isFloatType(g.type) ? 1 : 0)),
    fastLoopsLeft: maxFastLoops(module.bytes.length),
  };
}

function floatFlags(params: Uint8Array): Uint8Array | undefined {
  return params.some(isFloatType) ? params.map((param) => (isFloatType(param) ? 1 : 0)) : undefined;
}

/** 1 for each declared local that is a float, undefined when none is. */
function floatRuns(runs: readonly LocalRun[], count: number): Uint8Array | undefined {
  if (!runs.some((run) => run.count > 0 && isFloatType(run.type))) return undefined;
  const flags = new Uint8Array(count);
  let at = 0;
  for (const run of runs) {
    if (isFloatType(run.type)) flags.fill(1, at, at + run.count);
    at += run.count;
  }
  return flags;
}

interface Sequence {
  /** Opcode that opened it: block, loop, if, else, or -1 for the function. */
  kind: number;
  /** Index in `edits` of its charge. */
  edit: number;
  count: number;
  /** Operand height at its start. */
  base: number;
  arity: number;
  /** Where its first instruction is. */
  body: number;
  /** Where dead code starts, or -1. */
  deadFrom: number;
  /** Whether the local was in step before the sequence, and is on every branch to its label so far. */
  inStepBefore: boolean;
  inStepAfter: boolean;
}

/**
 * PERF: what is left of the gas is kept in a local beside the global, because a counter in memory makes every iteration of
 * a loop wait for the store of the one before. Charges write both; only calls change the global alone. `inStep` is
 * whether no call lies between here and the last charge on any path; a loop's head is always reached in step.
 */
class BodyWalk {
  private readonly types: ModuleTypes;
  private readonly type: FunctionType;
  private readonly reader: InstructionReader;
  private readonly floatParams: Uint8Array | undefined;
  private readonly floatLocals: Uint8Array | undefined;
  private readonly stack: Sequence[] = [];
  private readonly edits: number[] = [];
  private readonly loops: LoopPlan[] = [];
  private readonly localCount: number;
  private readonly localRuns: number;
  private readonly localsStart: number;
  private readonly codeStart: number;
  private readonly fastLoops: boolean;
  private height = 0;
  private maxHeight = 0;
  private instructions = 0;
  private branches = 0;
  private maxNesting = 0;
  private callees: number[] | undefined = [];
  private hasFloats = false;
  private inStep = false;

  constructor(types: ModuleTypes, type: FunctionType, start: number, end: number) {
    this.types = types;
    this.type = type;
    this.reader = new InstructionReader(types.module.bytes, start, end);
    const runs = this.reader.locals();
    this.localCount = runs.reduce((sum, run) => sum + run.count, 0);
    this.localRuns = runs.length;
    this.localsStart = this.reader.firstLocal;
    this.codeStart = this.reader.position;
    this.floatParams = types.floatParams.get(type);
    this.floatLocals = floatRuns(runs, this.localCount);
    if (this.floatParams !== undefined) this.hasFloats = true;
    const slots = type.params.length + this.localCount;
    this.fastLoops = slots <= MAX_LOOP_SLOTS && end - start <= MAX_LOOP_FUNCTION_BYTES;
  }

  run(): BodyPlan {
    this.open(-1, this.type.result, this.codeStart);
    while (this.stack.length > 0) {
      this.reader.next();
      const top = this.stack[this.stack.length - 1] as Sequence;
      if (top.deadFrom >= 0) this.dead(top);
      else this.live(top);
    }
    this.reader.finish("function body");
    return {
      shape: this.shape(),
      localRuns: this.localRuns,
      localsStart: this.localsStart,
      codeStart: this.codeStart,
      edits: this.edits,
      loops: this.loops,
      callees: this.weighsLittle() ? this.callees : undefined,
      hasFloats: this.hasFloats,
      branches: this.branches,
      maxNesting: this.maxNesting,
    };
  }

  private shape(): FrameShape {
    return {
      params: this.type.params.length,
      locals: this.localCount,
      maxHeight: this.maxHeight,
      instructions: this.instructions,
    };
  }

  private open(kind: number, blockType: number, at: number): void {
    if (this.stack.length >= MAX_NESTING) throw this.reader.error("blocks are nested too deeply");
    const { edits, inStep } = this;
    this.stack.push({
      kind,
      edit: edits.length,
      count: 0,
      base: this.height,
      arity: blockType === BLOCK_EMPTY ? 0 : 1,
      body: at,
      deadFrom: -1,
      inStepBefore: inStep,
      inStepAfter: true,
    });
    this.maxNesting = Math.max(this.maxNesting, this.stack.length);
    edits.push(at, inStep ? EDIT.charge : EDIT.chargeGlobal, 0);
    // An empty sequence charges nothing, and `close` takes this back.
    this.inStep = true;
  }

  private close(sequence: Sequence): void {
    this.edits[sequence.edit + 2] = sequence.count * GAS_PER_INSTRUCTION;
    if (sequence.deadFrom >= 0 && sequence.deadFrom < this.reader.start) {
      this.edits.push(sequence.deadFrom, EDIT.drop, this.reader.start);
    }
    this.instructions += sequence.count;
    this.branches++;
    this.stack.pop();
    if (sequence.count === 0) this.inStep = sequence.inStepBefore;
    // The end of dead code is reached by branches alone.
    if (sequence.deadFrom >= 0) this.inStep = true;
    this.inStep &&= sequence.inStepAfter || sequence.kind === OP.loop;
    if (sequence.kind === OP.loop && sequence.arity === 0 && this.fastLoops) this.planFast(sequence);
  }

  /** Plans the fast form of the loop that ends here, and notes it in the edit in front of the loop's charge. */
  private planFast({ body, edit }: Sequence): void {
    if (this.types.fastLoopsLeft === 0) return;
    const { edits, loops } = this;
    const loop = planLoop({
      bytes: this.reader.bytes,
      body,
      end: this.reader.start,
      edits,
      firstEdit: edit,
      arity: (depth) => this.labelArity(depth),
    });
    if (loop === undefined) return;
    this.types.fastLoopsLeft--;
    edits[edit - 1] = loops.push(loop) - 1;
  }

  /** Operands that a branch takes to a label. */
  private labelArity(depth: number): number {
    const { kind, arity } = this.stack[this.stack.length - 1 - depth] as Sequence;
    return kind === OP.loop ? 0 : arity;
  }

  /** `end` or `else` of the innermost sequence. */
  private finish(sequence: Sequence): void {
    this.close(sequence);
    this.height = sequence.base;
    if (this.reader.op === OP.else) {
      if (sequence.kind !== OP.if) throw this.reader.error("else without if");
      const afterThen = this.inStep;
      this.inStep = sequence.inStepBefore;
      this.open(OP.else, sequence.arity === 0 ? BLOCK_EMPTY : 0, this.reader.position);
      (this.stack[this.stack.length - 1] as Sequence).inStepAfter = afterThen;
    } else {
      // Without an else, the end is also reached by the condition that failed.
      if (sequence.kind === OP.if) this.inStep &&= sequence.inStepBefore;
      this.move(0, sequence.arity);
    }
  }

  /** Brings the local in step in front of the instruction. */
  private reload(): void {
    if (this.inStep) return;
    this.edits.push(this.reader.start, EDIT.reload, 0);
    this.inStep = true;
  }

  /** A loop begins in step, and perhaps has a fast form. */
  private enterLoop(): void {
    this.reload();
    this.edits.push(this.reader.start, EDIT.loop, NO_FAST_FORM);
  }

  /** A branch to label `depth`: loops want the local in step, other labels note that it is not. */
  private branch(depth: number): void {
    const target = this.stack[this.stack.length - 1 - depth];
    if (target === undefined) throw this.reader.error("label is out of range");
    if (target.kind === OP.loop) this.reload();
    else target.inStepAfter &&= this.inStep;
    this.branches++;
  }

  /** Reads on inside dead code until the end or else of its sequence, which it hands to `finish`. */
  private dead(sequence: Sequence): void {
    let nested = 0;
    for (;;) {
      const op = this.reader.op;
      if (op >= OP.block && op <= OP.if) {
        if (this.stack.length + ++nested > MAX_NESTING) throw this.reader.error("blocks are nested too deeply");
      } else if (op === OP.end) {
        if (nested === 0) break;
        nested--;
      } else if (op === OP.else && nested === 0) {
        break;
      }
      this.reader.next();
    }
    this.finish(sequence);
  }

  private move(pops: number, pushes: number): void {
    this.height += pushes - pops;
    if (this.height > this.maxHeight) this.maxHeight = this.height;
  }

  private live(sequence: Sequence): void {
    const { op } = this.reader;
    if (op === OP.nop) return;
    if (op === OP.end || op === OP.else) {
      this.finish(sequence);
      return;
    }
    sequence.count++;
    if (op > OP.callIndirect) this.plain(op);
    else this.control(sequence, op);
  }

  private control(sequence: Sequence, op: number): void {
    const { start, position, index } = this.reader;
    switch (op) {
      case OP.block:
      case OP.loop:
      case OP.if:
        if (op === OP.if) this.move(1, 0);
        if (op === OP.loop) this.enterLoop();
        this.open(op, this.reader.blockType, position);
        break;
      case OP.call:
        this.noteCallee(index);
        this.call(this.types.functions[index], 0);
        break;
      case OP.callIndirect:
        this.edits.push(start, EDIT.indirect, 0);
        this.callees = undefined;
        this.call(this.types.module.types[index], 1);
        break;
      case OP.brIf:
        this.move(1, 0);
        this.branch(index);
        break;
      case OP.br:
        this.branch(index);
        sequence.deadFrom = position;
        break;
      case OP.return:
        this.edits.push(start, EDIT.return, this.stack.length - 1);
        this.branches++;
        sequence.deadFrom = position;
        break;
      case OP.brTable:
        this.reload();
        this.branches += index + 1;
        sequence.deadFrom = position;
        break;
      default: // unreachable
        this.branches++;
        sequence.deadFrom = position;
    }
  }

  private plain(op: number): void {
    this.move(popsOf[op] as number, pushesOf[op] as number);
    if (floatOperator[op] === 1) {
      this.hasFloats = true;
      this.edits.push(this.reader.start, EDIT.trap, this.reader.position);
    } else if (op === OP.memoryGrow) {
      this.edits.push(this.reader.start, EDIT.grow, this.reader.position);
      this.inStep = false;
    } else if (op === OP.memorySize) {
      this.edits.push(this.reader.start, EDIT.size, this.reader.position);
    } else if (op >= OP.localGet && op <= OP.globalSet) {
      const { index } = this.reader;
      if (op > OP.localTee ? this.types.globalIsFloat[index] === 1 : this.isFloatLocal(index)) this.hasFloats = true;
    }
  }

  private isFloatLocal(index: number): boolean {
    const { length } = this.type.params;
    return (index < length ? this.floatParams?.[index] : this.floatLocals?.[index - length]) === 1;
  }

  /** Whether the stack counter may leave this function out; a body of many calls need not remember them. */
  private weighsLittle(): boolean {
    return frameWeight(this.shape()) <= UNCOUNTED_SLOTS;
  }

  private noteCallee(index: number): void {
    const local = index - this.types.module.importedFunctionTypes.length;
    // Each call is an instruction: with so many of them the function weighs too much.
    if (local < 0 || this.callees === undefined || this.callees.length === UNCOUNTED_SLOTS) this.callees = undefined;
    else this.callees.push(local);
  }

  private call(type: FunctionType | undefined, extra: number): void {
    if (type === undefined) throw this.reader.error("index is out of range");
    this.inStep = false;
    this.move(type.params.length + extra, type.result === BLOCK_EMPTY ? 0 : 1);
  }
}

/** Plans the rewriting of function `index` of the module (imports not counted). */
export function analyzeBody(types: ModuleTypes, index: number): BodyPlan {
  const { module } = types;
  const type = types.functions[module.importedFunctionTypes.length + index];
  const start = module.bodies[2 * index];
  const end = module.bodies[2 * index + 1];
  if (type === undefined || start === undefined || end === undefined) {
    throw new WasmFormatError("function index is out of range", 0);
  }
  return new BodyWalk(types, type, start, end).run();
}

/** Float check of spec 03 §2.2, first clause: an imported function takes or returns a float. */
export function importsFloats(types: ModuleTypes): boolean {
  return types.functions
    .slice(0, types.module.importedFunctionTypes.length)
    .some((type) => isFloatType(type.result) || type.params.some(isFloatType));
}
