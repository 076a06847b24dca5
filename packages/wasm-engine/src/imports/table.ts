/**
 * All imports, and how a module's import section is linked: leniently by name, strictly by signature (spec 03 §1.4).
 * @module
 */
import { VmError } from "../errors.ts";
import { BLOCK_EMPTY, I32, I64 } from "../parser/opcodes.ts";
import type { FunctionType, ImportEntry } from "../parser/types.ts";
import type { CallContext } from "../runtime/context.ts";
import type { WasmFunction } from "../v8.ts";
import { ADDRESS_IMPORTS } from "./addresses.ts";
import { CRYPTO_IMPORTS } from "./crypto.ts";
import type { ImportDefinition, ImportType } from "./definition.ts";
import { ENVIRONMENT_IMPORTS } from "./environment.ts";
import { STATE_IMPORTS } from "./state.ts";

const IMPORT_MODULE = "env";

const IMPORTS: ReadonlyMap<string, ImportDefinition> = new Map(
  Object.entries({ ...STATE_IMPORTS, ...ADDRESS_IMPORTS, ...CRYPTO_IMPORTS, ...ENVIRONMENT_IMPORTS }),
);

/** An import of a module, by name: all that is needed to link an instance. */
export interface LinkedImport {
  readonly module: string;
  readonly name: string;
}

function typeCode(type: ImportType | undefined): number {
  return type === undefined ? BLOCK_EMPTY : type === "i32" ? I32 : I64;
}

function definitionOf(entry: LinkedImport): ImportDefinition | undefined {
  return entry.module === IMPORT_MODULE ? IMPORTS.get(entry.name) : undefined;
}

function fits(definition: ImportDefinition, type: FunctionType): boolean {
  return (
    type.params.length === definition.params.length &&
    definition.params.every((param, i) => typeCode(param) === type.params[i]) &&
    type.result === typeCode(definition.result)
  );
}

/** Checks the signatures of the known imports; a wrong one fails the call as linking does. */
export function linkImports(imports: readonly ImportEntry[], types: readonly FunctionType[]): LinkedImport[] {
  return imports.map((entry) => {
    if (entry.kind !== "function") throw new VmError("InvalidWasm", "import is not a function");
    const definition = definitionOf(entry);
    if (definition !== undefined && !fits(definition, types[entry.typeIndex] as FunctionType)) {
      throw new VmError("FailedFunctionCall", "import has another signature");
    }
    return { module: entry.module, name: entry.name };
  });
}

function missingImport(): never {
  throw new VmError("FailedFunctionCall", "import does not exist");
}

/** The import object of one call. An unknown import fails when it is called. */
export function bindImports(
  imports: readonly LinkedImport[],
  context: CallContext,
): Record<string, Record<string, WasmFunction>> {
  // Names come from the contract: no prototype, so that none of them is special.
  const modules = Object.create(null) as Record<string, Record<string, WasmFunction>>;
  for (const entry of imports) {
    modules[entry.module] ??= Object.create(null) as Record<string, WasmFunction>;
    const functions = modules[entry.module] as Record<string, WasmFunction>;
    functions[entry.name] ??= definitionOf(entry)?.bind(context) ?? missingImport;
  }
  return modules;
}
