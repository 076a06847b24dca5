/**
 * A parsed module: what the engine needs of each section, and where the raw bytes lie that are copied unchanged.
 * @module
 */

/** Half-open byte range. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Function type; `result` is `BLOCK_EMPTY` when there is none. */
export interface FunctionType {
  readonly params: Uint8Array;
  readonly result: number;
}

export type ExternalKind = "function" | "table" | "memory" | "global";

/** Import; `typeIndex` is meaningful for functions. */
export interface ImportEntry {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternalKind;
  readonly typeIndex: number;
}

export interface ExportEntry {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
}

export interface Limits {
  readonly minimum: number;
  readonly maximum: number | undefined;
}

export interface GlobalEntry {
  readonly type: number;
  readonly mutable: boolean;
  /** Whether the initial value is a `global.get`. */
  readonly initFromGlobal: boolean;
  /** The constant instruction of the initial value, without its end. */
  readonly init: ByteRange;
}

/** An initialised stretch of table or memory; `offset` is undefined when it is a `global.get`. */
export interface Segment {
  readonly offset: number | undefined;
  /** Where the content begins in the module. */
  readonly start: number;
  /** Entries of a table, bytes of memory. */
  readonly length: number;
}

/** Content of a section: count of its vector and the raw bytes after that count. */
export interface RawVector {
  readonly count: number;
  readonly content: ByteRange;
}

/** Everything the engine keeps of a module. */
export interface ParsedModule {
  readonly bytes: Uint8Array;
  readonly types: readonly FunctionType[];
  readonly imports: readonly ImportEntry[];
  /** Type of each imported function, in import order. */
  readonly importedFunctionTypes: readonly number[];
  /** Type of each function of the module itself. */
  readonly functionTypes: Uint32Array;
  readonly tables: readonly Limits[];
  /** Undefined when there is no memory section at all. */
  readonly memories: readonly Limits[] | undefined;
  readonly globals: readonly GlobalEntry[];
  readonly exports: readonly ExportEntry[];
  readonly hasStart: boolean;
  readonly elements: readonly Segment[];
  readonly data: readonly Segment[];
  /** Start (at the locals) and end of each function body, alternating. */
  readonly bodies: Uint32Array;
  readonly raw: {
    readonly types: RawVector | undefined;
    readonly imports: RawVector | undefined;
    readonly functions: RawVector | undefined;
    readonly tables: RawVector | undefined;
    readonly globals: RawVector | undefined;
    readonly elements: RawVector | undefined;
  };
}
