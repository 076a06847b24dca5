/**
 * ABCI types, the Application interface, FinalityProvider.
 * @module
 */
export * from "./types.ts";
