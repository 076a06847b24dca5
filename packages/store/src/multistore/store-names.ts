/**
 * The order of stores in the AppHash.
 * @module
 */
import { compareBytes, LocalError, utf8ToBytes } from "@enclavenet/common";

/** The names in byte order. Throws `STORE_NAME_INVALID` for one that comes twice. */
export function sortNames(names: readonly string[]): string[] {
  if (new Set(names).size !== names.length) throw new LocalError("STORE_NAME_INVALID", "a store name comes twice");
  return [...names].sort((a, b) => compareBytes(utf8ToBytes(a), utf8ToBytes(b)));
}
