/**
 * The smallest v1 contract that can say anything: every entry point answers with the message that it got.
 * @module
 */
import { ALLOCATE, assemble } from "../../packages/wasm-engine/test/support/wat.ts";

/** `migrate`: whether it has that export. `floats`: whether it computes with floats when it migrates. */
export function puppetWasm(options: { readonly migrate?: boolean; readonly floats?: boolean } = {}): Uint8Array {
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
    ${options.migrate === false ? "" : migrate})`);
}
