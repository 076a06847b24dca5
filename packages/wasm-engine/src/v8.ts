/**
 * The few parts of the JavaScript embedding of WebAssembly that the engine uses, typed here: the compiler's library set
 * has no DOM, and the engine needs nothing else of it.
 * @module
 */

/** A compiled module; opaque, may be posted to worker threads. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** Exported linear memory. The buffer is replaced whenever the memory grows. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** Exported global; i32 as number, i64 as signed bigint. */
export interface WasmGlobal<T extends number | bigint> {
  value: T;
}

/** Exported or imported function. */
export type WasmFunction = (...args: (number | bigint)[]) => number | bigint | undefined;

/** An instance; what an export is, is known from the module's own export section. */
export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WasmNamespace {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: Record<string, Record<string, WasmFunction>>) => WasmInstance;
  readonly RuntimeError: new (message?: string) => Error;
  readonly CompileError: new (message?: string) => Error;
  validate(bytes: Uint8Array): boolean;
}

/** The engine's view of `WebAssembly`. */
export const V8: WasmNamespace = (globalThis as unknown as { readonly WebAssembly: WasmNamespace }).WebAssembly;
