/**
 * Emits the fast form of a loop and behind it the plain one, which goes on when the gas no longer suffices for all copies:
 *
 *     block            ;; done
 *       block          ;; little gas
 *         loop         ;; fast
 *           less gas than all copies can take? → little gas
 *           block  copy; done?  end   (as many as there are copies; a branch back goes to the end of its copy)
 *           settle what is owed → fast
 *         end
 *       end
 *       loop  plain  end
 *     end
 *
 * Every way out settles what is owed. A branch out of the loop passes as many labels more as lie around its copy.
 * @module
 */
import { BLOCK_EMPTY, OP } from "../parser/opcodes.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type AddedIndices, emitCharge } from "./emit-charge.ts";
import { LOOP_COPIES, type LoopPlan, type LoopStep, MIXED, owedGas, STEP, UNREACHED } from "./loop-form.ts";
import type { OwedGasWriter } from "./owed-gas.ts";

/** What a loop's emission needs to know of its function. */
export interface LoopFrame {
  readonly writer: ByteWriter;
  readonly bytes: Uint8Array;
  readonly added: AddedIndices;
  readonly gasLocal: number;
  /** Whether `return` is a branch to the function's wrapper. */
  readonly wrapped: boolean;
  readonly owed: OwedGasWriter;
}

/** Labels that lie around a fast copy and around the plain body, beyond the loop's own. */
const FAST_LABELS = 3;
const PLAIN_LABELS = 1;

/** The body once, in the fast form when `copy` is given. */
class BodyEmitter {
  private readonly frame: LoopFrame;
  private readonly loop: LoopPlan;
  private readonly copy: number | undefined;
  private readonly labels: number;
  /** Gas that is owed at the place that was reached. */
  private owed = 0;

  constructor(frame: LoopFrame, loop: LoopPlan, copy: number | undefined) {
    this.frame = frame;
    this.loop = loop;
    this.copy = copy;
    this.labels = copy === undefined ? PLAIN_LABELS : FAST_LABELS;
  }

  run(): void {
    const { frame, loop, copy } = this;
    const { writer, bytes } = frame;
    if (copy !== undefined) this.enter(copy);
    let at = loop.body;
    for (const step of loop.steps) {
      writer.copy(bytes, at, step.at);
      at = step.next;
      this.step(step);
      if (copy !== undefined) this.owe(owedGas(loop, copy, step.owed));
    }
    writer.copy(bytes, at, loop.end);
    if (copy === undefined || loop.exit === UNREACHED) return;
    this.settle();
    writer.op(OP.br, FAST_LABELS);
  }

  private enter(copy: number): void {
    const { loop } = this;
    if (copy > 0 && loop.round === MIXED) this.settle();
    this.owe(owedGas(loop, copy, 0));
  }

  private owe(gas: number): void {
    this.owed = gas;
    this.frame.owed.note(this.frame.writer.length, gas);
  }

  private settle(): void {
    emitSettle(this.frame, this.loop, this.owed);
  }

  private step({ kind, value }: LoopStep): void {
    const { writer, added, wrapped } = this.frame;
    const fast = this.copy !== undefined;
    switch (kind) {
      case STEP.charge:
        this.charge(value);
        break;
      case STEP.size:
        writer.op(OP.globalGet, added.pages);
        break;
      case STEP.settle:
        if (fast) this.settle();
        break;
      case STEP.return:
        if (wrapped) writer.op(OP.br, value + this.labels);
        else writer.u8(OP.return);
        break;
      case STEP.branch:
        writer.op(OP.br, value + this.labels);
        break;
      case STEP.branchIf:
        if (fast) this.leaveIf(value + this.labels);
        else writer.op(OP.brIf, value + this.labels);
        break;
      default: // drop, none
    }
  }

  private charge(cost: number): void {
    const { writer, added, gasLocal } = this.frame;
    if (this.copy === undefined) emitCharge(writer, added, cost, gasLocal, true);
    else if (this.loop.eager) writer.op(OP.localSet, emitSubtract(this.frame, cost));
  }

  private leaveIf(label: number): void {
    const { writer } = this.frame;
    writer.op(OP.if, BLOCK_EMPTY);
    this.settle();
    writer.op(OP.br, label + 1);
    writer.u8(OP.end);
  }
}

/** What is left less `gas`, on the stack. Returns the local that it came from. */
function emitSubtract({ writer, gasLocal }: LoopFrame, gas: number): number {
  writer.op(OP.localGet, gasLocal);
  writer.constant(OP.i64Const, gas);
  writer.u8(OP.i64Sub);
  return gasLocal;
}

/** Brings the global up to date where `gas` is owed. */
function emitSettle(frame: LoopFrame, { eager }: LoopPlan, gas: number): void {
  const { writer, added, gasLocal } = frame;
  if (eager) writer.op(OP.localGet, gasLocal);
  else if (gas > 0) writer.op(OP.localTee, emitSubtract(frame, gas));
  else return;
  writer.op(OP.globalSet, added.gas);
}

function emitFast(frame: LoopFrame, loop: LoopPlan): void {
  const { writer, gasLocal, owed } = frame;
  writer.op(OP.loop, BLOCK_EMPTY);
  writer.op(OP.localGet, gasLocal);
  writer.constant(OP.i64Const, loop.most * LOOP_COPIES);
  writer.u8(OP.i64LtU);
  writer.op(OP.brIf, 1);
  for (let copy = 0; copy < LOOP_COPIES; copy++) {
    writer.op(OP.block, BLOCK_EMPTY);
    new BodyEmitter(frame, loop, copy).run();
    writer.u8(OP.end);
  }
  emitSettle(frame, loop, owedGas(loop, LOOP_COPIES - 1, loop.round));
  writer.op(OP.br, 0);
  writer.u8(OP.end);
  owed.note(writer.length, 0);
}

/** Emits both forms of a loop in the place of the loop. Global and local are in step before and after. */
export function emitLoop(frame: LoopFrame, loop: LoopPlan): void {
  const { writer } = frame;
  writer.op(OP.block, BLOCK_EMPTY);
  writer.op(OP.block, BLOCK_EMPTY);
  emitFast(frame, loop);
  writer.u8(OP.end);
  writer.op(OP.loop, BLOCK_EMPTY);
  new BodyEmitter(frame, loop, undefined).run();
  writer.u8(OP.end);
  writer.u8(OP.end);
}
