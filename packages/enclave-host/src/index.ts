/**
 * The untrusted half of the boundary: spawns and supervises the enclave process.
 * @module
 */
export {};
