/**
 * The enclave boundary: tables of ecalls and ocalls, their types, frame codec, status codes. No behaviour.
 * @module
 */
export * from "./calls.ts";
export * from "./channel.ts";
export * from "./codec.ts";
export * from "./devices.ts";
export * from "./errors.ts";
export * from "./exit.ts";
export * from "./frame.ts";
