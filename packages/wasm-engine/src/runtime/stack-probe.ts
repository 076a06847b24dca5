/**
 * Start-up check of the executor: is the native stack as large as the deterministic stack limit relies on?
 *
 * It runs a wasm function with 4,000 locals, whose frame V8's baseline compiler lays out at 8 bytes each, as deep as the
 * required size asks for.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { ByteWriter } from "../instrument/byte-writer.ts";
import { requiredStackBytes } from "../instrument/stack-weight.ts";
import { BLOCK_EMPTY, I32, I64, OP } from "../parser/opcodes.ts";
import { V8, type WasmFunction } from "../v8.ts";
import { isNativeStackOverflow } from "./traps.ts";

const PROBE_LOCALS = 4_000;
const PROBE_FRAME_BYTES = PROBE_LOCALS * 8;

/** (depth) -> (): calls itself until depth is 0. */
function probeModule(): Uint8Array {
  const body = new ByteWriter();
  body.u32(1);
  body.u32(PROBE_LOCALS);
  body.u8(I64);
  body.op(OP.localGet, 0);
  body.op(OP.if, BLOCK_EMPTY);
  body.op(OP.localGet, 0);
  body.constant(OP.i32Const, 1);
  body.u8(OP.i32Sub);
  body.op(OP.call, 0);
  body.u8(OP.end);
  body.u8(OP.end);

  const out = new ByteWriter();
  const section = (id: number, ...content: number[]): void => {
    out.u8(id);
    out.u32(content.length);
    out.bytes(Uint8Array.from(content));
  };
  out.bytes(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  section(1, 1, 0x60, 1, I32, 0);
  section(3, 1, 0);
  section(7, 1, 1, 0x66, 0, 0); // export "f"
  section(10, 1, body.length, ...body.view());
  return out.view().slice();
}

/**
 * Throws `LocalError` `WASM_STACK` when this thread's stack is too small for calls that nest `levels` deep. A worker gets
 * its stack from `resourceLimits.stackSizeMb`; a main thread's limit is the option `--stack-size` (in KiB) and must stay
 * below what the operating system grants.
 */
export function assertStackCapacity(levels: number): void {
  const bytes = requiredStackBytes(levels);
  const probe = new V8.Instance(new V8.Module(probeModule()), {}).exports.f as WasmFunction;
  try {
    probe(Math.ceil(bytes / PROBE_FRAME_BYTES));
  } catch (error) {
    if (!isNativeStackOverflow(error)) throw error;
    throw new LocalError("WASM_STACK", `the stack of this thread has less than ${bytes} bytes`, {
      fix: `run the executor in a worker with resourceLimits.stackSizeMb of at least ${Math.ceil(bytes / 1_048_576) + 1}`,
    });
  }
}
