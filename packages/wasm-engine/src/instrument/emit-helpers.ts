/**
 * Functions that the rewriting adds to a module: the stand-in for memory.grow, and what the host calls to meter, fill and
 * clear an instance. Host calls are functions because a call costs V8 less than the value of a global.
 * @module
 */
import { BLOCK_EMPTY, I32, I64, OP } from "../parser/opcodes.ts";
import type { ParsedModule } from "../parser/types.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type AddedIndices, emitCharge } from "./emit-charge.ts";
import { emitLoad, emitScrub, emitWipe, setTo } from "./emit-clear.ts";
import { GAS_GROW_FAILED_ARM, GAS_GROW_HELPER, GAS_PER_PAGE, MAX_MEMORY_PAGES } from "./gas-rules.ts";
import { REENTRY_SLOTS, STACK_LIMIT_SLOTS } from "./stack-weight.ts";

/** Signatures of the helpers. */
export const HELPER_TYPES = [
  { params: [I32], results: [I32] },
  { params: [], results: [] },
  { params: [I64], results: [] },
  { params: [I64], results: [I32] },
  { params: [], results: [I64] },
] as const;

interface Helper {
  /** Index in `HELPER_TYPES`. */
  readonly type: number;
  emit(writer: ByteWriter, added: AddedIndices, module: ParsedModule, allocate: number | undefined): void;
}

/** (gas limit): sets both meters. */
function emitBegin(writer: ByteWriter, added: AddedIndices): void {
  writer.u8(0); // locals
  writer.op(OP.localGet, 0);
  writer.op(OP.globalSet, added.gas);
  setTo(writer, added.stack, OP.i32Const, STACK_LIMIT_SLOTS);
  writer.u8(OP.end);
}

/** (amount) -> 1 when it was taken; else 0, and it stands as exhausted. */
function emitHostCharge(writer: ByteWriter, added: AddedIndices): void {
  writer.u8(0); // locals
  writer.op(OP.globalGet, added.gas);
  writer.op(OP.localGet, 0);
  writer.u8(OP.i64LtU);
  writer.op(OP.if, BLOCK_EMPTY);
  writer.op(OP.localGet, 0);
  writer.op(OP.globalSet, added.exhausted);
  writer.constant(OP.i32Const, 0);
  writer.u8(OP.return);
  writer.u8(OP.end);
  writer.op(OP.globalGet, added.gas);
  writer.op(OP.localGet, 0);
  writer.u8(OP.i64Sub);
  writer.op(OP.globalSet, added.gas);
  writer.constant(OP.i32Const, 1);
  writer.u8(OP.end);
}

function emitRemaining(writer: ByteWriter, added: AddedIndices): void {
  writer.u8(0); // locals
  writer.op(OP.globalGet, added.gas);
  writer.u8(OP.end);
}

/**
 * (bytes) -> region: calls the contract's `allocate`. Re-entry weighs on the stack counter, because the engine's own
 * frames lie below it. Traps when there is no such function or no stack.
 */
function emitAllocate(
  writer: ByteWriter,
  added: AddedIndices,
  _module: ParsedModule,
  allocate: number | undefined,
): void {
  writer.u8(0); // locals
  if (allocate === undefined) {
    writer.u8(OP.unreachable);
    writer.u8(OP.end);
    return;
  }
  writer.op(OP.globalGet, added.stack);
  writer.constant(OP.i32Const, REENTRY_SLOTS);
  writer.u8(OP.i32LtS);
  writer.op(OP.if, BLOCK_EMPTY);
  writer.u8(OP.unreachable);
  writer.u8(OP.end);
  writer.op(OP.globalGet, added.stack);
  writer.constant(OP.i32Const, REENTRY_SLOTS);
  writer.u8(OP.i32Sub);
  writer.op(OP.globalSet, added.stack);
  writer.op(OP.localGet, 0);
  writer.op(OP.call, allocate);
  writer.op(OP.globalGet, added.stack);
  writer.constant(OP.i32Const, REENTRY_SLOTS);
  writer.u8(OP.i32Add);
  writer.op(OP.globalSet, added.stack);
  writer.u8(OP.end);
}

/** Charges as the reference's meter of memory.grow does: itself, then the pages; `cost` is local 1. */
function emitGrowCharge(writer: ByteWriter, added: AddedIndices): void {
  const [pages, cost, left] = [0, 1, 3];
  emitCharge(writer, added, GAS_GROW_HELPER, left, false);
  writer.op(OP.localGet, pages);
  writer.u8(OP.i64ExtendI32S);
  writer.constant(OP.i64Const, GAS_PER_PAGE);
  writer.u8(OP.i64Mul);
  writer.op(OP.localSet, cost);
  writer.op(OP.globalGet, added.gas);
  writer.op(OP.localGet, cost);
  writer.u8(OP.i64LtU);
  writer.op(OP.if, BLOCK_EMPTY);
  emitCharge(writer, added, GAS_GROW_FAILED_ARM, left, true);
  writer.op(OP.localGet, cost);
  writer.op(OP.globalSet, added.exhausted);
  writer.u8(OP.unreachable);
  writer.u8(OP.end);
  writer.op(OP.globalGet, added.gas);
  writer.op(OP.localGet, cost);
  writer.u8(OP.i64Sub);
  writer.op(OP.globalSet, added.gas);
}

/** Sets the virtual size to the sum in local 1 and provides real pages for it. */
function emitProvide(writer: ByteWriter, added: AddedIndices): void {
  const size = 1;
  writer.op(OP.localGet, size);
  writer.u8(OP.i32WrapI64);
  writer.op(OP.globalSet, added.pages);
  writer.op(OP.globalGet, added.pages);
  writer.op(OP.memorySize, 0);
  writer.u8(OP.i32GtS);
  writer.op(OP.if, BLOCK_EMPTY);
  writer.op(OP.globalGet, added.pages);
  writer.op(OP.memorySize, 0);
  writer.u8(OP.i32Sub);
  writer.op(OP.memoryGrow, 0);
  writer.constant(OP.i32Const, -1);
  writer.u8(OP.i32Eq);
  writer.op(OP.if, BLOCK_EMPTY);
  setTo(writer, added.fatal, OP.i32Const, 1);
  writer.u8(OP.unreachable);
  writer.u8(OP.end);
  writer.u8(OP.end);
}

/**
 * The function that stands for memory.grow: (pages) -> previous pages or −1, counted virtually. It charges its own 28, then
 * 8192 per page of the sign-extended count; when that does not fit, the failing arm's 6 come first.
 *
 * SECURITY: a grow within the limit that the machine cannot serve must not look like a refusal to the contract: it sets
 * `fatal` and traps, and the host ends the executor.
 */
function emitGrow(writer: ByteWriter, added: AddedIndices): void {
  const [pages, size, previous] = [0, 1, 2];
  writer.bytes(Uint8Array.of(3, 1, I64, 1, I32, 1, I64)); // locals: cost, then size; previous; gas left
  emitGrowCharge(writer, added);
  writer.op(OP.globalGet, added.pages);
  writer.op(OP.localTee, previous);
  writer.u8(OP.i64ExtendI32U);
  writer.op(OP.localGet, pages);
  writer.u8(OP.i64ExtendI32U);
  writer.u8(OP.i64Add);
  writer.op(OP.localTee, size);
  writer.constant(OP.i64Const, MAX_MEMORY_PAGES);
  writer.u8(OP.i64GtU);
  writer.op(OP.if, BLOCK_EMPTY);
  writer.constant(OP.i32Const, -1);
  writer.u8(OP.return);
  writer.u8(OP.end);
  emitProvide(writer, added);
  writer.op(OP.localGet, previous);
  writer.u8(OP.end);
}

/** The helpers in the order of their indices, `grow` first; the others are exported under their names. */
export const HELPERS: Readonly<Record<string, Helper>> = {
  grow: { type: 0, emit: emitGrow },
  allocate: { type: 0, emit: emitAllocate },
  load: { type: 1, emit: emitLoad },
  wipe: {
    type: 1,
    emit: (writer, added, module) => emitWipe(writer, added, module, added.helpers + HELPER_INDEX.load),
  },
  scrub: { type: 1, emit: emitScrub },
  begin: { type: 2, emit: emitBegin },
  charge: { type: 3, emit: emitHostCharge },
  remaining: { type: 4, emit: emitRemaining },
};

const HELPER_INDEX = { load: Object.keys(HELPERS).indexOf("load") } as const;
