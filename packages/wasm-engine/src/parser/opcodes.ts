/**
 * Table of the accepted opcodes: WebAssembly 1.0 plus the five sign-extension operators. For each: the form of its
 * immediate, how many operands it takes and leaves, and whether it works on floats.
 * @module
 */

export const OP = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eq: 0x46,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GtS: 0x4a,
  i32LeU: 0x4d,
  i64LtU: 0x54,
  i64GtU: 0x56,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32DivS: 0x6d,
  i32RemU: 0x70,
  i32And: 0x71,
  i32Shl: 0x74,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64DivS: 0x7f,
  i64RemU: 0x82,
  i32WrapI64: 0xa7,
  i64ExtendI32S: 0xac,
  i64ExtendI32U: 0xad,
  /** First byte of the bulk memory instructions, which the engine emits and never accepts. */
  bulk: 0xfc,
  /** The same of the vector instructions. */
  vector: 0xfd,
} as const;

/** Second bytes after `OP.bulk`. */
export const BULK = { memoryInit: 8, memoryFill: 11 } as const;
/** Second bytes after `OP.vector`. */
export const VECTOR = { load: 0, or: 80, anyTrue: 83 } as const;

/** Value types as the binary format writes them; `BLOCK_EMPTY` also stands for "no result". */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const FUNCREF = 0x70;
export const BLOCK_EMPTY = 0x40;

/** Whether `type` is f32 or f64. */
export function isFloatType(type: number): boolean {
  return type === F32 || type === F64;
}

/** Forms of immediates. */
export const IMMEDIATE = {
  invalid: 0,
  none: 1,
  blockType: 2,
  index: 3,
  branchTable: 4,
  callIndirect: 5,
  memory: 6,
  reserved: 7,
  i32: 8,
  i64: 9,
  f32: 10,
  f64: 11,
} as const;

/** Form of the immediate by opcode. */
export const immediateOf = new Uint8Array(256);
/** Operands taken and left by opcode; calls and control operators depend on types and are 0 here. */
export const popsOf = new Uint8Array(256);
export const pushesOf = new Uint8Array(256);
/** 1 for operators that compute with, load, store or make a float. Moves (locals, globals, select) are not among them. */
export const floatOperator = new Uint8Array(256);

function define(from: number, to: number, immediate: number, pops: number, pushes: number, float = false): void {
  for (let op = from; op <= to; op++) {
    immediateOf[op] = immediate;
    popsOf[op] = pops;
    pushesOf[op] = pushes;
    floatOperator[op] = float ? 1 : 0;
  }
}

const { none, blockType, index, branchTable, callIndirect, memory, reserved } = IMMEDIATE;
define(0x00, 0x01, none, 0, 0); // unreachable, nop
define(0x02, 0x04, blockType, 0, 0); // block, loop, if
define(0x05, 0x05, none, 0, 0); // else
define(0x0b, 0x0b, none, 0, 0); // end
define(0x0c, 0x0c, index, 0, 0); // br
define(0x0d, 0x0d, index, 1, 0); // br_if
define(0x0e, 0x0e, branchTable, 1, 0);
define(0x0f, 0x0f, none, 0, 0); // return
define(0x10, 0x10, index, 0, 0); // call
define(0x11, 0x11, callIndirect, 1, 0);
define(0x1a, 0x1a, none, 1, 0); // drop
define(0x1b, 0x1b, none, 3, 1); // select
define(0x20, 0x20, index, 0, 1); // local.get
define(0x21, 0x21, index, 1, 0); // local.set
define(0x22, 0x22, index, 1, 1); // local.tee
define(0x23, 0x23, index, 0, 1); // global.get
define(0x24, 0x24, index, 1, 0); // global.set
define(0x28, 0x35, memory, 1, 1); // loads
define(0x2a, 0x2b, memory, 1, 1, true);
define(0x36, 0x3e, memory, 2, 0); // stores
define(0x38, 0x39, memory, 2, 0, true);
define(0x3f, 0x3f, reserved, 0, 1); // memory.size
define(0x40, 0x40, reserved, 1, 1); // memory.grow
define(0x41, 0x41, IMMEDIATE.i32, 0, 1);
define(0x42, 0x42, IMMEDIATE.i64, 0, 1);
define(0x43, 0x43, IMMEDIATE.f32, 0, 1, true);
define(0x44, 0x44, IMMEDIATE.f64, 0, 1, true);
define(0x45, 0x45, none, 1, 1); // i32.eqz
define(0x46, 0x4f, none, 2, 1); // i32 comparisons
define(0x50, 0x50, none, 1, 1); // i64.eqz
define(0x51, 0x5a, none, 2, 1); // i64 comparisons
define(0x5b, 0x66, none, 2, 1, true); // f32, f64 comparisons
define(0x67, 0x69, none, 1, 1); // i32 clz, ctz, popcnt
define(0x6a, 0x78, none, 2, 1);
define(0x79, 0x7b, none, 1, 1); // i64 clz, ctz, popcnt
define(0x7c, 0x8a, none, 2, 1);
define(0x8b, 0x91, none, 1, 1, true); // f32 unary
define(0x92, 0x98, none, 2, 1, true); // f32 binary
define(0x99, 0x9f, none, 1, 1, true); // f64 unary
define(0xa0, 0xa6, none, 2, 1, true); // f64 binary
define(0xa7, 0xa7, none, 1, 1); // i32.wrap_i64
define(0xa8, 0xab, none, 1, 1, true); // i32.trunc_*
define(0xac, 0xad, none, 1, 1); // i64.extend_i32_*
define(0xae, 0xbf, none, 1, 1, true); // i64.trunc_*, convert, demote, promote, reinterpret
define(0xc0, 0xc4, none, 1, 1); // sign extension
