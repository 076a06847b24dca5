/**
 * IAVL tree, multistore, cache/gas/prefix stores, LMDB and memory backends, ICS-23 proofs.
 * @module
 */
export {};
