/**
 * Modules of up to 2 MiB (the largest that the chain stores) that ask as much work as the format allows of a parser, an
 * instrumenter and a compiler.
 * @module
 */
import { type BinaryParts, Bytes, binary, body, F64, FIRST_TYPE, I32, I64, leb, NOTHING_TYPE, name } from "./binary.ts";

/** The chain's limit of a stored contract. */
const MAX = 2_097_152;

export interface HostileModule {
  readonly name: string;
  /** `scale` from 0 to 1: how much of 2 MiB. */
  build(scale: number): Uint8Array;
}

const FUNC = 0x60;
const [BLOCK, LOOP, IF, ELSE, END, BR, BR_IF, BR_TABLE] = [0x02, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0d, 0x0e];
const [EMPTY, NOP, UNREACHABLE, RETURN, CALL, DROP] = [0x40, 0x01, 0x00, 0x0f, 0x10, 0x1a];
const CONST = 0x41;

/** Most functions that the parser takes. */
const FUNCTIONS = 99_000;

const times = (count: number, unit: readonly number[]): Uint8Array => new Bytes().repeat(count, unit).view().slice();
const join = (...parts: readonly ArrayLike<number>[]): Uint8Array =>
  new Bytes()
    .add(...parts)
    .view()
    .slice();
const plain = (code: ArrayLike<number>, locals: Parameters<typeof body>[0] = []): BinaryParts => ({
  functions: [{ type: NOTHING_TYPE, body: body(locals, code) }],
});

/** `count` functions with one body and type. */
function many(count: number, type: number, one: Uint8Array): NonNullable<BinaryParts["functions"]> {
  return Array.from({ length: count }, () => ({ type, body: one }));
}

/** One function of units, as many as fit. */
function filled(
  what: string,
  unit: readonly number[],
  around: readonly (readonly number[])[] = [[], []],
): HostileModule {
  const [before = [], after = []] = around;
  return {
    name: what,
    build: (scale) => binary(plain(join(before, times(Math.floor((scale * (MAX - 300)) / unit.length), unit), after))),
  };
}

const bigType = (params: number): Uint8Array => join([FUNC], leb(params), times(params, [I32]), [0]);
const floatType = (params: number): Uint8Array => join([FUNC], leb(params), times(params, [F64]), [0]);

const functionModules: readonly HostileModule[] = [
  {
    name: "many empty functions",
    build: (scale) => binary({ functions: many(Math.floor(scale * FUNCTIONS), NOTHING_TYPE, body([], [])) }),
  },
  {
    name: "many functions that call",
    build: (scale) => binary({ functions: many(Math.floor(scale * FUNCTIONS), NOTHING_TYPE, body([], [CALL, 4])) }),
  },
  {
    name: "many functions with 8,000 integer locals",
    build: (scale) => binary({ functions: many(Math.floor(scale * FUNCTIONS), NOTHING_TYPE, body([[8000, I64]], [])) }),
  },
  {
    name: "many functions with 8,000 float locals",
    build: (scale) => binary({ functions: many(Math.floor(scale * FUNCTIONS), NOTHING_TYPE, body([[8000, F64]], [])) }),
  },
  {
    name: "many functions with 1,000 parameters",
    build: (scale) =>
      binary({ types: [bigType(1000)], functions: many(Math.floor(scale * FUNCTIONS), FIRST_TYPE, body([], [])) }),
  },
  {
    name: "many functions with 600 parameters, below the limit of effort",
    build: (scale) =>
      binary({ types: [bigType(600)], functions: many(Math.floor(scale * FUNCTIONS), FIRST_TYPE, body([], [])) }),
  },
  {
    name: "many functions with 1,000 float parameters",
    build: (scale) =>
      binary({ types: [floatType(1000)], functions: many(Math.floor(scale * FUNCTIONS), FIRST_TYPE, body([], [])) }),
  },
  {
    name: "many functions with thousands of runs of no locals",
    build: (scale) =>
      binary({
        functions: many(
          Math.floor(scale * 130),
          NOTHING_TYPE,
          body(
            Array.from({ length: 7_999 }, () => [0, I32] as const),
            [],
          ),
        ),
      }),
  },
  {
    name: "as many locals in all as are allowed",
    build: (scale) =>
      binary({
        functions: many(Math.floor(scale * 249), NOTHING_TYPE, body([[8000, I64]], times(20, [CONST, 0, DROP]))),
      }),
  },
];

const codeModules: readonly HostileModule[] = [
  filled("nothing but nop", [NOP]),
  filled("constants in five bytes", [CONST, 0x80, 0x80, 0x80, 0x80, 0x00, DROP]),
  filled("indices in five bytes", [CALL, 0x80, 0x80, 0x80, 0x80, 0x00]),
  filled("empty blocks", [BLOCK, EMPTY, END]),
  filled("blocks with one instruction", [BLOCK, EMPTY, CONST, 0, DROP, END]),
  filled("blocks that are left at once", [BLOCK, EMPTY, UNREACHABLE, END]),
  filled("loops in loops", [LOOP, EMPTY, LOOP, EMPTY, BR, 1, END, END]),
  filled("arms of ifs", [CONST, 0, IF, EMPTY, CONST, 0, DROP, ELSE, CONST, 0, DROP, END]),
  filled("branches out of one block", [CONST, 0, BR_IF, 0], [[BLOCK, EMPTY], [END]]),
  filled("returns in blocks", [BLOCK, EMPTY, RETURN, END]),
  filled("dead code after a branch", [CONST, 0, DROP], [[BLOCK, EMPTY, BR, 0], [END]]),
  filled("dead blocks", [BLOCK, EMPTY, END], [[UNREACHABLE], []]),
  filled("calls", [CALL, 0]),
  filled("indirect calls of no table", [CONST, 0, 0x11, 0, 0]),
  filled("memory.grow", [CONST, 0, 0x40, 0, DROP]),
  filled("floats", [0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xa0, DROP]),
  {
    name: "operands on one pile",
    build: (scale) => {
      const count = Math.floor((scale * MAX) / 3.2);
      return binary(plain(join(times(count, [CONST, 0]), times(count, [DROP]))));
    },
  },
  {
    name: "branch tables with 65,000 targets",
    build: (scale) => {
      const table = join([CONST, 0, BR_TABLE], leb(65_000), times(65_001, [0]));
      return binary(
        plain(join(...Array.from({ length: Math.floor(scale * 32) }, () => join([BLOCK, EMPTY], table, [END])))),
      );
    },
  },
  {
    name: "branch tables over deep blocks",
    build: (scale) => {
      const depth = 2_000;
      const table = join([CONST, 0, BR_TABLE], leb(60_000), times(60_001, [...leb(depth - 1)]));
      const one = join(times(depth, [BLOCK, EMPTY]), table, times(depth, [END]));
      return binary(plain(join(...Array.from({ length: Math.floor(scale * 16) }, () => one))));
    },
  },
  {
    name: "nesting to the limit, again and again",
    build: (scale) => {
      const one = join(times(4_000, [BLOCK, EMPTY]), times(4_000, [END]));
      return binary(plain(join(...Array.from({ length: Math.floor(scale * 174) }, () => one))));
    },
  },
  {
    name: "nesting to the limit with locals below it",
    build: (scale) => {
      const one = join(times(1_900, [BLOCK, EMPTY]), times(1_900, [END]));
      const code = join(...Array.from({ length: Math.max(1, Math.floor(scale * 3)) }, () => one));
      return binary(plain(code, [[4_000, I64]]));
    },
  },
  {
    name: "branches times locals below the limit",
    build: (scale) =>
      binary(
        plain(join([BLOCK, EMPTY], times(Math.floor(scale * 8_000), [CONST, 0, BR_IF, 0]), [END]), [[7_900, I64]]),
      ),
  },
];

const sectionModules: readonly HostileModule[] = [
  {
    name: "as many types as are allowed, with many parameters",
    build: (scale) => binary({ types: Array.from({ length: Math.floor(scale * 19_000) }, () => bigType(105)) }),
  },
  {
    name: "types with 1,000 parameters",
    build: (scale) => binary({ types: Array.from({ length: Math.floor(scale * 2_080) }, () => bigType(1000)) }),
  },
  {
    name: "as many data segments as are allowed",
    build: (scale) =>
      binary({
        data: Array.from({ length: Math.floor(scale * 19_999) }, () =>
          join([0, CONST, 0, END], leb(96), times(96, [7])),
        ),
      }),
  },
  {
    name: "data segments that overlap over all memory",
    build: (scale) =>
      binary({
        pages: 32,
        data: Array.from({ length: Math.max(1, Math.floor(scale * 34)) }, () =>
          join([0, CONST, 0, END], leb(61_000), times(61_000, [7])),
        ),
      }),
  },
  {
    name: "elements over one table",
    build: (scale) => {
      const segment = join([0, CONST, 0, END], leb(99_000), times(99_000, [0]));
      return binary({
        table: 100_000,
        elements: Array.from({ length: Math.max(1, Math.floor(scale * 4)) }, () => segment),
      });
    },
  },
  {
    name: "as many globals as are allowed",
    build: (scale) =>
      binary({ globals: Array.from({ length: Math.floor(scale * 19_999) }, () => [I64, 1, 0x42, 0, END]) }),
  },
  {
    name: "as many exports as are allowed, with long names",
    build: (scale) =>
      binary({
        exports: Array.from({ length: Math.floor(scale * 19_000) }, (_, i) =>
          join(name(`${i}`.padEnd(90, "x")), [0, 0]),
        ),
      }),
  },
  {
    name: "features by the thousand",
    build: (scale) =>
      binary({
        exports: Array.from({ length: Math.floor(scale * 19_000) }, (_, i) =>
          join(name(`requires_${i}`.padEnd(90, "x")), [0, 0]),
        ),
      }),
  },
  {
    name: "one custom section",
    build: (scale) => binary({ custom: [join(name("name"), times(Math.floor(scale * (MAX - 300)), [0]))] }),
  },
  {
    name: "custom sections without content",
    build: (scale) =>
      binary({ custom: Array.from({ length: Math.floor((scale * (MAX - 300)) / 4) }, () => Uint8Array.of(1, 0x61)) }),
  },
  {
    name: "custom sections with long names",
    build: (scale) =>
      binary({
        custom: Array.from({ length: Math.floor(scale * 20) }, () => join(leb(100_000), times(100_000, [0x61]))),
      }),
  },
];

export const hostileModules: readonly HostileModule[] = [...functionModules, ...codeModules, ...sectionModules];
