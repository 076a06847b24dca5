/**
 * Plans the fast forms of loops (`loop-form.ts`) from the edits of their function: a second look at a body of few bytes.
 * @module
 */
import { InstructionReader } from "../parser/instructions.ts";
import { OP } from "../parser/opcodes.ts";
import { EDIT } from "./body-plan.ts";
import {
  type LoopPlan,
  type LoopStep,
  MAX_LOOP_BYTES,
  MIXED,
  type Owed,
  SETTLED,
  STEP,
  UNREACHED,
} from "./loop-form.ts";

/** What is owed where two ways meet. */
function meet(a: Owed, b: Owed): Owed {
  if (a === UNREACHED) return b;
  return b === UNREACHED || a === b ? a : MIXED;
}

/** i32 and i64 division and remainder. */
function divides(op: number): boolean {
  return (op >= OP.i32DivS && op <= OP.i32RemU) || (op >= OP.i64DivS && op <= OP.i64RemU);
}

interface Label {
  readonly isIf: boolean;
  /** At the start of an `if` without `else` so far. */
  before: Owed;
  exit: Owed;
}

/** Where a loop lies, and what is known around it. */
export interface LoopPlace {
  readonly bytes: Uint8Array;
  readonly body: number;
  readonly end: number;
  /** Edits of the function, of which those from `firstEdit` on lie in the loop. */
  readonly edits: readonly number[];
  readonly firstEdit: number;
  /** Operands that a branch takes to the label `depth` outside of the loop. */
  arity(depth: number): number;
}

class LoopWalk {
  private readonly place: LoopPlace;
  private readonly reader: InstructionReader;
  private readonly steps: LoopStep[] = [];
  private readonly labels: Label[] = [];
  private edit: number;
  private owed: Owed = 0;
  private most = 0;
  private round: Owed = UNREACHED;
  private mixed = false;

  constructor(place: LoopPlace) {
    this.place = place;
    this.reader = new InstructionReader(place.bytes, place.body, place.end);
    this.edit = place.firstEdit;
  }

  /** The plan, unless something in the loop rules it out. */
  run(): LoopPlan | undefined {
    const { body, end, edits } = this.place;
    for (;;) {
      while (edits[this.edit] === this.reader.position) if (!this.takeEdit()) return undefined;
      if (this.reader.position === end) break;
      this.reader.next();
      if (!this.instruction()) return undefined;
    }
    if (this.round === UNREACHED) return undefined;
    const { steps, most, round, owed: exit } = this;
    return { body, end, editsEnd: this.edit, steps, most, round, exit, eager: this.mixed || round === MIXED };
  }

  private step(kind: number, at: number, next: number, value: number): void {
    this.steps.push({ at, next, kind, value, owed: this.owed });
  }

  private settle(at: number): void {
    if (this.owed === SETTLED || this.owed === UNREACHED) return;
    this.owed = SETTLED;
    this.step(STEP.settle, at, at, 0);
  }

  /** Follows the next edit of the function; whether the loop can still have a fast form. */
  private takeEdit(): boolean {
    const { edits } = this.place;
    const [at, kind, value] = [this.reader.position, edits[this.edit + 1], edits[this.edit + 2] as number];
    this.edit += 3;
    switch (kind) {
      case EDIT.charge:
        this.most += value;
        if (this.owed !== UNREACHED) this.owed += 2 * value;
        if (value > 0) this.step(STEP.charge, at, at, value);
        return true;
      case EDIT.drop:
        this.step(STEP.drop, at, value, 0);
        this.reader.position = value;
        return true;
      case EDIT.size:
        this.step(STEP.size, at, value, 0);
        return true;
      case EDIT.return:
        this.settle(at);
        this.step(STEP.return, at, at + 1, value);
        this.owed = UNREACHED;
        return true;
      default:
        return false;
    }
  }

  private instruction(): boolean {
    const { op, start, index } = this.reader;
    switch (op) {
      case OP.block:
      case OP.if:
        this.labels.push({ isIf: op === OP.if, before: op === OP.if ? this.owed : UNREACHED, exit: UNREACHED });
        return true;
      case OP.else:
        this.otherwise(this.labels[this.labels.length - 1] as Label);
        return true;
      case OP.end:
        this.close(this.labels.pop() as Label);
        return true;
      case OP.br:
        return this.branch(STEP.branch, index);
      case OP.brIf:
        return this.branch(STEP.branchIf, index);
      case OP.unreachable:
        this.settle(start);
        this.owed = UNREACHED;
        return true;
      case OP.loop:
      case OP.brTable:
      case OP.call:
      case OP.callIndirect:
        return false;
      default:
        if (divides(op)) this.settle(start);
        return true;
    }
  }

  private otherwise(label: Label): void {
    label.exit = meet(label.exit, this.owed);
    this.owed = label.before;
    label.before = UNREACHED;
    this.step(STEP.none, this.reader.position, this.reader.position, 0);
  }

  private close(label: Label): void {
    const { position } = this.reader;
    // Without an else, the end is also reached by the condition that failed.
    const ways = meet(meet(label.exit, label.before), this.owed);
    this.owed = ways === UNREACHED ? SETTLED : ways;
    if (ways === MIXED) {
      this.mixed = true;
      this.settle(position);
    } else {
      this.step(STEP.none, position, position, 0);
    }
  }

  private branch(kind: number, depth: number): boolean {
    const { start, position } = this.reader;
    const nested = this.labels.length;
    if (depth > nested) {
      // The operand of such a branch cannot be taken into the arm that brings the global up to date.
      if (kind === STEP.branchIf && this.place.arity(depth - nested - 1) > 0) return false;
      if (kind === STEP.branch) this.settle(start);
      this.step(kind, start, position, depth);
    } else if (depth === nested) {
      this.round = meet(this.round, this.owed);
    } else {
      const label = this.labels[nested - 1 - depth] as Label;
      label.exit = meet(label.exit, this.owed);
    }
    if (kind === STEP.branch) this.owed = UNREACHED;
    return true;
  }
}

/** Plans the fast form of the loop at `place`; undefined when it has none. */
export function planLoop(place: LoopPlace): LoopPlan | undefined {
  return place.end - place.body > MAX_LOOP_BYTES ? undefined : new LoopWalk(place).run();
}
