/**
 * The few parts of the JavaScript embedding of WebAssembly that the loaders here use, typed here: the compiler's
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

interface WasmNamespace {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, never>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** This room's view of `WebAssembly`. */
export const V8: WasmNamespace = (globalThis as unknown as { readonly WebAssembly: WasmNamespace }).WebAssembly;
