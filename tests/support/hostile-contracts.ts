/**
 * Contracts that ask for much: a spout answers with a text of any size, a recorder repeats what it was told first, a
 * caller hands odd regions to an import.
 * @module
 */
import { ALLOCATE, assemble } from "../../packages/wasm-engine/test/support/wat.ts";

/** An answer that says nothing; instantiations of these contracts answer with their message. */
export const NOTHING = { Ok: { messages: [], attributes: [], events: [], data: null } };

/** Where things lie: the region of the answer, constants, the heap of the arguments, the answer of a spout. */
const REGION = 16;
const CONSTANTS = 64;
const HEAP = 65_536;
const ANSWER = 262_144;
const PAGE = 65_536;
const MAX_PAGES = 192;

function literal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
}

const text = (value: string): string => literal(new TextEncoder().encode(value));

/** Offset, capacity and length, as a region has them in memory (spec 03 §1.2). */
function region(offset: number, length: number): string {
  return literal(new Uint8Array(Uint32Array.of(offset, length, length).buffer));
}

/** Instructions that leave `pointer` and take the three arguments of `execute`. */
const executing = (body: string): string =>
  `(func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32) ${body})`;

function v1Contract(fields: string, pages: number, imports = ""): Uint8Array {
  return assemble(`(module
    ${imports}
    (memory (export "memory") ${pages})
    (global $heap (mut i32) (i32.const ${HEAP}))
    (func (export "interface_version_8"))
    (func (export "allocate") (param $n i32) (result i32) (local $p i32) ${ALLOCATE.join(" ")})
    (func (export "deallocate") (param i32))
    (func (export "instantiate") (param i32 i32 i32) (result i32) local.get 2)
    ${fields})`);
}

/** `unit` so many times between `head` and `tail`; all ASCII. */
export interface Poured {
  readonly head: string;
  readonly unit: string;
  readonly times: number;
  readonly tail: string;
}

/** Copies byte by byte, for 34 gas each: with `to` behind `from` it repeats what lies between them. */
const COPY = `(func $copy (param $to i32) (param $from i32) (param $n i32)
  (if (i32.eqz (local.get $n)) (then (return)))
  (loop
    (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
    (local.set $to (i32.add (local.get $to) (i32.const 1)))
    (local.set $from (i32.add (local.get $from) (i32.const 1)))
    (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))`;

/** A contract whose `execute` and `query` answer with this text. */
export function spoutWasm({ head, unit, times, tail }: Poured): Uint8Array {
  const units = unit.length * times;
  const total = head.length + units + tail.length;
  const at = ANSWER + head.length;
  const copy = (to: number, from: number, length: number): string =>
    `(call $copy (i32.const ${to}) (i32.const ${from}) (i32.const ${length}))`;
  const pour = [
    copy(ANSWER, CONSTANTS, head.length + unit.length),
    copy(at + unit.length, at, units - unit.length),
    copy(at + units, CONSTANTS + head.length + unit.length, tail.length),
    `(i32.const ${REGION})`,
  ].join(" ");
  return v1Contract(
    `(data (i32.const ${REGION}) "${region(ANSWER, total)}")
    (data (i32.const ${CONSTANTS}) "${text(head + unit + tail)}")
    ${COPY} ${executing(pour)}
    (func (export "query") (param i32 i32) (result i32) ${pour})`,
    Math.ceil((ANSWER + total) / PAGE),
  );
}

/** A contract that keeps its first message, and from then on answers with it; replies too. */
export function recorderWasm(): Uint8Array {
  const nothing = JSON.stringify(NOTHING);
  return v1Contract(
    `(data (i32.const ${REGION}) "${region(CONSTANTS, 1)}")
    (data (i32.const 32) "${region(128, nothing.length)}")
    (data (i32.const ${CONSTANTS}) "k")
    (data (i32.const 128) "${text(nothing)}")
    ${executing(`(local $kept i32)
      (if (local.tee $kept (call $db_read (i32.const ${REGION}))) (then (return (local.get $kept))))
      (call $db_write (i32.const ${REGION}) (local.get $msg))
      (i32.const 32)`)}
    (func (export "reply") (param i32 i32) (result i32) (call $db_read (i32.const ${REGION})))`,
    32,
    `(import "env" "db_read" (func $db_read (param i32) (result i32)))
    (import "env" "db_write" (func $db_write (param i32 i32)))`,
  );
}

/** A contract that calls an import once, each argument the same region; its memory is as large as it may be. */
export function callerWasm(name: string, parameters: number, result: "" | "i32" | "i64", length: number): Uint8Array {
  const nothing = JSON.stringify(NOTHING);
  const call = `(call $import ${"(i32.const 32) ".repeat(parameters)})`;
  const type = `(param ${"i32 ".repeat(parameters)}) ${result === "" ? "" : `(result ${result})`}`;
  return v1Contract(
    `(data (i32.const ${REGION}) "${region(128, nothing.length)}")
    (data (i32.const 32) "${region(ANSWER, length)}")
    (data (i32.const 128) "${text(nothing)}")
    ${executing(`${result === "" ? call : `(drop ${call})`} (i32.const ${REGION})`)}`,
    MAX_PAGES,
    `(import "env" "${name}" (func $import ${type}))`,
  );
}

/** Bytes that a region of {@link callerWasm} may have at most. */
export const LARGEST_REGION = MAX_PAGES * PAGE - ANSWER;
