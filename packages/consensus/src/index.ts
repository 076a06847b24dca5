/**
 * Consensus engines: the embedded single validator with blocks that are valid CometBFT blocks.
 * @module
 */
export {};
