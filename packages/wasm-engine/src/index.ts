/**
 * CosmWasm VM on V8: validation, instrumentation, memory regions, host imports.
 * @module
 */
export * from "./backend.ts";
export { type CheckOptions, checkWasm, type WasmReport } from "./compatibility.ts";
export * from "./errors.ts";
export { requiredStackBytes, STACK_LIMIT_SLOTS } from "./instrument/stack-weight.ts";
export { call } from "./runtime/call.ts";
export { type CompiledModule, compileModule } from "./runtime/compile.ts";
export { type InstanceMode, InstancePool } from "./runtime/instance-pool.ts";
export { assertStackCapacity } from "./runtime/stack-probe.ts";
export type * from "./runtime/types.ts";
