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
