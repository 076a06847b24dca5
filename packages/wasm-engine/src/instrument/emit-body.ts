/**
 * Emits the rewritten function bodies: gas charges, the stack counter, calls of the grow helper (spec 03 §2.3). Index
 * spaces do not shift: what is added comes after what is there.
 * @module
 */
import { BLOCK_EMPTY, I32, I64, OP } from "../parser/opcodes.ts";
import { type BodyPlan, EDIT } from "./body-plan.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type AddedIndices, emitCharge } from "./emit-charge.ts";
import { emitLoop, type LoopFrame } from "./emit-loop.ts";
import type { LoopPlan } from "./loop-form.ts";
import type { OwedGasWriter } from "./owed-gas.ts";
import { frameWeight } from "./stack-weight.ts";

/** A body to rewrite: where it ends in `bytes`, what its function returns, whether the stack counter counts it. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly result: number;
  readonly counted: boolean;
}

/** Takes the frame's weight; a negative counter is how the host recognises this trap. */
function enterFrame(writer: ByteWriter, added: AddedIndices, weight: number, local: number): void {
  writer.op(OP.globalGet, added.stack);
  writer.constant(OP.i32Const, weight);
  writer.u8(OP.i32Sub);
  writer.op(OP.localTee, local);
  writer.op(OP.globalSet, added.stack);
  writer.op(OP.localGet, local);
  writer.constant(OP.i32Const, 0);
  writer.u8(OP.i32LtS);
  writer.op(OP.if, BLOCK_EMPTY);
  writer.u8(OP.unreachable);
  writer.u8(OP.end);
}

/** What was called has restored the counter to what it was at the start. */
function leaveFrame(writer: ByteWriter, added: AddedIndices, weight: number, local: number): void {
  writer.op(OP.localGet, local);
  writer.constant(OP.i32Const, weight);
  writer.u8(OP.i32Add);
  writer.op(OP.globalSet, added.stack);
}

/** Emits the fast form of a loop if it has one, unless that would make the module too long; whether it did. */
function emittedFast(frame: LoopFrame, loop: LoopPlan | undefined): loop is LoopPlan {
  const { owed, writer } = frame;
  if (loop === undefined || owed.room <= 0) return false;
  const before = writer.length;
  emitLoop(frame, loop);
  owed.room -= writer.length - before;
  return true;
}

function copyEdited(frame: LoopFrame, end: number, plan: BodyPlan): void {
  const { writer, bytes, added, gasLocal } = frame;
  const { edits } = plan;
  let at = plan.codeStart;
  for (let i = 0; i < edits.length; i += 3) {
    const position = edits[i] as number;
    const value = edits[i + 2] as number;
    writer.copy(bytes, at, position);
    at = position;
    switch (edits[i + 1]) {
      case EDIT.charge:
      case EDIT.chargeGlobal:
        if (value > 0) emitCharge(writer, added, value, gasLocal, edits[i + 1] === EDIT.charge);
        break;
      case EDIT.reload:
        writer.op(OP.globalGet, added.gas);
        writer.op(OP.localSet, gasLocal);
        break;
      case EDIT.drop:
        at = value;
        break;
      case EDIT.grow:
        writer.op(OP.call, added.helpers);
        at = value;
        break;
      case EDIT.return:
        // The wrapper is where the function's own label was, so that other branches keep their indices.
        if (frame.wrapped) writer.op(OP.br, value);
        else writer.u8(OP.return);
        at = position + 1;
        break;
      case EDIT.size:
        writer.op(OP.globalGet, added.pages);
        at = value;
        break;
      case EDIT.trap:
        writer.u8(OP.unreachable);
        at = value;
        break;
      case EDIT.loop: {
        const loop = plan.loops[value];
        if (!emittedFast(frame, loop)) break;
        at = loop.end + 1;
        i = loop.editsEnd - 3;
        break;
      }
      default:
        writer.op(OP.globalSet, added.tableIndex);
        writer.op(OP.globalGet, added.tableIndex);
    }
  }
  writer.copy(bytes, at, end);
}

/** Emits one rewritten body, without its size. */
export function emitBody(
  writer: ByteWriter,
  body: Body,
  plan: BodyPlan,
  added: AddedIndices,
  owed: OwedGasWriter,
): void {
  const weight = frameWeight(plan.shape);
  const { counted } = body;
  // Two locals more, after the function's own.
  const gasLocal = plan.shape.params + plan.shape.locals;
  const stackLocal = gasLocal + 1;
  writer.u32(plan.localRuns + (counted ? 2 : 1));
  writer.copy(body.bytes, plan.localsStart, plan.codeStart);
  writer.bytes(Uint8Array.of(1, I64));
  if (counted) {
    writer.bytes(Uint8Array.of(1, I32));
    enterFrame(writer, added, weight, stackLocal);
    writer.op(OP.block, body.result);
  }
  copyEdited({ writer, bytes: body.bytes, added, gasLocal, wrapped: counted, owed }, body.end, plan);
  if (counted) {
    leaveFrame(writer, added, weight, stackLocal);
    writer.u8(OP.end);
  }
}
