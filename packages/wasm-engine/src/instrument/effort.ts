/**
 * Limits on what V8's compilers must do for a module. Both keep the state of all locals and operands at every place where
 * control flow joins, so a few hundred kilobytes of branches in a function with thousands of locals would ask for
 * gigabytes. The limits are products of frame size and branches, far above what contracts reach.
 * @module
 */
import { VmError } from "../errors.ts";
import { MAX_TOTAL_LOCALS } from "../parser/limits.ts";
import type { BodyPlan } from "./body-plan.ts";

/** Σ branches × slots over the module. */
export const MAX_JOIN_WORK = 64_000_000;
/** Nesting × slots of one function: states that are alive at the same time. */
export const MAX_OPEN_STATE = 8_000_000;

/** Adds up what a module would cost a compiler, function by function, and refuses it as soon as that is too much. */
export class EffortMeter {
  #work = 0;
  #locals = 0;

  add({ shape, branches, maxNesting }: BodyPlan): void {
    const slots = shape.params + shape.locals + shape.maxHeight;
    this.#work += branches * slots;
    this.#locals += shape.locals;
    if (maxNesting * slots > MAX_OPEN_STATE) throw new VmError("InvalidWasm", "nested blocks with too many locals");
    if (this.#work > MAX_JOIN_WORK) throw new VmError("InvalidWasm", "too many branches with too many locals");
    if (this.#locals > MAX_TOTAL_LOCALS) throw new VmError("InvalidWasm", "too many locals");
  }
}
