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

/** Refuses a module that would cost a compiler too much. */
export function checkEffort(plans: readonly BodyPlan[]): void {
  let work = 0;
  let locals = 0;
  for (const { shape, branches, maxNesting } of plans) {
    const slots = shape.params + shape.locals + shape.maxHeight;
    work += branches * slots;
    locals += shape.locals;
    if (maxNesting * slots > MAX_OPEN_STATE) throw new VmError("InvalidWasm", "nested blocks with too many locals");
  }
  if (work > MAX_JOIN_WORK) throw new VmError("InvalidWasm", "too many branches with too many locals");
  if (locals > MAX_TOTAL_LOCALS) throw new VmError("InvalidWasm", "too many locals");
}
