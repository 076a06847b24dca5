/**
 * Functions of a rewritten module that bring an instance to its first state: data into a new one, everything into one that
 * is used again, nothing but zeros into one that is thrown away (spec 06 §0b.1).
 * @module
 */
import { BLOCK_EMPTY, BULK, I32, OP, VECTOR } from "../parser/opcodes.ts";
import type { ParsedModule } from "../parser/types.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { AddedIndices } from "./emit-charge.ts";

/** Copies the data segments, all of which are passive in the emitted module. They were found to fit. */
export function emitLoad(writer: ByteWriter, _added: AddedIndices, module: ParsedModule): void {
  writer.u8(0); // locals
  module.data.forEach(({ offset, length }, index) => {
    if (length === 0) return;
    writer.constant(OP.i32Const, offset ?? 0);
    writer.constant(OP.i32Const, 0);
    writer.constant(OP.i32Const, length);
    writer.op(OP.bulk, BULK.memoryInit);
    writer.u32(index);
    writer.u8(0);
  });
  writer.u8(OP.end);
}

/** Sets a global to a constant. */
export function setTo(writer: ByteWriter, global: number, constant: number, value: number): void {
  writer.constant(constant, value);
  writer.op(OP.globalSet, global);
}

function restoreGlobals(writer: ByteWriter, added: AddedIndices, module: ParsedModule): void {
  module.globals.forEach(({ mutable, init }, index) => {
    if (!mutable) return;
    writer.copy(module.bytes, init.start, init.end);
    writer.op(OP.globalSet, index);
  });
  for (const global of [added.gas, added.exhausted]) setTo(writer, global, OP.i64Const, 0);
  for (const global of [added.stack, added.tableIndex, added.fatal]) setTo(writer, global, OP.i32Const, 0);
  setTo(writer, added.pages, OP.i32Const, module.memories?.[0]?.minimum ?? 0);
}

const SYSTEM_PAGE_BYTES = 4_096;
const STRIDE_BYTES = 128;
const VECTOR_BYTES = 16;

/** Branches out to `label` when the bytes of the stride at `at` are not all zero. */
function branchIfDirty(writer: ByteWriter, at: number, label: number): void {
  for (let offset = 0; offset < STRIDE_BYTES; offset += VECTOR_BYTES) {
    writer.op(OP.localGet, at);
    writer.op(OP.vector, VECTOR.load);
    writer.u32(4);
    writer.u32(offset);
    if (offset > 0) writer.op(OP.vector, VECTOR.or);
  }
  writer.op(OP.vector, VECTOR.anyTrue);
  writer.op(OP.brIf, label);
}

/**
 * Declares locals and zeroes all real memory, whatever its virtual size. PERF: only system pages that are not zero are
 * written. Most were never touched: to read them takes less time than to write them, and in an instance that is thrown away
 * the system would have to provide each of them first.
 */
function emitZero(writer: ByteWriter): void {
  const [page, at, end] = [0, 1, 2];
  const advance = (local: number, from: number, bytes: number): void => {
    writer.op(OP.localGet, from);
    writer.constant(OP.i32Const, bytes);
    writer.u8(OP.i32Add);
    if (local >= 0) writer.op(OP.localTee, local);
  };
  writer.bytes(Uint8Array.of(1, 3, I32));
  writer.op(OP.memorySize, 0);
  writer.constant(OP.i32Const, 16);
  writer.u8(OP.i32Shl);
  writer.op(OP.localSet, end);
  writer.op(OP.loop, BLOCK_EMPTY); // pages
  writer.op(OP.localGet, page);
  writer.op(OP.localSet, at);
  writer.op(OP.block, BLOCK_EMPTY); // clean
  writer.op(OP.block, BLOCK_EMPTY); // dirty
  writer.op(OP.loop, BLOCK_EMPTY); // strides
  branchIfDirty(writer, at, 1);
  advance(at, at, STRIDE_BYTES);
  advance(-1, page, SYSTEM_PAGE_BYTES);
  writer.u8(OP.i32LtU);
  writer.op(OP.brIf, 0);
  writer.u8(OP.end);
  writer.op(OP.br, 1);
  writer.u8(OP.end);
  writer.op(OP.localGet, page);
  writer.constant(OP.i32Const, 0);
  writer.constant(OP.i32Const, SYSTEM_PAGE_BYTES);
  writer.op(OP.bulk, BULK.memoryFill);
  writer.u8(0);
  writer.u8(OP.end);
  advance(page, page, SYSTEM_PAGE_BYTES);
  writer.op(OP.localGet, end);
  writer.u8(OP.i32LtU);
  writer.op(OP.brIf, 0);
  writer.u8(OP.end);
}

/**
 * Makes the instance as new: zeroes memory, restores data and every mutable global. Nothing else of a module can change:
 * tables have no instructions in the accepted subset. `load` is the helper above.
 */
export function emitWipe(writer: ByteWriter, added: AddedIndices, module: ParsedModule, load: number): void {
  emitZero(writer);
  restoreGlobals(writer, added, module);
  writer.op(OP.call, load);
  writer.u8(OP.end);
}

/** Leaves nothing of a call in an instance that is thrown away. */
export function emitScrub(writer: ByteWriter, added: AddedIndices, module: ParsedModule): void {
  emitZero(writer);
  restoreGlobals(writer, added, module);
  writer.u8(OP.end);
}
