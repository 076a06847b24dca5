/**
 * Fields of structs that are plain objects.
 * @module
 */
import type { AminoCodec, AminoField } from "./codec.ts";

/** The field of that name. JSON shows it also when it is empty, unless told otherwise. */
export function recordField<S extends object>(
  name: keyof S & string,
  // biome-ignore lint/suspicious/noExplicitAny: fields of a struct have different types
  codec: AminoCodec<any>,
  keepsEmpty = true,
): AminoField<S> {
  return {
    name,
    codec,
    keepsEmpty,
    get: (struct) => struct[name],
    set(struct, value) {
      struct[name] = value as S[typeof name];
    },
  };
}
