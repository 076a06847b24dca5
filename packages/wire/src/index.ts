/**
 * The small strict codec of the types that the trusted side and clients decode.
 * @module
 */
export {};
