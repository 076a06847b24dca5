/**
 * The few parts of the JavaScript embedding of WebAssembly that the secp256k1 loader uses, typed here: the compiler's
 * library set has no DOM.
 * @module
 */

/** A compiled module; opaque. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** Exported linear memory. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** Exported i32 global. */
export interface WasmGlobal {
  readonly value: number;
}

/** Functions that a module imports, by module and name. */
export type WasmImports = Readonly<Record<string, Readonly<Record<string, (argument: number) => number>>>>;

interface WasmNamespace {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: WasmImports,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** This room's view of `WebAssembly`. */
export const V8: WasmNamespace = (globalThis as unknown as { readonly WebAssembly: WasmNamespace }).WebAssembly;
