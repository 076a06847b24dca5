/**
 * How much memory the process may keep for garbage. On a machine with much memory V8 lets its heaps grow to several times
 * what lives in them, in every thread; a node runs beside other programs, and its live data is small.
 * @module
 */
import { setFlagsFromString } from "node:v8";

/** Old space is collected when it has grown by this much since the last time. */
const OLD_SPACE_GROWTH_PERCENT = 40;

/** Half of the young generation, in MiB. Larger halves are copied less often, and stay resident. */
const SEMI_SPACE_MIB = 4;

/**
 * Bounds the heaps of this process. To be called before large modules are loaded: the young generation of this thread
 * keeps the size that it has, 1 MiB at first; threads that start later get the size above.
 */
export function boundHeaps(): void {
  setFlagsFromString(`--heap-growing-percent=${OLD_SPACE_GROWTH_PERCENT}`);
  setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE_MIB}`);
  setFlagsFromString(`--max-semi-space-size=${SEMI_SPACE_MIB}`);
  setFlagsFromString("--semi-space-growth-factor=1");
}
