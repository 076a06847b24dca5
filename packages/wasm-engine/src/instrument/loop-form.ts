/**
 * The fast form of a small loop, as it was planned. The plain form charges, compares and stores in every sequence; the fast
 * form runs {@link LOOP_COPIES} copies of the body after one comparison, when the gas suffices for all of them whatever way
 * they take, and writes down what they took at the end of the last copy and on every way out.
 *
 * What was taken and the global does not show is **owed**. It is known statically at every place of the fast form, because
 * wherever two ways with different amounts meet, the global is brought up to date. So the gas is exact wherever it can be
 * seen (spec 03 §2.3): before every way out, before every instruction that traps by its operands, and after an access
 * beyond memory by the place of the access, see `owed-gas.ts`.
 *
 * The function's local owes the same as the global, unless ways with different amounts meet: then it is always exact.
 * @module
 */

/** Copies of a loop's body in its fast form. */
export const LOOP_COPIES = 4;
/** Largest body that has a fast form: in longer ones metering is no large part of the work. */
export const MAX_LOOP_BYTES = 96;
/**
 * Bounds of a function whose loops have one: parameters and locals, whose state compilers keep at every branch of every
 * copy; and bytes, so that none becomes too long for V8 that would not be without.
 */
export const MAX_LOOP_SLOTS = 256;
export const MAX_LOOP_FUNCTION_BYTES = 65_536;

/** Bytes that fast forms may add to a module of `bytes`; loops that come later have none. */
export function fastLoopRoom(bytes: number): number {
  return 16_384 + (bytes >>> 3);
}

/** Least that a fast form adds, or a little less: more loops than fit are not even planned. */
const LEAST_FAST_BYTES = 96;

/** How many loops of a module of `bytes` are planned. */
export function maxFastLoops(bytes: number): number {
  return Math.ceil(fastLoopRoom(bytes) / LEAST_FAST_BYTES);
}

/** What to do in a copy of the body. */
export const STEP = {
  /** Charge `value` gas. */
  charge: 0,
  /** Leave out what lies between. */
  drop: 1,
  /** memory.size: the virtual size instead. */
  size: 2,
  /** Bring the global up to date. */
  settle: 3,
  /** A return; `value` is the label of the function's wrapper. */
  return: 4,
  /** A branch out of the loop to label `value`. */
  branch: 5,
  /** The same under a condition. */
  branchIf: 6,
  /** Nothing; ways meet here. */
  none: 7,
} as const;

/** One edit of the body: copy up to `at`, do it, go on at `next`. */
export interface LoopStep {
  readonly at: number;
  readonly next: number;
  readonly kind: number;
  readonly value: number;
  /** What is owed afterwards. */
  readonly owed: Owed;
}

/**
 * Twice the gas that is owed since the copy began; one more when the global was brought up to date within the copy, so that
 * nothing of earlier copies is in it.
 */
export type Owed = number;
export const SETTLED: Owed = 1;
/** No way leads here. */
export const UNREACHED: Owed = -1;
/** Ways with different amounts lead here. */
export const MIXED: Owed = -2;

/** The fast form of one loop. */
export interface LoopPlan {
  /** Where the body begins, where its `end` is, and the index of the first edit behind it. */
  readonly body: number;
  readonly end: number;
  readonly editsEnd: number;
  readonly steps: readonly LoopStep[];
  /** Most gas that one round can take. */
  readonly most: number;
  /** What is owed when a round ends in a branch back, in the terms of its own start. */
  readonly round: Owed;
  /** What is owed when the body ends without a branch; `UNREACHED` when it cannot. */
  readonly exit: Owed;
  /** Whether every charge is taken from the local at once, because ways with different amounts meet in the loop. */
  readonly eager: boolean;
}

/** Gas that is owed at a place of copy `copy` of a loop. */
export function owedGas(loop: LoopPlan, copy: number, owed: Owed): number {
  if (owed < 0) return 0;
  const gas = owed >> 1;
  if ((owed & 1) === 1 || copy === 0 || loop.round === MIXED) return gas;
  return gas + (loop.round >> 1) * ((loop.round & 1) === 1 ? 1 : copy);
}
