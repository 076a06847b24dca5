/**
 * Deterministic stack limit. Every active function weighs so many slots of 8 bytes that its V8 frame, from either
 * compiler, is smaller; the sum may not exceed {@link STACK_LIMIT_SLOTS}. V8's own limit is then out of reach on a stack
 * of {@link requiredStackBytes}, and the depth at which a contract fails is the same on every node (spec 06 §0b.2).
 *
 * Why these terms (measured, x64): a Liftoff frame takes 80 bytes plus 8 per local and operand, and a parameter costs the
 * caller's outgoing slot plus the callee's copy. A TurboFan frame may hold values that are neither locals nor operands:
 * common subexpressions computed twice around a call stay alive across it, 8 bytes for 5 instructions in the worst
 * function we could write. Half a slot (4 bytes) for each instruction covers that 2.5 times over.
 *
 * The reference's interpreter stops at 7,680 slots of locals and operands (spec 03 §2.1); 524,288 lets every contract
 * that fits there run here, too.
 * @module
 */

const SLOT_BYTES = 8;
const FRAME_SLOTS = 12;

/** Sum of the weights of all active functions of one call: 4 MiB of native stack at most. */
export const STACK_LIMIT_SLOTS = 524_288;
/** A function that calls nothing and weighs at most this is not counted: only one such frame exists at a time. */
export const UNCOUNTED_LEAF_SLOTS = 256;
/** Weight of the engine's own frames when an import calls back into `allocate`. */
export const REENTRY_SLOTS = 1_024;
/** Native stack of one call beyond the limit: an uncounted leaf, the grow helper, import glue and the backend. */
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
  return FRAME_SLOTS + 2 * shape.params + shape.locals + shape.maxHeight + Math.ceil(shape.instructions / 2);
}

/**
 * Native stack that the thread running `call` must have when calls nest `levels` deep on it (a query made by a contract
 * runs a contract inside the call): 11 levels, the protocol's limit, need 48 MiB.
 */
export function requiredStackBytes(levels: number): number {
  return levels * (STACK_LIMIT_SLOTS * SLOT_BYTES + CALL_RESERVE_BYTES) + BASE_RESERVE_BYTES;
}
