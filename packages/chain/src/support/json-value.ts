/**
 * Values of JSON text.
 * @module
 */

/** A value of JSON text. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
