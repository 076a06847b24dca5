/**
 * The ABCI application: baseapp, ante handler, modules. Synchronous and deterministic.
 * @module
 */
export {};
