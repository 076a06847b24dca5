/**
 * Contracts that leave a mess behind: they write everywhere that they can reach, above the virtual size of memory too,
 * change globals, grow, and end in one of many ways. Their output sums up all that they could see of earlier calls.
 * @module
 */
import fc from "fast-check";
import { contract } from "./wat.ts";

const PAGE = 65_536;
/** Real pages of a contract with one: where wild accesses still do not trap. */
const REAL_PAGES = 5;

/** Ways in which a call ends. */
export const ENDS = [
  "return",
  "trap",
  "out of bounds",
  "out of gas",
  "host error",
  "stack limit",
  "missing import",
  "unreadable result",
] as const;
export type End = (typeof ENDS)[number];

/** A program: what it does to its instance, and how it ends. */
export interface Program {
  readonly actions: readonly (readonly string[])[] | "everything";
  readonly end: End;
}

const END_CODE: Readonly<Record<End, readonly string[]>> = {
  return: [],
  trap: ["unreachable"],
  "out of bounds": ["i32.const -8", "i32.load", "drop"],
  "out of gas": ["loop", "i32.const 0", "drop", "br 0", "end"],
  "host error": ["i32.const 16", "call $db_remove"],
  "stack limit": ["call $endless"],
  "missing import": ["call $db_scan"],
  "unreadable result": ["i32.const 0", "return"],
};

/** Mixes the i64 on the stack into the sum. */
const MIX = ["local.get $l", "i64.const 6364136223846793005", "i64.mul", "i64.add", "local.set $l"];

/** Sum over all real memory of a small contract, and over globals and sizes. */
const LOOK = [
  ...["i32.const 0", "local.set $i", "loop", "local.get $i", "i64.load", ...MIX],
  ...[
    "local.get $i",
    "i32.const 8",
    "i32.add",
    "local.tee $i",
    `i32.const ${REAL_PAGES * PAGE}`,
    "i32.lt_u",
    "br_if 0",
    "end",
  ],
  ...["memory.size", "i64.extend_i32_u", ...MIX],
  ...["global.get $a", "i64.extend_i32_u", ...MIX, "global.get $b", ...MIX],
];

const ADDRESSES = [16, 64, 200, 4096, PAGE - 8, PAGE, PAGE + 8, 3 * PAGE, REAL_PAGES * PAGE - 8];
const write = (address: number, value: number): string[] => [`i32.const ${address}`, `i64.const ${value}`, "i64.store"];
const grow = (pages: number): string[] => [`i32.const ${pages}`, "memory.grow", "i64.extend_i32_s", ...MIX];
const globals = (value: number): string[] => [
  ...[`i32.const ${value}`, "global.set $a", `i64.const ${value}`, "global.set $b"],
  ...["call $moveFloat"],
];

const action: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom(...ADDRESSES.slice(2)), fc.nat(99)).map(([a, v]) => write(a, v)) },
  { weight: 3, arbitrary: fc.constantFrom(...ADDRESSES).map((a) => [`i32.const ${a}`, "i64.load", ...MIX]) },
  { weight: 2, arbitrary: fc.nat(6).map(grow) },
  { weight: 2, arbitrary: fc.nat(99).map(globals) },
  { weight: 1, arbitrary: fc.constant(["i32.const 16", "i32.const 16", "call $db_write"]) },
  { weight: 1, arbitrary: fc.constant(["i32.const 16", "call $db_read", "drop"]) },
  { weight: 1, arbitrary: fc.constant(["i32.const 0", "call_indirect (type $v)"]) },
);

/** A random program. */
export const program: fc.Arbitrary<Program> = fc.record({
  actions: fc.array(action, { maxLength: 8 }),
  end: fc.constantFrom(...ENDS),
});

/** All that can be changed is changed, unless the message says "look". */
const EVERYTHING = [
  ...ADDRESSES.slice(2).flatMap((address) => write(address, 77)),
  ...grow(3),
  ...globals(78),
  ...write(16, 79),
];

/**
 * Instructions weigh on the stack counter and need no stack: our limit comes first also on a small stack like that of the
 * tests' thread, where V8's own would come at another depth in each tier.
 */
const WEIGHT = "i32.const 0 drop ".repeat(2_500);

/** The program as a contract. */
export function text({ actions, end }: Program): string {
  const mess =
    actions === "everything"
      ? [
          ...["local.get $msg", "i32.load", "i32.load8_u", "i32.const 109", "i32.eq"],
          ...["if", ...EVERYTHING, ...END_CODE[end], "end"],
        ]
      : actions.flat();
  const last = actions === "everything" ? [] : END_CODE[end];
  const show = ["i32.const 32", "i32.const 8", "i32.store offset=8", "i32.const 80", "local.get $l", "i64.store"];
  return contract({
    imports: ["db_read", "db_write", "db_remove"],
    query: [...mess, ...LOOK, ...show, ...last, "i32.const 32"],
    fields: `(type $v (func))
      (global $a (mut i32) (i32.const 41)) (global $b (mut i64) (i64.const -42)) (global $c (mut f32) (f32.const 1.5))
      (global $d (mut f32) (f32.const 0)) (global $e i32 (i32.const 9))
      (data (i32.const 201) "some data") (data (i32.const 205) "over") (data (i32.const 65528) "")
      (table 2 funcref) (elem (i32.const 0) $moveFloat)
      (func $moveFloat global.get $c global.set $d global.get $d global.set $c)
      (func $endless ${WEIGHT} call $endless)`,
  }).replace("(module", '(module (import "env" "db_scan" (func $db_scan))');
}
