/**
 * The smallest v1 contract that can say anything: every entry point answers with the message that it got.
 * @module
 */
import { ALLOCATE, assemble } from "../../packages/wasm-engine/test/support/wat.ts";

/** Where the region of a constant reply lies, and its text behind it; below the heap. */
const REPLY_REGION = 16;
const REPLY_TEXT = 64;

function wordEscapes(...words: readonly number[]): string {
  const bytes = words.flatMap((word) => [word & 255, word >> 8, 0, 0]);
  return bytes.map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
}

function replyFunction(text: string): string {
  const region = wordEscapes(REPLY_TEXT, text.length, text.length);
  return `(data (i32.const ${REPLY_REGION}) "${region}")
    (data (i32.const ${REPLY_TEXT}) "${text.replaceAll('"', '\\"')}")
    (func (export "reply") (param i32 i32) (result i32) i32.const ${REPLY_REGION})`;
}

/**
 * `migrate`: whether it has that export. `floats`: whether it computes with floats when it migrates. `reply`: what it
 * answers to every reply, in ASCII, at most 900 characters; without it there is no such export.
 */
export function puppetWasm(
  options: { readonly migrate?: boolean; readonly floats?: boolean; readonly reply?: string } = {},
): Uint8Array {
  const float = options.floats === true ? "f64.const 1 drop" : "";
  const migrate = `(func (export "migrate") (param i32 i32) (result i32) ${float} local.get 1)`;
  return assemble(`(module
    (memory (export "memory") 1)
    (global $heap (mut i32) (i32.const 1024))
    (func (export "interface_version_8"))
    (func (export "allocate") (param $n i32) (result i32) (local $p i32) ${ALLOCATE.join(" ")})
    (func (export "deallocate") (param i32))
    (func (export "instantiate") (param i32 i32 i32) (result i32) local.get 2)
    (func (export "execute") (param i32 i32 i32) (result i32) local.get 2)
    (func (export "query") (param i32 i32) (result i32) local.get 1)
    ${options.reply === undefined ? "" : replyFunction(options.reply)}
    ${options.migrate === false ? "" : migrate})`);
}
