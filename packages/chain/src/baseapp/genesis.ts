/**
 * Genesis of all modules: app_state in and out.
 * @module
 */
import { bytesToUtf8, CodedError, LocalError } from "@enclavenet/common";
import { genesisError } from "../support/genesis-json.ts";
import type { JsonValue } from "../support/json-value.ts";
import type { Context } from "./context.ts";
import type { ChainModule } from "./module.ts";

function parseAppState(bytes: Uint8Array): { readonly [key: string]: JsonValue } {
  try {
    const value: unknown = JSON.parse(bytesToUtf8(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as { readonly [key: string]: JsonValue };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof LocalError)) throw error;
  }
  throw genesisError("app_state is not a JSON object");
}

/** Gives every module its part of app_state. Parts of modules that do not exist are ignored, as the SDK does. */
export function initGenesis(modules: readonly ChainModule[], ctx: Context, appState: Uint8Array): void {
  const genesis = parseAppState(appState);
  for (const module of modules) {
    const state = genesis[module.name];
    if (state === undefined) continue;
    try {
      module.initGenesis?.(ctx, state);
    } catch (error) {
      if (CodedError.isCoded(error)) throw genesisError(`${module.name}: ${error.message}`);
      throw error;
    }
  }
}

/** app_state that continues from the state of `ctx`. */
export function exportGenesis(modules: readonly ChainModule[], ctx: Context): JsonValue {
  const entries = modules.flatMap((module) =>
    module.exportGenesis === undefined ? [] : [[module.name, module.exportGenesis(ctx)] as const],
  );
  return Object.fromEntries(entries);
}
