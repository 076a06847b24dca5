/**
 * What an import is: its wasm signature and the function that serves it in one call.
 * @module
 */
import type { CallContext } from "../runtime/context.ts";
import type { WasmFunction } from "../v8.ts";

export type ImportType = "i32" | "i64";

/** One host function. */
export interface ImportDefinition {
  readonly params: readonly ImportType[];
  readonly result: ImportType | undefined;
  bind(context: CallContext): WasmFunction;
}

/** Definitions by import name in module `env`. */
export type ImportTable = Readonly<Record<string, ImportDefinition>>;

/** Signature of `count` region pointers. */
export function pointers(count: number): ImportType[] {
  return Array.from({ length: count }, () => "i32" as const);
}

/** `Result<pointer, code>` as the i64 imports return it: the pointer in the low half, or the code in the high half. */
export function pointerOrCode(context: CallContext, result: { value: Uint8Array } | { code: number }): bigint {
  if ("code" in result) return BigInt(result.code >>> 0) << 32n;
  return BigInt(context.allocate(result.value) >>> 0);
}
