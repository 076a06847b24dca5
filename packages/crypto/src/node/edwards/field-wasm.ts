/**
 * Emits a wasm module that computes in the field of 2^255 − 19 and adds points of the curve of Ed25519.
 *
 * An element is ten signed 64-bit limbs in memory, 80 bytes, of 26 and 25 bits in turn. Products of two sums of up to four
 * products stay below 2^62: |even limb| ≤ 2^25 and |odd limb| ≤ 2^24 (and a little) after a multiplication. Nothing here is
 * constant time: it is for public values.
 *
 * Why wasm: a multiplication takes about 50 ns, a tenth of what it takes with the language's big integers.
 * @module
 */

const I32 = 0x7f;
const I64 = 0x7e;
const OP = {
  loop: 0x03,
  end: 0x0b,
  branchIf: 0x0d,
  call: 0x10,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i64Load: 0x29,
  i64Store: 0x37,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64Shl: 0x86,
  i64ShrS: 0x87,
} as const;

export const LIMBS = 10;
export const ELEMENT_BYTES = 80;
/** Coordinates X, Y, Z, T of a point; Y + X, Y − X, 2Z, 2dT of an addend. */
export const POINT_BYTES = 4 * ELEMENT_BYTES;
/** The module's own space, at the start of memory. */
export const SCRATCH_BYTES = 8 * ELEMENT_BYTES;
const MEMORY_PAGES = 1;

const FUNCTION = {
  mul: 0,
  add: 1,
  sub: 2,
  square: 3,
  squareTimes: 4,
  double: 5,
  doubleWithoutT: 6,
  addPoint: 7,
  subPoint: 8,
  addend: 9,
} as const;

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  if (value >= -64 && value < 64) return [value & 127];
  return [(value & 127) | 128, ...signed(value >> 7)];
}

const get = (local: number): number[] => [OP.localGet, ...unsigned(local)];
const set = (local: number): number[] => [OP.localSet, ...unsigned(local)];
const constant = (value: number): number[] => [OP.i64Const, ...signed(value)];
const load = (pointer: number, limb: number): number[] => [...get(pointer), OP.i64Load, 3, ...unsigned(8 * limb)];
const limbs = <T>(make: (limb: number) => T): T[] => Array.from({ length: LIMBS }, (_, limb) => make(limb));

/** Moves what a limb has above its bits to the next one; from the last limb it returns to the first, times 19. */
function carry(h: number, limb: number, local: number): number[] {
  const bits = limb % 2 === 0 ? 26 : 25;
  const next = h + ((limb + 1) % LIMBS);
  return [
    ...[...get(h + limb), ...constant(2 ** (bits - 1)), OP.i64Add, ...constant(bits), OP.i64ShrS, ...set(local)],
    ...[
      ...get(next),
      ...get(local),
      ...(limb === LIMBS - 1 ? [...constant(19), OP.i64Mul] : []),
      OP.i64Add,
      ...set(next),
    ],
    ...[...get(h + limb), ...get(local), ...constant(bits), OP.i64Shl, OP.i64Sub, ...set(h + limb)],
  ];
}

/** Carries all of the ten sums, and stores them as the element at `out`. */
function carryAndStore(out: number, h: number, carried: number): number[] {
  return [
    // PERF: two chains of carries side by side; each step of one would wait for the step before.
    ...[0, 4, 1, 5, 2, 6, 3, 7, 4, 8, 9, 0].flatMap((k) => carry(h, k, carried)),
    ...limbs((k) => [...get(out), ...get(h + k), OP.i64Store, 3, ...unsigned(8 * k)]).flat(),
    OP.end,
  ];
}

/** Sets ten locals to ten others times a small factor. */
const multiples = (to: number, from: number, factor: number): number[] =>
  limbs((i) => [...get(from + i), ...constant(factor), OP.i64Mul, ...set(to + i)]).flat();

/**
 * (out, a, b): out = a · b. Limb i weighs 2^⌈25.5 i⌉: two odd limbs make twice the weight of their sum's limb, and what lies
 * at 2^255 and above counts 19 times at the bottom.
 */
function multiplication(): number[] {
  const [out, a, b] = [0, 1, 2];
  const [f, g, f2, g19, h, carried] = [3, 13, 23, 33, 43, 53];
  const term = (k: number, i: number): number[] => {
    const j = (k - i + LIMBS) % LIMBS;
    const left = i % 2 === 1 && j % 2 === 1 ? f2 + i : f + i;
    return [...get(left), ...get((i + j >= LIMBS ? g19 : g) + j), OP.i64Mul, ...(i > 0 ? [OP.i64Add] : [])];
  };
  return [
    ...[1, 51, I64],
    ...limbs((i) => [...load(a, i), ...set(f + i), ...load(b, i), ...set(g + i)]).flat(),
    ...[...multiples(f2, f, 2), ...multiples(g19, g, 19)],
    ...limbs((k) => [...limbs((i) => term(k, i)).flat(), ...set(h + k)]).flat(),
    ...carryAndStore(out, h, carried),
  ];
}

/** (out, a): out = a². Products of two different limbs, which {@link multiplication} makes twice, are made once. */
function squaring(): number[] {
  const [out, a] = [0, 1];
  const [f, f2, f4, f19, h, carried] = [2, 12, 22, 32, 42, 52];
  const sumOf = (k: number): number[] => {
    const pairs = limbs((i) => [i, (k - i + LIMBS) % LIMBS] as const).filter(([i, j]) => i <= j);
    return pairs.flatMap(([i, j], at) => {
      const areOdd = i % 2 === 1 && j % 2 === 1;
      const left = i === j ? (areOdd ? f2 : f) : areOdd ? f4 : f2;
      return [...[...get(left + i), ...get((i + j >= LIMBS ? f19 : f) + j), OP.i64Mul], ...(at > 0 ? [OP.i64Add] : [])];
    });
  };
  return [
    ...[1, 51, I64],
    ...limbs((i) => [...load(a, i), ...set(f + i)]).flat(),
    ...[...multiples(f2, f, 2), ...multiples(f4, f, 4), ...multiples(f19, f, 19)],
    ...limbs((k) => [...sumOf(k), ...set(h + k)]).flat(),
    ...carryAndStore(out, h, carried),
  ];
}

/** (out, a, times): out = a^(2^times), at least once. */
function squaringTimes(): number[] {
  return [
    ...[0, OP.loop, 0x40, ...get(0), ...get(1), OP.call, FUNCTION.square, ...get(0), ...set(1)],
    ...[...get(2), OP.i32Const, 1, OP.i32Sub, OP.localTee, 2, OP.branchIf, 0, OP.end, OP.end],
  ];
}

/** (out, a, b): limb by limb, without carries. */
function sum(operator: number): number[] {
  const one = (k: number) => [...get(0), ...load(1, k), ...load(2, k), operator, OP.i64Store, 3, ...unsigned(8 * k)];
  return [0, ...limbs(one).flat(), OP.end];
}

/** A place of an element: in the space of the module, or in the point that a local points to. */
type Place = number | { readonly point: number; readonly coordinate: number };
type Step = readonly [keyof typeof FUNCTION, ...Place[]];

function address(place: Place): number[] {
  if (typeof place === "number") return [OP.i32Const, ...signed(place * ELEMENT_BYTES)];
  return [...get(place.point), OP.i32Const, ...signed(place.coordinate * ELEMENT_BYTES), OP.i32Add];
}

function steps(list: readonly Step[]): number[] {
  const calls = list.flatMap(([name, ...places]) => [...places.flatMap(address), OP.call, FUNCTION[name]]);
  return [0, ...calls, OP.end];
}

const coordinates = (point: number): [Place, Place, Place, Place] =>
  [0, 1, 2, 3].map((coordinate) => ({ point, coordinate })) as [Place, Place, Place, Place];
const [X, Y, Z, T] = coordinates(0);
const [PLUS, MINUS, Z2, DT2] = coordinates(1);
const [A, B, C, D, E, F, G, H] = [0, 1, 2, 3, 4, 5, 6, 7];

/** From E, F, G, H of Hisil, Wong, Carter, Dawson, "Twisted Edwards curves revisited", §3.1 and §3.3. */
const PRODUCTS: readonly Step[] = [
  ["mul", X, E, F],
  ["mul", Y, G, H],
  ["mul", Z, F, G],
];
const PRODUCT_T: Step = ["mul", T, E, H];

/** (point): doubles it in place but for T, which no further doubling reads. Formulas with both signs turned, as a = −1 allows. */
const DOUBLE_WITHOUT_T: readonly Step[] = [
  ["square", A, X],
  ["square", B, Y],
  ["square", C, Z],
  ["add", C, C, C],
  ["add", D, X, Y],
  ["square", E, D],
  ["add", H, A, B],
  ["sub", E, H, E],
  ["sub", G, A, B],
  ["add", F, C, G],
  ...PRODUCTS,
];

/** (point, addend): adds in place, or subtracts; complete on this curve, small-order points included. */
function addition(sign: 1 | -1): readonly Step[] {
  const [ofMinus, ofPlus] = sign === 1 ? [MINUS, PLUS] : [PLUS, MINUS];
  const [less, more] = sign === 1 ? (["sub", "add"] as const) : (["add", "sub"] as const);
  return [
    ["sub", A, Y, X],
    ["mul", A, A, ofMinus],
    ["add", B, Y, X],
    ["mul", B, B, ofPlus],
    ["mul", C, T, DT2],
    ["mul", D, Z, Z2],
    ["sub", E, B, A],
    [less, F, D, C],
    [more, G, D, C],
    ["add", H, B, A],
    ...[...PRODUCTS, PRODUCT_T],
  ];
}

/** (addend, point, 2d): what is added for a point. */
function addendOf(): readonly Step[] {
  const [plus, minus, z2, dt2] = coordinates(0);
  const [x, y, z, t] = coordinates(1);
  return [
    ["add", plus, y, x],
    ["sub", minus, y, x],
    ["add", z2, z, z],
    ["mul", dt2, t, { point: 2, coordinate: 0 }],
  ];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** Bodies with their number of parameters, by name. */
const BODIES: Readonly<Record<keyof typeof FUNCTION, readonly [number, () => number[]]>> = {
  mul: [3, multiplication],
  add: [3, () => sum(OP.i64Add)],
  sub: [3, () => sum(OP.i64Sub)],
  square: [2, squaring],
  squareTimes: [3, squaringTimes],
  double: [1, () => steps([...DOUBLE_WITHOUT_T, PRODUCT_T])],
  doubleWithoutT: [1, () => steps(DOUBLE_WITHOUT_T)],
  addPoint: [2, () => steps(addition(1))],
  subPoint: [2, () => steps(addition(-1))],
  addend: [3, () => steps(addendOf())],
};

/** The module: exports `memory` and the functions by name. */
export function edwardsWasm(): Uint8Array {
  const functions = Object.values(BODIES).map(([params, make]) => ({ params, body: make() }));
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
  const exported = Object.entries(FUNCTION).map(([text, index]) => [...name(text), 0, index]);
  const type = (params: number): number[] => [0x60, params, ...new Array<number>(params).fill(I32), 0];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([type(0), type(1), type(2), type(3)])),
    ...section(3, vector(functions.map(({ params }) => [params]))),
    ...section(5, vector([[1, MEMORY_PAGES, MEMORY_PAGES]])),
    ...section(7, vector([[...name("memory"), 2, 0], ...exported])),
    ...section(10, vector(functions.map(({ body }) => [...unsigned(body.length), ...body]))),
  ]);
}
