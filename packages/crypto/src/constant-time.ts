/**
 * Comparison whose running time does not depend on where two byte strings differ.
 * Used for tags, proofs and signatures that are recomputed from a secret.
 *
 * @module
 */

/** Whether `a` and `b` hold the same bytes. Only the lengths may leak. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}
