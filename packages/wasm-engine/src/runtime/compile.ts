/**
 * From the bytes of a contract to a module that can be called: parse, check, instrument, compile (spec 03 §1.1, §2).
 * @module
 */
import { VmError, WasmFormatError } from "../errors.ts";
import { type LinkedImport, linkImports } from "../imports/table.ts";
import { analyzeBody, importsFloats, moduleTypes } from "../instrument/analyze.ts";
import type { BodyPlan } from "../instrument/body-plan.ts";
import { EffortMeter } from "../instrument/effort.ts";
import { emitModule, type FunctionExport } from "../instrument/emit-module.ts";
import { MAX_MEMORY_PAGES, PAGE_BYTES } from "../instrument/gas-rules.ts";
import type { OwedGas } from "../instrument/owed-gas.ts";
import { I32 } from "../parser/opcodes.ts";
import { parseModule } from "../parser/parse.ts";
import type { FunctionType, ParsedModule, Segment } from "../parser/types.ts";
import { V8, type WasmModule } from "../v8.ts";
import { CALLABLE_EXPORTS } from "./entry-points.ts";
import type { ApiVersion } from "./types.ts";
import { assertVectors } from "./vector-probe.ts";

/** A contract ready to be called. Plain data and a `WebAssembly.Module`: it can be posted to worker threads. */
export interface CompiledModule {
  readonly apiVersion: ApiVersion;
  /** The contract exports `requires_random`. */
  readonly requiresRandom: boolean;
  /** The float check of spec 03 §2.2. Only an instantiation refuses; the caller decides. */
  readonly hasFloats: boolean;
  readonly wasm: WasmModule;
  readonly imports: readonly LinkedImport[];
  /** Callable exports and their number of arguments. */
  readonly callable: ReadonlyMap<string, number>;
  /** 1 where the function table holds a function; nothing can change it at run time. */
  readonly filledTable: Uint8Array;
  /** Gas that loops owe when they trap. */
  readonly owed: OwedGas;
  /** Pages that the contract's memory starts with; the real memory of an instance has some more. */
  readonly initialPages: number;
  /** Sizes before and after the rewriting, for benches and caches. */
  readonly size: { readonly original: number; readonly instrumented: number };
}

function apiVersion(module: ParsedModule): ApiVersion {
  for (const { name } of module.exports) {
    if (name === "cosmwasm_vm_version_3") return "v0.10";
    if (name === "interface_version_8") return "v1";
  }
  throw new VmError("InvalidWasm", "no interface version");
}

function checkSegments(segments: readonly Segment[], size: number): void {
  for (const { offset, length } of segments) {
    if (offset === undefined) throw new VmError("InvalidWasm", "segment without constant offset");
    if (offset + length > size) throw new VmError("InvalidWasm", "segment is out of bounds");
  }
}

/** Run-time rules of spec 03 §2.1, and what must hold so that instantiation cannot fail later. */
function checkStructure(module: ParsedModule): void {
  const memory = module.memories?.[0];
  if (memory === undefined || module.memories?.length !== 1) throw new VmError("InvalidWasm", "not exactly one memory");
  if (memory.minimum > MAX_MEMORY_PAGES) throw new VmError("CannotInitializeWasmMemory");
  if (module.hasStart) throw new VmError("WasmModuleWithStart");
  if (module.globals.some((global) => global.initFromGlobal)) {
    throw new VmError("InvalidWasm", "global without constant value");
  }
  checkSegments(module.data, memory.minimum * PAGE_BYTES);
  checkSegments(module.elements, module.tables[0]?.minimum ?? 0);
}

function filledTable(module: ParsedModule): Uint8Array {
  const filled = new Uint8Array(module.tables[0]?.minimum ?? 0);
  for (const { offset, length } of module.elements) filled.fill(1, offset ?? 0, (offset ?? 0) + length);
  return filled;
}

/** Exports the engine may call: functions of the module itself with the right signature. Others count as missing. */
function callableExports(module: ParsedModule, types: readonly FunctionType[]): FunctionExport[] {
  return module.exports.filter(({ name, kind, index }) => {
    const argumentCounts = CALLABLE_EXPORTS.get(name);
    const type = types[index];
    return (
      argumentCounts !== undefined &&
      kind === "function" &&
      index >= module.importedFunctionTypes.length &&
      type !== undefined &&
      type.result === I32 &&
      argumentCounts.includes(type.params.length) &&
      type.params.every((param) => param === I32)
    );
  });
}

function planBodies(module: ParsedModule): { plans: BodyPlan[]; hasFloats: boolean; functions: FunctionType[] } {
  const types = moduleTypes(module);
  const plans: BodyPlan[] = [];
  const effort = new EffortMeter();
  for (let i = 0; i < module.functionTypes.length; i++) {
    const one = analyzeBody(types, i);
    effort.add(one);
    plans.push(one);
  }
  const hasFloats = importsFloats(types) || plans.some((plan) => plan.hasFloats);
  return { plans, hasFloats, functions: [...types.functions] };
}

function parse(wasm: Uint8Array): ParsedModule {
  try {
    return parseModule(wasm);
  } catch (error) {
    if (error instanceof WasmFormatError) throw new VmError("InvalidWasm", error.message);
    throw error;
  }
}

function plan(module: ParsedModule): ReturnType<typeof planBodies> {
  try {
    return planBodies(module);
  } catch (error) {
    if (error instanceof WasmFormatError) throw new VmError("InvalidWasm", error.message);
    throw error;
  }
}

/** Parses, validates, instruments and compiles a contract. Throws {@link VmError}; no gas is used by then. */
export function compileModule(wasm: Uint8Array): CompiledModule {
  const module = parse(wasm);
  const version = apiVersion(module);
  checkStructure(module);
  const imports = linkImports(module.imports, module.types);
  const { plans, hasFloats, functions } = plan(module);
  if (!V8.validate(wasm)) throw new VmError("InvalidWasm", "validation failed");
  const exports = callableExports(module, functions);
  const { bytes, owed } = emitModule(module, plans, exports);
  return {
    apiVersion: version,
    requiresRandom: module.exports.some(({ name }) => name === "requires_random"),
    hasFloats,
    wasm: compile(bytes),
    imports,
    callable: new Map(exports.map(({ name, index }) => [name, functions[index]?.params.length ?? 0])),
    filledTable: filledTable(module),
    owed,
    initialPages: module.memories?.[0]?.minimum ?? 0,
    size: { original: wasm.length, instrumented: bytes.length },
  };
}

function compile(instrumented: Uint8Array): WasmModule {
  try {
    return new V8.Module(instrumented);
  } catch (error) {
    if (!(error instanceof V8.CompileError)) throw error;
    assertVectors();
    throw new VmError("FailedGasMeteringInjection", error.message);
  }
}
