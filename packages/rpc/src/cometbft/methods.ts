/**
 * All methods of the CometBFT RPC by name (spec 04 §5.2).
 * @module
 */
import { abciMethods } from "./abci-methods.ts";
import { blockMethods } from "./block-methods.ts";
import { consensusMethods } from "./consensus-methods.ts";
import { infoMethods } from "./info-methods.ts";
import type { RpcMethod, RpcMethods } from "./method.ts";
import { txMethods } from "./tx-methods.ts";
import { unsafeMethods } from "./unsafe-methods.ts";

const methods: RpcMethods = {
  ...infoMethods,
  ...blockMethods,
  ...consensusMethods,
  ...txMethods,
  ...abciMethods,
  ...unsafeMethods,
};

export const methodNames: readonly string[] = Object.keys(methods).sort();

/** The method of that name, which may be any text. */
export function findMethod(name: string): RpcMethod | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}
