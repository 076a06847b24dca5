/**
 * Implementation limits of the parser. They lie at or below those of every supported V8, so that no node refuses what
 * another accepts, and far above what compilers produce for contracts (largest seen: a few thousand functions).
 * @module
 */

/** Largest module the enclave looks at (spec 03 §2.1). */
export const MAX_MODULE_BYTES = 3_145_728;
export const MAX_TYPES = 20_000;
export const MAX_PARAMS = 1_000;
export const MAX_IMPORTS = 1_000;
export const MAX_FUNCTIONS = 100_000;
export const MAX_GLOBALS = 20_000;
export const MAX_EXPORTS = 20_000;
export const MAX_ELEMENT_SEGMENTS = 20_000;
export const MAX_DATA_SEGMENTS = 20_000;
export const MAX_NAME_BYTES = 100_000;
/** Entries of the one table. Without a limit, 6 bytes of module could ask the host for 80 MB. */
export const MAX_TABLE_ENTRIES = 100_000;
/** Declared locals of one function, and of all functions together: V8 keeps an entry for each while it compiles. */
export const MAX_FUNCTION_LOCALS = 8_000;
export const MAX_TOTAL_LOCALS = 2_000_000;
export const MAX_BR_TABLE_TARGETS = 65_520;
/** Nested blocks of one function. */
export const MAX_NESTING = 4_096;
