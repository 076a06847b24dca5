/**
 * Emits the rewritten module: original sections copied, types, helper functions and globals added at the end, memory with
 * the reserve and limited to 192 pages, data passive, exports replaced by the ones the engine uses under names of its own.
 * Custom sections are left out.
 * @module
 */
import { VmError } from "../errors.ts";
import { I32, I64, OP } from "../parser/opcodes.ts";
import type { FunctionType, ParsedModule, RawVector } from "../parser/types.ts";
import type { BodyPlan } from "./body-plan.ts";
import { ByteWriter } from "./byte-writer.ts";
import { emitBody } from "./emit-body.ts";
import type { AddedIndices } from "./emit-charge.ts";
import { HELPER_TYPES, HELPERS } from "./emit-helpers.ts";
import { MAX_MEMORY_PAGES, realPages } from "./gas-rules.ts";
import { fastLoopRoom } from "./loop-form.ts";
import { type OwedGas, OwedGasWriter } from "./owed-gas.ts";
import { uncountedFunctions } from "./uncounted.ts";

/** Largest function body that V8 compiles (same in all supported versions). */
const MAX_EMITTED_BODY = 7_654_321;

/**
 * Names of memory and globals that the engine exports; helpers are exported under their names, and functions of the
 * contract under `FUNCTION_PREFIX` + theirs.
 */
export const EXPORT = {
  memory: "memory",
  exhausted: "exhausted",
  stack: "stack",
  tableIndex: "tableIndex",
  fatal: "fatal",
  pages: "pages",
} as const;
export const FUNCTION_PREFIX = "f:";

const KIND = { function: 0, memory: 2, global: 3 } as const;

/** A function to export: name in the contract and index in its function space. */
export interface FunctionExport {
  readonly name: string;
  readonly index: number;
}

function section(out: ByteWriter, id: number, content: ByteWriter): void {
  out.u8(id);
  out.u32(content.length);
  out.bytes(content.view());
}

function extendVector(content: ByteWriter, bytes: Uint8Array, raw: RawVector | undefined, extra: number): void {
  content.clear();
  content.u32((raw?.count ?? 0) + extra);
  if (raw !== undefined) content.copy(bytes, raw.content.start, raw.content.end);
}

function copySection(
  out: ByteWriter,
  content: ByteWriter,
  id: number,
  module: ParsedModule,
  raw: RawVector | undefined,
): void {
  if (raw === undefined) return;
  extendVector(content, module.bytes, raw, 0);
  section(out, id, content);
}

/** Indices of the additions. Imported globals do not exist here: they are refused before. */
export function addedIndices(module: ParsedModule): AddedIndices {
  const first = module.globals.length;
  return {
    gas: first,
    exhausted: first + 1,
    stack: first + 2,
    tableIndex: first + 3,
    fatal: first + 4,
    pages: first + 5,
    helpers: module.importedFunctionTypes.length + module.functionTypes.length,
  };
}

function globalSection(content: ByteWriter, module: ParsedModule): void {
  const types = [I64, I64, I32, I32, I32, I32];
  extendVector(content, module.bytes, module.raw.globals, types.length);
  types.forEach((type, index) => {
    const isPages = index === types.length - 1;
    content.u8(type);
    content.u8(1);
    content.constant(type === I64 ? OP.i64Const : OP.i32Const, isPages ? (module.memories?.[0]?.minimum ?? 0) : 0);
    content.u8(OP.end);
  });
}

function exportSection(content: ByteWriter, added: AddedIndices, functions: readonly FunctionExport[]): void {
  const entry = (name: string, kind: number, index: number): void => {
    content.name(name);
    content.u8(kind);
    content.u32(index);
  };
  const helpers = Object.keys(HELPERS);
  content.clear();
  content.u32(6 + helpers.length + functions.length);
  entry(EXPORT.memory, KIND.memory, 0);
  for (const name of [EXPORT.exhausted, EXPORT.stack, EXPORT.tableIndex, EXPORT.fatal, EXPORT.pages]) {
    entry(name, KIND.global, added[name]);
  }
  for (const [index, name] of helpers.entries()) entry(name, KIND.function, added.helpers + index);
  for (const { name, index } of functions) entry(FUNCTION_PREFIX + name, KIND.function, index);
}

function typeSection(content: ByteWriter, module: ParsedModule): void {
  extendVector(content, module.bytes, module.raw.types, HELPER_TYPES.length);
  for (const { params, results } of HELPER_TYPES) {
    content.u8(0x60);
    content.u32(params.length);
    content.bytes(Uint8Array.from(params));
    content.u32(results.length);
    content.bytes(Uint8Array.from(results));
  }
}

function functionSection(content: ByteWriter, module: ParsedModule): void {
  const helpers = Object.values(HELPERS);
  extendVector(content, module.bytes, module.raw.functions, helpers.length);
  for (const { type } of helpers) content.u32(module.types.length + type);
}

/** The segments as passive ones: the `load` helper copies them, into a new instance and into a cleared one alike. */
function dataSection(content: ByteWriter, module: ParsedModule): void {
  content.clear();
  content.u32(module.data.length);
  for (const { start, length } of module.data) {
    content.u8(1);
    content.u32(length);
    content.copy(module.bytes, start, start + length);
  }
}

function codeSection(
  module: ParsedModule,
  plans: readonly BodyPlan[],
  added: AddedIndices,
  allocate: number | undefined,
  owed: OwedGasWriter,
): ByteWriter {
  const content = new ByteWriter(module.bytes.length * 2);
  const body = new ByteWriter(65_536);
  const helpers = Object.values(HELPERS);
  const uncounted = uncountedFunctions(plans);
  content.u32(plans.length + helpers.length);
  plans.forEach((plan, i) => {
    body.clear();
    const type = module.types[module.functionTypes[i] as number] as FunctionType;
    const end = module.bodies[2 * i + 1] as number;
    const first = owed.next;
    emitBody(body, { bytes: module.bytes, end, result: type.result, counted: uncounted[i] === 0 }, plan, added, owed);
    if (body.length > MAX_EMITTED_BODY) throw new VmError("FailedGasMeteringInjection", "function is too large");
    content.u32(body.length);
    owed.shift(first, content.length);
    content.bytes(body.view());
  });
  for (const helper of helpers) {
    body.clear();
    helper.emit(body, added, module, allocate);
    content.u32(body.length);
    content.bytes(body.view());
  }
  return content;
}

/** A rewritten module, and what its loops owe at which of its bytes. */
export interface EmittedModule {
  readonly bytes: Uint8Array;
  readonly owed: OwedGas;
}

/** Emits the module with `plans`, one for each function, exporting `functions`. */
export function emitModule(
  module: ParsedModule,
  plans: readonly BodyPlan[],
  functions: readonly FunctionExport[],
): EmittedModule {
  const { bytes, raw } = module;
  const added = addedIndices(module);
  const out = new ByteWriter(bytes.length * 2);
  const content = new ByteWriter(4096);
  out.bytes(bytes.subarray(0, 8));

  typeSection(content, module);
  section(out, 1, content);
  copySection(out, content, 2, module, raw.imports);
  functionSection(content, module);
  section(out, 3, content);
  copySection(out, content, 4, module, raw.tables);

  content.clear();
  content.u32(1);
  content.u8(1);
  content.u32(realPages(module.memories?.[0]?.minimum ?? 0));
  content.u32(MAX_MEMORY_PAGES);
  section(out, 5, content);

  globalSection(content, module);
  section(out, 6, content);
  exportSection(content, added, functions);
  section(out, 7, content);
  copySection(out, content, 9, module, raw.elements);
  content.clear();
  content.u32(module.data.length);
  section(out, 12, content);
  const allocate = functions.find(({ name }) => name === "allocate")?.index;
  const owed = new OwedGasWriter(fastLoopRoom(bytes.length));
  const code = codeSection(module, plans, added, allocate, owed);
  section(out, 10, code);
  owed.shift(0, out.length - code.length);
  dataSection(content, module);
  section(out, 11, content);
  return { bytes: out.view().slice(), owed: owed.finish() };
}
