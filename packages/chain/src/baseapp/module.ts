/**
 * What a module gives to the application. The only list of modules is `registry.ts`.
 * @module
 */
import type { ValidatorUpdate } from "@enclavenet/abci";
import type { JsonValue } from "../support/json-value.ts";
import type { Context } from "./context.ts";
import type { MessageRoute } from "./message-route.ts";
import type { QueryRoute } from "./query-route.ts";

/** An account of a module: its name, what it may do, and whether users may send to it (spec 04 §4.2). */
export interface ModuleAccountPermission {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly receivesFunds: boolean;
}

export interface ChainModule {
  /** Key of its genesis state. */
  readonly name: string;
  readonly messages: readonly MessageRoute[];
  readonly queries: readonly QueryRoute[];
  /** Writes the state of `app_state.<name>`; throws a coded error when it is not acceptable. */
  initGenesis?(ctx: Context, state: JsonValue): void;
  exportGenesis?(ctx: Context): JsonValue;
  beginBlock?(ctx: Context): void;
  /** Changes of the validator set, if any. */
  endBlock?(ctx: Context): readonly ValidatorUpdate[];
}
