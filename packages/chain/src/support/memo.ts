/**
 * Memory of pure functions of short arguments. The answer is the same with and without it; what it gives out is shared and
 * never changed.
 * @module
 */
import { byteName } from "@enclavenet/common";

/** Longer arguments are computed each time, so that a memory of `n` answers stays below a few `n` KiB. */
const MAX_LENGTH = 4096;

/** `compute` with the latest `capacity` answers kept by `nameOf` their argument. What throws is not kept. */
function memoized<A extends { readonly length: number }, R>(
  capacity: number,
  nameOf: (argument: A) => string,
  compute: (argument: A) => R,
): (argument: A) => R {
  const known = new Map<string, R>();
  return (argument) => {
    if (argument.length > MAX_LENGTH) return compute(argument);
    const name = nameOf(argument);
    const hit = known.get(name);
    if (hit !== undefined) return hit;
    const result = compute(argument);
    if (known.size >= capacity) for (const oldest of known.keys()) if (known.delete(oldest)) break;
    known.set(name, result);
    return result;
  };
}

/** A pure function of text, remembered. */
export function memoizedText<R>(capacity: number, compute: (text: string) => R): (text: string) => R {
  return memoized(capacity, (text: string) => text, compute);
}

/** A pure function of bytes, remembered. */
export function memoizedBytes<R>(capacity: number, compute: (bytes: Uint8Array) => R): (bytes: Uint8Array) => R {
  return memoized(capacity, byteName, compute);
}
