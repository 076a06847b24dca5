/**
 * Which functions the stack counter leaves out: those whose calls, all the way down, stay within so few slots that V8's
 * reserve holds them whatever the counter says.
 *
 * PERF: the counter is two stores and a chain through memory per call, more than a small function costs.
 * @module
 */
import type { BodyPlan } from "./body-plan.ts";
import { frameWeight, MIN_FRAME_SLOTS, UNCOUNTED_SLOTS } from "./stack-weight.ts";

/** No path of calls that weighs so little has more functions. */
const MAX_HEIGHT = Math.floor(UNCOUNTED_SLOTS / MIN_FRAME_SLOTS);
const UNKNOWN = 0;

/** Weight of the heaviest path of calls from `plan`; `UNKNOWN` while that of a callee is. */
function pathWeight({ shape, callees }: BodyPlan, known: Uint32Array): number {
  let below = 0;
  for (const callee of callees ?? []) {
    const weight = known[callee] as number;
    if (weight === UNKNOWN) return UNKNOWN;
    below = Math.max(below, weight);
  }
  return frameWeight(shape) + below;
}

/**
 * 1 for every function that the counter leaves out. Only one path of such functions is active at a time, at the top of the
 * stack: they call neither imports nor through the table, and never themselves. Functions that call each other stay
 * unknown in every round, and are counted.
 */
export function uncountedFunctions(plans: readonly BodyPlan[]): Uint8Array {
  const uncounted = new Uint8Array(plans.length);
  const known = new Uint32Array(plans.length);
  let waiting = plans.flatMap((plan, index) => (plan.callees === undefined ? [] : [index]));
  for (let height = 1; height <= MAX_HEIGHT; height++) {
    const before = waiting.length;
    waiting = waiting.filter((index) => {
      const weight = pathWeight(plans[index] as BodyPlan, known);
      if (weight === UNKNOWN) return true;
      if (weight <= UNCOUNTED_SLOTS) {
        known[index] = weight;
        uncounted[index] = 1;
      }
      return false;
    });
    if (waiting.length === before) break;
  }
  return uncounted;
}
