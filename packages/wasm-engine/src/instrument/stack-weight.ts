/**
 * Deterministic stack limit. Every active function weighs so many slots of 8 bytes that its V8 frame, from either
 * compiler, is smaller; the sum may not exceed {@link STACK_LIMIT_SLOTS}. V8's own limit is then out of reach on a stack
 * of {@link requiredStackBytes}, and the depth at which a contract fails is the same on every node (spec 06 §0b.2).
 *
 * Why these terms (measured on x64, Node 20, 24 and 26): a baseline frame takes 80 bytes plus 8 per local and operand, and
 * a parameter costs the caller's outgoing slot plus the callee's copy. An optimised frame may also hold values that are
 * neither locals nor operands: subexpressions computed twice around a call stay alive across it, 8 bytes for 5
 * instructions in the worst function we could write; and newer versions of V8 inline callees of up to 50 nodes, or three
 * times the caller's size. One slot per instruction and 64 per frame cover both. Copies of loops (`loop-form.ts`) contain no
 * calls, and leave nothing but locals and operands behind.
 *
 * The reference's interpreter stops at 7,680 slots of locals and operands (spec 03 §2.1). A contract that fits there has
 * 136 times as much here, for its instructions and frames as well.
 * @module
 */

const SLOT_BYTES = 8;
/** What every function weighs at least. */
export const MIN_FRAME_SLOTS = 64;

/** Sum of the weights of all active functions of one call: 8 MiB of native stack at most. */
export const STACK_LIMIT_SLOTS = 1_048_576;
/** Functions whose paths of calls weigh at most this are not counted, see `uncounted.ts`: one such path at a time. */
export const UNCOUNTED_SLOTS = 512;
/** Weight of the engine's own frames when an import calls back into `allocate`: 32 times at most, and once in earnest. */
export const REENTRY_SLOTS = 32_768;
/** Native stack of one call beyond the limit: an uncounted path, the grow helper, import glue and the backend. */
const CALL_RESERVE_BYTES = 262_144;
const BASE_RESERVE_BYTES = 1_048_576;

/** What the weight of a function is made of. */
export interface FrameShape {
  readonly params: number;
  readonly locals: number;
  readonly maxHeight: number;
  readonly instructions: number;
}

/** Weight of one activation in slots. */
export function frameWeight(shape: FrameShape): number {
  return MIN_FRAME_SLOTS + 2 * shape.params + shape.locals + shape.maxHeight + shape.instructions;
}

/**
 * Native stack that the thread running `call` must have when calls nest `levels` deep on it (a query made by a contract
 * runs a contract inside the call): 11 levels, the protocol's limit, need 92 MiB.
 */
export function requiredStackBytes(levels: number): number {
  return levels * (STACK_LIMIT_SLOTS * SLOT_BYTES + CALL_RESERVE_BYTES) + BASE_RESERVE_BYTES;
}
