/**
 * Decodes function bodies one instruction at a time, without allocating: the caller reads the fields after `next`.
 *
 * Decoding checks form only (known opcode, well-formed immediates); types are checked by V8's validator.
 * @module
 */
import { MAX_BR_TABLE_TARGETS, MAX_FUNCTION_LOCALS, MAX_NESTING } from "./limits.ts";
import { BLOCK_EMPTY, F64, I32, IMMEDIATE, immediateOf, OP } from "./opcodes.ts";
import { ByteReader } from "./reader.ts";

/** Whether `type` is one of the four value types of WebAssembly 1.0. */
export function isValueType(type: number): boolean {
  return type >= F64 && type <= I32;
}

/** A run of locals of one type. */
export interface LocalRun {
  readonly count: number;
  readonly type: number;
}

/** Reader of one function body. */
export class InstructionReader extends ByteReader {
  /** Opcode of the instruction just read. */
  op = 0;
  /** Where it starts; it ends at `position`. */
  start = 0;
  /** Index immediate (label, function, local, global, type), or the number of targets of a br_table. */
  index = 0;
  /** Block type of block, loop, if. */
  blockType = BLOCK_EMPTY;

  /** Where the first run of locals begins, after their count. */
  firstLocal = 0;

  /** Reads the declarations in front of the code. */
  locals(): LocalRun[] {
    const runs: LocalRun[] = [];
    let total = 0;
    let left = this.count(MAX_FUNCTION_LOCALS, 2, "runs of locals");
    this.firstLocal = this.position;
    for (; left > 0; left--) {
      const count = this.u32();
      const type = this.u8();
      total += count;
      if (total > MAX_FUNCTION_LOCALS) throw this.error("too many locals");
      if (!isValueType(type)) throw this.error("unknown type of local");
      runs.push({ count, type });
    }
    return runs;
  }

  /** Reads the next instruction. */
  next(): void {
    this.start = this.position;
    this.op = this.u8();
    const form = immediateOf[this.op] as number;
    if (form !== IMMEDIATE.none) this.immediate(form);
  }

  private immediate(form: number): void {
    switch (form) {
      case IMMEDIATE.index:
        this.index = this.u32();
        return;
      case IMMEDIATE.memory:
        // Natural alignment is 3 at most; higher bits mean later proposals.
        if (this.u32() > 3) throw this.error("alignment is too large");
        this.u32();
        return;
      case IMMEDIATE.i32:
        this.s32();
        return;
      case IMMEDIATE.i64:
        this.skipS64();
        return;
      case IMMEDIATE.blockType:
        this.blockType = this.u8();
        if (this.blockType !== BLOCK_EMPTY && !isValueType(this.blockType)) throw this.error("unknown block type");
        return;
      case IMMEDIATE.callIndirect:
        this.index = this.u32();
        if (this.u8() !== 0) throw this.error("reserved byte is not zero");
        return;
      case IMMEDIATE.reserved:
        if (this.u8() !== 0) throw this.error("reserved byte is not zero");
        return;
      case IMMEDIATE.branchTable:
        this.index = this.count(MAX_BR_TABLE_TARGETS, 1, "branch targets");
        for (let left = this.index; left >= 0; left--) this.u32();
        return;
      case IMMEDIATE.f32:
        this.skip(4);
        return;
      case IMMEDIATE.f64:
        this.skip(8);
        return;
      default:
        this.position = this.start;
        throw this.error(`unknown opcode ${this.op}`);
    }
  }
}

/** Decodes one body to its end, for its form alone. Returns the number of its locals. */
export function checkBody(bytes: Uint8Array, start: number, end: number): number {
  const reader = new InstructionReader(bytes, start, end);
  let locals = 0;
  for (const run of reader.locals()) locals += run.count;
  let depth = 1;
  while (depth > 0) {
    reader.next();
    if (reader.op === OP.end) depth--;
    else if (reader.op >= OP.block && reader.op <= OP.if) {
      if (++depth > MAX_NESTING) throw reader.error("blocks are nested too deeply");
    }
  }
  reader.finish("function body");
  return locals;
}
