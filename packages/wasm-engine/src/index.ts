/**
 * CosmWasm VM on V8: validation, instrumentation, memory regions, host imports.
 * @module
 */
export {};
