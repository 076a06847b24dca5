/**
 * Readers of the single sections of a module (WebAssembly core specification 1.0 §5.5). Each gets a reader that ends
 * with the section and must leave nothing unread.
 * @module
 */
import { isValueType } from "./instructions.ts";
import {
  MAX_DATA_SEGMENTS,
  MAX_ELEMENT_SEGMENTS,
  MAX_EXPORTS,
  MAX_FUNCTIONS,
  MAX_GLOBALS,
  MAX_IMPORTS,
  MAX_PARAMS,
  MAX_TABLE_ENTRIES,
  MAX_TYPES,
} from "./limits.ts";
import { BLOCK_EMPTY, FUNCREF, OP } from "./opcodes.ts";
import type { ByteReader } from "./reader.ts";
import type { ExportEntry, ExternalKind, FunctionType, GlobalEntry, ImportEntry, Limits, Segment } from "./types.ts";

const KINDS: readonly ExternalKind[] = ["function", "table", "memory", "global"];

function valueType(reader: ByteReader): number {
  const type = reader.u8();
  if (!isValueType(type)) throw reader.error("unknown value type");
  return type;
}

/** Type section: functions with at most one result. */
export function readTypes(reader: ByteReader): FunctionType[] {
  const types: FunctionType[] = [];
  for (let left = reader.count(MAX_TYPES, 3, "types"); left > 0; left--) {
    if (reader.u8() !== 0x60) throw reader.error("type is not a function type");
    const params = new Uint8Array(reader.count(MAX_PARAMS, 1, "parameters"));
    for (let i = 0; i < params.length; i++) params[i] = valueType(reader);
    const result = reader.count(1, 1, "results") === 0 ? BLOCK_EMPTY : valueType(reader);
    types.push({ params, result });
  }
  return types;
}

function readLimits(reader: ByteReader): Limits {
  const flags = reader.u8();
  if (flags > 1) throw reader.error("unknown flags of limits");
  const minimum = reader.u32();
  const maximum = flags === 1 ? reader.u32() : undefined;
  if (maximum !== undefined && maximum < minimum) throw reader.error("maximum is below minimum");
  return { minimum, maximum };
}

function readTableType(reader: ByteReader): Limits {
  if (reader.u8() !== FUNCREF) throw reader.error("table is not of functions");
  const limits = readLimits(reader);
  if (limits.minimum > MAX_TABLE_ENTRIES) throw reader.error("table is too large");
  return limits;
}

function readGlobalType(reader: ByteReader): { type: number; mutable: boolean } {
  const type = valueType(reader);
  const mutability = reader.u8();
  if (mutability > 1) throw reader.error("unknown mutability");
  return { type, mutable: mutability === 1 };
}

/** Import section. */
export function readImports(reader: ByteReader, typeCount: number): ImportEntry[] {
  const imports: ImportEntry[] = [];
  for (let left = reader.count(MAX_IMPORTS, 4, "imports"); left > 0; left--) {
    const module = reader.name();
    const name = reader.name();
    const kind = KINDS[reader.u8()];
    let typeIndex = 0;
    if (kind === "function") typeIndex = readTypeIndex(reader, typeCount);
    else if (kind === "table") readTableType(reader);
    else if (kind === "memory") readLimits(reader);
    else if (kind === "global") readGlobalType(reader);
    else throw reader.error("unknown kind of import");
    imports.push({ module, name, kind, typeIndex });
  }
  return imports;
}

function readTypeIndex(reader: ByteReader, typeCount: number): number {
  const index = reader.u32();
  if (index >= typeCount) throw reader.error("type index is out of range");
  return index;
}

/** Function section: the type of each function. */
export function readFunctions(reader: ByteReader, typeCount: number): Uint32Array {
  const functions = new Uint32Array(reader.count(MAX_FUNCTIONS, 1, "functions"));
  for (let i = 0; i < functions.length; i++) functions[i] = readTypeIndex(reader, typeCount);
  return functions;
}

/** Table section. */
export function readTables(reader: ByteReader): Limits[] {
  const tables: Limits[] = [];
  for (let left = reader.count(1, 3, "tables"); left > 0; left--) tables.push(readTableType(reader));
  return tables;
}

/** Memory section. More than one entry parses: the store-time check has its own text for it. */
export function readMemories(reader: ByteReader): Limits[] {
  const memories: Limits[] = [];
  for (let left = reader.count(100, 2, "memories"); left > 0; left--) memories.push(readLimits(reader));
  return memories;
}

interface InitialValue {
  readonly i32: number | undefined;
  readonly fromGlobal: boolean;
}

function readInitialValue(reader: ByteReader): InitialValue {
  const op = reader.u8();
  let i32: number | undefined;
  if (op === OP.i32Const) i32 = reader.s32();
  else if (op === OP.i64Const) reader.skipS64();
  else if (op === OP.f32Const) reader.skip(4);
  else if (op === OP.f64Const) reader.skip(8);
  else if (op === OP.globalGet) reader.u32();
  else throw reader.error("initial value is not a constant");
  if (reader.u8() !== OP.end) throw reader.error("initial value has more than one instruction");
  return { i32, fromGlobal: op === OP.globalGet };
}

/** Global section. */
export function readGlobals(reader: ByteReader): GlobalEntry[] {
  const globals: GlobalEntry[] = [];
  for (let left = reader.count(MAX_GLOBALS, 5, "globals"); left > 0; left--) {
    const { type, mutable } = readGlobalType(reader);
    const start = reader.position;
    const { fromGlobal } = readInitialValue(reader);
    globals.push({ type, mutable, initFromGlobal: fromGlobal, init: { start, end: reader.position - 1 } });
  }
  return globals;
}

/** Export section; names are unique. */
export function readExports(reader: ByteReader): ExportEntry[] {
  const exports: ExportEntry[] = [];
  const names = new Set<string>();
  for (let left = reader.count(MAX_EXPORTS, 3, "exports"); left > 0; left--) {
    const name = reader.name();
    if (names.has(name)) throw reader.error("export name is taken");
    names.add(name);
    const kind = KINDS[reader.u8()];
    if (kind === undefined) throw reader.error("unknown kind of export");
    exports.push({ name, kind, index: reader.u32() });
  }
  return exports;
}

function readOffset(reader: ByteReader): number | undefined {
  if (reader.u32() !== 0) throw reader.error("segment is not for table or memory 0");
  const value = readInitialValue(reader);
  if (value.i32 === undefined && !value.fromGlobal) throw reader.error("offset is not an i32");
  return value.i32 === undefined ? undefined : value.i32 >>> 0;
}

/** Element section: active segments of function indices. */
export function readElements(reader: ByteReader, functionCount: number): Segment[] {
  const segments: Segment[] = [];
  let total = 0;
  for (let left = reader.count(MAX_ELEMENT_SEGMENTS, 5, "element segments"); left > 0; left--) {
    const offset = readOffset(reader);
    const length = reader.count(MAX_TABLE_ENTRIES, 1, "table elements");
    const start = reader.position;
    total += length;
    if (total > 4 * MAX_TABLE_ENTRIES) throw reader.error("too many table elements");
    for (let i = 0; i < length; i++) {
      if (reader.u32() >= functionCount) throw reader.error("function index is out of range");
    }
    segments.push({ offset, start, length });
  }
  return segments;
}

/** Data section: active segments. */
export function readData(reader: ByteReader): Segment[] {
  const segments: Segment[] = [];
  for (let left = reader.count(MAX_DATA_SEGMENTS, 5, "data segments"); left > 0; left--) {
    const offset = readOffset(reader);
    const length = reader.u32();
    segments.push({ offset, start: reader.position, length });
    reader.skip(length);
  }
  return segments;
}

/** Code section: where each body starts and ends. */
export function readBodies(reader: ByteReader): Uint32Array {
  const bodies = new Uint32Array(2 * reader.count(MAX_FUNCTIONS, 3, "function bodies"));
  for (let i = 0; i < bodies.length; i += 2) {
    const size = reader.u32();
    bodies[i] = reader.position;
    reader.skip(size);
    bodies[i + 1] = reader.position;
  }
  return bodies;
}
