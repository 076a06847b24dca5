/**
 * The trusted program: keychain, sealing, contract engine, block verifier.
 * @module
 */
export {};
