/**
 * Querier, gas and debug imports (spec 03 §1.4).
 * @module
 */
import type { CallContext } from "../runtime/context.ts";
import { WORK_PER_QUERY, WORK_PER_QUERY_BYTE } from "../runtime/host-work.ts";
import { type ImportDefinition, type ImportTable, pointers } from "./definition.ts";

const GAS_MULTIPLIER = 1_000n;
const CHECK_GAS = 8_192n;
const EVAPORATE_MINIMUM = 8_000n;

const lossyUtf8 = new TextDecoder("utf-8");

function queryChain(context: CallContext, pointer: number): number {
  const request = context.read(pointer, WORK_PER_QUERY_BYTE);
  const { response, externalGas } = context.host(
    (backend) => backend.query(request, context.remaining()),
    WORK_PER_QUERY,
  );
  context.externalGas += externalGas;
  return context.allocate(response);
}

/** Burns `amount` units of SDK gas. A negative amount is sign-extended and never fits. */
function gasEvaporate(context: CallContext, amount: number): number {
  const gas = BigInt.asUintN(64, BigInt(amount) * GAS_MULTIPLIER);
  context.charge(gas < EVAPORATE_MINIMUM ? EVAPORATE_MINIMUM : gas);
  return 0;
}

function checkGas(context: CallContext): bigint {
  context.charge(CHECK_GAS);
  return (context.gasLimit - context.remaining()) / GAS_MULTIPLIER;
}

function debug(context: CallContext, pointer: number): undefined {
  if (context.backend.debug === undefined) return undefined;
  const text = lossyUtf8.decode(context.read(pointer));
  context.host((backend) => backend.debug?.(text));
  return undefined;
}

const debugImport: ImportDefinition = {
  params: pointers(1),
  result: undefined,
  bind: (context) => (pointer) => debug(context, pointer as number),
};

export const ENVIRONMENT_IMPORTS: ImportTable = {
  query_chain: {
    params: pointers(1),
    result: "i32",
    bind: (context) => (request) => queryChain(context, request as number),
  },
  gas_evaporate: {
    params: pointers(1),
    result: "i32",
    bind: (context) => (amount) => gasEvaporate(context, amount as number),
  },
  check_gas: { params: [], result: "i64", bind: (context) => () => checkGas(context) },
  debug: debugImport,
  debug_print: debugImport,
};
