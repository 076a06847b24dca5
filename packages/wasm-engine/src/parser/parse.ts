/**
 * Parses a module of WebAssembly 1.0 plus sign extension, strictly and within bounds: sections once and in order, counts
 * no larger than the bytes that are left, no bytes unread. Anything else is a {@link WasmFormatError}.
 *
 * Bodies are located here and decoded by `checkBodies` or by the instrumenter.
 * @module
 */
import { WasmFormatError } from "../errors.ts";
import { checkBody } from "./instructions.ts";
import { MAX_MODULE_BYTES, MAX_TOTAL_LOCALS } from "./limits.ts";
import { ByteReader } from "./reader.ts";
import * as sections from "./sections.ts";
import type { ParsedModule, RawVector } from "./types.ts";

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
} as const;

type SectionRanges = Map<number, { start: number; end: number }>;

/** Finds the sections; custom ones are looked at for their name only. */
function locateSections(bytes: Uint8Array): SectionRanges {
  const reader = new ByteReader(bytes);
  for (const byte of MAGIC_AND_VERSION) if (reader.u8() !== byte) throw reader.error("no wasm module of version 1");
  const found: SectionRanges = new Map();
  let last = 0;
  while (reader.position < reader.end) {
    const id = reader.u8();
    const size = reader.u32();
    const start = reader.position;
    reader.skip(size);
    if (id === SECTION.custom) {
      new ByteReader(bytes, start, reader.position).name();
      continue;
    }
    if (id > SECTION.data) throw new WasmFormatError("unknown section", start);
    if (id <= last) throw new WasmFormatError("sections are out of order", start);
    last = id;
    found.set(id, { start, end: reader.position });
  }
  return found;
}

function rawVector(bytes: Uint8Array, range: { start: number; end: number } | undefined): RawVector | undefined {
  if (range === undefined) return undefined;
  const reader = new ByteReader(bytes, range.start, range.end);
  const count = reader.u32();
  return { count, content: { start: reader.position, end: range.end } };
}

/** Parses `bytes`; throws {@link WasmFormatError}. The result refers to `bytes`, which must not change. */
export function parseModule(bytes: Uint8Array): ParsedModule {
  if (bytes.length > MAX_MODULE_BYTES) throw new WasmFormatError("module is too large", MAX_MODULE_BYTES);
  const ranges = locateSections(bytes);

  function read<T>(id: number, absent: T, parse: (reader: ByteReader) => T): T {
    const range = ranges.get(id);
    if (range === undefined) return absent;
    const reader = new ByteReader(bytes, range.start, range.end);
    const value = parse(reader);
    reader.finish("section");
    return value;
  }

  const types = read(SECTION.type, [], sections.readTypes);
  const imports = read(SECTION.import, [], (reader) => sections.readImports(reader, types.length));
  const importedFunctionTypes = imports.filter((entry) => entry.kind === "function").map((entry) => entry.typeIndex);
  const functionTypes = read(SECTION.function, new Uint32Array(0), (reader) =>
    sections.readFunctions(reader, types.length),
  );
  const functionCount = importedFunctionTypes.length + functionTypes.length;
  const bodies = read(SECTION.code, new Uint32Array(0), sections.readBodies);
  if (bodies.length !== 2 * functionTypes.length) {
    throw new WasmFormatError("function and code section differ in length", bytes.length);
  }
  const raw = (id: number) => rawVector(bytes, ranges.get(id));
  return {
    bytes,
    types,
    imports,
    importedFunctionTypes,
    functionTypes,
    tables: read(SECTION.table, [], sections.readTables),
    memories: read(SECTION.memory, undefined, sections.readMemories),
    globals: read(SECTION.global, [], sections.readGlobals),
    exports: read(SECTION.export, [], sections.readExports),
    hasStart: read(SECTION.start, false, (reader) => {
      reader.u32();
      return true;
    }),
    elements: read(SECTION.element, [], (reader) => sections.readElements(reader, functionCount)),
    data: read(SECTION.data, [], sections.readData),
    bodies,
    raw: {
      types: raw(SECTION.type),
      imports: raw(SECTION.import),
      functions: raw(SECTION.function),
      tables: raw(SECTION.table),
      globals: raw(SECTION.global),
      elements: raw(SECTION.element),
    },
  };
}

/** Decodes all bodies for their form; throws {@link WasmFormatError}. */
export function checkBodies(module: ParsedModule): void {
  let locals = 0;
  for (let i = 0; i < module.bodies.length; i += 2) {
    locals += checkBody(module.bytes, module.bodies[i] as number, module.bodies[i + 1] as number);
    if (locals > MAX_TOTAL_LOCALS) throw new WasmFormatError("too many locals", module.bodies[i] as number);
  }
}
