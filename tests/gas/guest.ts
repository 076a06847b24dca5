/**
 * A small contract in both interfaces whose messages name one import or instruction each: a letter, ten digits, and for some a
 * text. Every number has ten digits, so that calls with different numbers cost the same apart from what the number does.
 * @module
 */
import { assemble } from "../../packages/wasm-engine/test/support/wat.ts";

export type Abi = "v0.10" | "v1";

const COMMON = [
  ...["db_read i32 i32", "db_write i32,i32", "db_remove i32", "query_chain i32 i32"],
  ...["secp256k1_verify i32,i32,i32 i32", "ed25519_verify i32,i32,i32 i32", "ed25519_batch_verify i32,i32,i32 i32"],
  ...["secp256k1_sign i32,i32 i64", "ed25519_sign i32,i32 i64", "secp256k1_recover_pubkey i32,i32,i32 i64"],
];
const OWN: Record<Abi, readonly string[]> = {
  "v0.10": ["canonicalize_address i32,i32 i32", "humanize_address i32,i32 i32"],
  v1: [
    ...["addr_validate i32 i32", "addr_canonicalize i32,i32 i32", "addr_humanize i32,i32 i32"],
    ...["dcap_quote_verify i32,i32 i64", "gas_evaporate i32 i32", "check_gas - i64"],
  ],
};

function importText(line: string): string {
  const [name, params = "-", result] = line.split(" ");
  const types = params === "-" ? "" : `(param ${params.replaceAll(",", " ")})`;
  return `(import "env" "${name}" (func $${name} ${types} ${result === undefined ? "" : `(result ${result})`}))`;
}

const A = "(i32.const 16)";
const B = "(i32.const 32)";
/** Letter → instructions; $n is the number. Regions: 16 is the key, 32 what is after the number, 48 a buffer. */
const ACTIONS: Readonly<Record<string, string>> = {
  n: "(nop)",
  r: `(loop $again (drop (call $db_read ${A}))
    (br_if $again (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))`,
  w: `(i32.store (i32.const 56) (local.get $n)) (call $db_write ${A} (i32.const 48))`,
  t: `(i32.store (i32.const 56) (local.get $n)) (call $db_write ${A} (i32.const 48)) (call $db_write ${A} (i32.const 48))
    (drop (call $db_read ${A}))`,
  d: `(call $db_remove ${A}) (drop (call $db_read ${A}))`,
  g: "(drop (memory.grow (local.get $n)))",
  l: `(loop $again (br_if $again (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))`,
  v: `(drop (call $secp256k1_verify ${A} ${A} ${A})) (drop (call $ed25519_verify ${A} ${A} ${A}))`,
  s: `(drop (call $secp256k1_sign ${A} ${B})) (drop (call $ed25519_sign ${A} ${B}))`,
  p: `(drop (call $secp256k1_recover_pubkey ${A} ${A} (local.get $n)))`,
  b: `(drop (call $ed25519_batch_verify (i32.const 64) (i32.const 64) (i32.const 64)))`,
  q: `(drop (call $query_chain ${B}))`,
  m: `(return ${B})`,
  u: "(unreachable)",
  o: "(drop (i32.load (i32.const -4)))",
  z: "(drop (i32.div_u (local.get $n) (i32.const 0)))",
  k: "(drop (call $db_read (i32.const 0)))",
  // A reply is JSON: it writes 10 bytes.
  "{": "(i32.store (i32.const 56) (i32.const 10)) (call $db_write (i32.const 16) (i32.const 48))",
};
const OWN_ACTIONS: Record<Abi, Readonly<Record<string, string>>> = {
  "v0.10": {
    a: `(drop (call $canonicalize_address ${B} (i32.const 48)))`,
    h: "(drop (call $humanize_address (i32.const 80) (i32.const 48)))",
  },
  v1: {
    a: `(drop (call $addr_canonicalize ${B} (i32.const 48))) (drop (call $addr_validate ${B}))`,
    h: "(drop (call $addr_humanize (i32.const 80) (i32.const 48)))",
    e: "(drop (call $gas_evaporate (local.get $n)))",
    c: `(i64.store (i32.const 8192) (call $check_gas)) (i32.store (i32.const 56) (i32.const 8))
      (call $db_write ${A} (i32.const 48))`,
    x: `(drop (call $dcap_quote_verify ${A} ${B}))`,
  },
};

const PARSE = `(func $number (param $at i32) (result i32) (local $end i32) (local $value i32)
  (local.set $end (i32.add (local.get $at) (i32.const 10)))
  (loop $digit
    (local.set $value (i32.add (i32.mul (local.get $value) (i32.const 10))
      (i32.sub (i32.load8_u (local.get $at)) (i32.const 48))))
    (br_if $digit (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $end))))
  (local.get $value))`;

function runText(abi: Abi): string {
  const actions = Object.entries({ ...ACTIONS, ...OWN_ACTIONS[abi] }).map(
    ([letter, code]) => `(if (i32.eq (local.get $op) (i32.const ${letter.charCodeAt(0)})) (then ${code}))`,
  );
  return `(func $run (param $msg i32) (result i32) (local $data i32) (local $op i32) (local $n i32)
    (local.set $data (i32.load (local.get $msg)))
    (local.set $op (i32.load8_u (local.get $data)))
    (local.set $n (call $number (i32.add (local.get $data) (i32.const 1))))
    (i32.store (i32.const 32) (i32.add (local.get $data) (i32.const 11)))
    (i32.store (i32.const 36) (i32.sub (i32.load offset=8 (local.get $msg)) (i32.const 11)))
    (i32.store (i32.const 40) (i32.load (i32.const 36)))
    ${actions.join("\n")}
    (i32.const 96))`;
}

const ENTRIES: Record<Abi, string> = {
  v1: `(func (export "interface_version_8"))
    (func (export "instantiate") (param i32 i32 i32) (result i32) (call $run (local.get 2)))
    (func (export "execute") (param i32 i32 i32) (result i32) (call $run (local.get 2)))
    (func (export "migrate") (param i32 i32) (result i32) (call $run (local.get 1)))
    (func (export "reply") (param i32 i32) (result i32) (call $run (local.get 1)))
    (func (export "query") (param i32 i32) (result i32) (drop (call $run (local.get 1))) (i32.const 112))`,
  "v0.10": `(func (export "cosmwasm_vm_version_3"))
    (func (export "init") (param i32 i32) (result i32) (call $run (local.get 1)))
    (func (export "handle") (param i32 i32) (result i32) (call $run (local.get 1)))
    (func (export "migrate") (param i32 i32) (result i32) (call $run (local.get 1)))
    (func (export "query") (param i32) (result i32) (drop (call $run (local.get 0))) (i32.const 112))`,
};

const ANSWER: Record<Abi, string> = {
  v1: '{"Ok":{"messages":[],"attributes":[],"events":[],"data":null}}',
  "v0.10": '{"Ok":{"messages":[],"log":[],"data":null}}',
};
const QUERY_ANSWER = '{"Ok":"e30="}';

const word = (value: number): string =>
  [0, 8, 16, 24].map((shift) => `\\${((value >>> shift) & 255).toString(16).padStart(2, "0")}`).join("");
const region = (at: number, offset: number, length: number, capacity = length): string =>
  `(data (i32.const ${at}) "${word(offset)}${word(capacity)}${word(length)}")`;
const text = (at: number, content: string): string => `(data (i32.const ${at}) "${content.replaceAll('"', '\\"')}")`;

/** The contract for one interface. */
export function guestWasm(abi: Abi): Uint8Array {
  const answer = ANSWER[abi];
  const regions = [region(16, 256, 4), region(48, 8192, 0, 4096), region(64, 512, 0), region(80, 600, 20)];
  const answers = [region(96, 1024, answer.length), region(112, 2048, QUERY_ANSWER.length)];
  return assemble(`(module ${[...COMMON, ...OWN[abi]].map(importText).join("\n")}
    (memory (export "memory") 2) (global $heap (mut i32) (i32.const 16384))
    ${[...regions, ...answers, text(256, "key1"), text(600, "twenty bytes address"), text(1024, answer)].join("\n")}
    ${text(2048, QUERY_ANSWER)}
    (func (export "deallocate") (param i32))
    (func (export "allocate") (param $n i32) (result i32) (local $p i32)
      (local.set $p (global.get $heap))
      (i32.store (local.get $p) (i32.add (local.get $p) (i32.const 12)))
      (i32.store offset=4 (local.get $p) (local.get $n))
      (i32.store offset=8 (local.get $p) (i32.const 0))
      (global.set $heap (i32.add (i32.add (local.get $p) (i32.const 12)) (local.get $n)))
      (local.get $p))
    ${PARSE} ${runText(abi)} ${ENTRIES[abi]})`);
}

/** Text of a message: letter, number and what follows. */
export const ask = (letter: string, number = 0, rest = ""): string =>
  `${letter}${`${number}`.padStart(10, "0")}${rest}`;
