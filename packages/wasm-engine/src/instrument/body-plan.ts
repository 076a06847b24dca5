/**
 * What the analysis of a body hands to its emission.
 * @module
 */
import type { LoopPlan } from "./loop-form.ts";
import type { FrameShape } from "./stack-weight.ts";

/** What to do at a position of the body; `value` depends on the kind. */
export const EDIT = {
  /** Charge `value` gas here; what is left is in the function's local. */
  charge: 0,
  /** Drop the bytes up to `value`. */
  drop: 1,
  /** Replace memory.grow by a call of the grow helper; the instruction ends at `value`. */
  grow: 2,
  /** Replace the one-byte return; `value` is the label of the function's wrapper. */
  return: 3,
  /** Replace a float operator that ends at `value` by unreachable. */
  trap: 4,
  /** Note the table index before call_indirect. */
  indirect: 5,
  /** Replace memory.size by the virtual size; the instruction ends at `value`. */
  size: 6,
  /** Charge `value` gas here; what is left is in the global alone. */
  chargeGlobal: 7,
  /** Copy what is left into the function's local. */
  reload: 8,
  /** A loop begins here; `value` is the number of its fast form, or `NO_FAST_FORM`. */
  loop: 9,
} as const;

export const NO_FAST_FORM = -1;

/** Plan for one body. */
export interface BodyPlan {
  readonly shape: FrameShape;
  /** Runs of locals: how many, and where the first begins. */
  readonly localRuns: number;
  readonly localsStart: number;
  /** Where the code starts, after the locals. */
  readonly codeStart: number;
  /** Triples (position, kind, value), positions ascending. */
  readonly edits: readonly number[];
  /** Fast forms of loops. */
  readonly loops: readonly LoopPlan[];
  /**
   * Functions of the module that it calls, by their place in the code section, with repetitions. Undefined when it also
   * calls imports or through the table, or when it weighs too much for that to matter.
   */
  readonly callees: readonly number[] | undefined;
  readonly hasFloats: boolean;
  /** Places where control flow joins or leaves: the measure of a compiler's work, with the frame's size. */
  readonly branches: number;
  readonly maxNesting: number;
}
