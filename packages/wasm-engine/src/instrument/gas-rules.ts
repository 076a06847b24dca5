/**
 * Numbers of the metering rules (spec 03 §2.3, §1.4; 06 §2). Unit: wasm gas.
 * @module
 */

/** Every counted instruction. */
export const GAS_PER_INSTRUCTION = 2;
/** The meter of memory.grow is itself metered: 14 instructions, and 3 in the arm that fails. */
export const GAS_GROW_HELPER = 28;
export const GAS_GROW_FAILED_ARM = 6;
export const GAS_PER_PAGE = 8_192;
/** Most pages a contract's memory may have, at the start or later: 12 MiB. */
export const MAX_MEMORY_PAGES = 192;
export const PAGE_BYTES = 65_536;
/**
 * Pages that every instance's real memory has beyond the contract's initial size. Growing within them is counting alone,
 * so that the instance can be used again: a memory cannot shrink (spec 06 §0b.1).
 */
export const RESERVE_PAGES = 4;

/** Real pages of a new instance whose contract asks for `initial`. */
export function realPages(initial: number): number {
  return Math.min(initial + RESERVE_PAGES, MAX_MEMORY_PAGES);
}
