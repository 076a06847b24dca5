/**
 * Protocol cryptography as compositions over an explicit Primitives interface.
 * @module
 */
export {};
