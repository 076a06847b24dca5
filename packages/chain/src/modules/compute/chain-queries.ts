/**
 * Queries that contracts ask of the chain: JSON of a QueryRequest in, JSON of a SystemResult out.
 *
 * Spec: 03 §4.6 (shapes, errors), §3.2 (gas: a fresh meter of what the contract has left, charged to the caller).
 * @module
 */
import { bytesToUtf8, CodedError, toBase64, toUpperHex, utf8ToBytes } from "@enclavenet/common";
import { BasicGasMeter } from "@enclavenet/store";
import { type JsonValue, serializeJson } from "@enclavenet/wire";
import type { Context } from "../../baseapp/context.ts";
import { formatAddress, parseAddressOr } from "../../support/address.ts";
import { amountOf, type Coin } from "../../support/coins.ts";
import { ErrInvalidAddress } from "../../support/sdk-errors.ts";
import { StatusError } from "../../support/status-error.ts";
import type { BankKeeper } from "../bank/keeper.ts";
import { base64Field, type JsonObject, parseObject, soleVariant, textField } from "./dispatch/json.ts";
import { GAS_MULTIPLIER } from "./gas.ts";
import type { ComputeKeeper } from "./keeper.ts";
import { STARGATE_QUERIES } from "./stargate-queries.ts";
import { ComputeStore } from "./store.ts";

/** What queries of contracts need. */
export interface ChainQueryTools {
  readonly bank: BankKeeper;
  readonly keeper: ComputeKeeper;
  /** A gRPC query method, if it exists; asked for late. */
  readonly route: (path: string) => ((ctx: Context, request: Uint8Array) => Uint8Array) | undefined;
}

/** A question that the contract's own error type has a case for. */
class SystemError extends Error {
  override readonly name = "SystemError";
  readonly json: JsonObject;

  constructor(json: JsonObject) {
    super("system error");
    this.json = json;
  }
}

function unsupported(kind: string): SystemError {
  return new SystemError({ unsupported_request: { kind } });
}

type Handler = (tools: ChainQueryTools, ctx: Context, fields: JsonObject, depth: number) => Uint8Array;

function json(value: JsonValue): Uint8Array {
  return utf8ToBytes(serializeJson(value));
}

function coinJson({ denom, amount }: Coin): JsonObject {
  return { denom, amount: amount.toString() };
}

function address(fields: JsonObject, key: string): Uint8Array {
  const text = textField(fields, key);
  return parseAddressOr(text, () => ErrInvalidAddress.wrap(text));
}

/** Upstream reads all balances for one; the gas grows with them. */
const balance: Handler = ({ bank }, ctx, fields) => {
  const denom = textField(fields, "denom");
  const amount = amountOf(bank.balances(ctx, address(fields, "address")), denom);
  return json({ amount: coinJson({ denom, amount }) });
};

const allBalances: Handler = ({ bank }, ctx, fields) =>
  json({ amount: bank.balances(ctx, address(fields, "address")).map(coinJson) });

const smart: Handler = ({ keeper }, ctx, fields, depth) =>
  keeper.query(ctx, address(fields, "contract_addr"), base64Field(fields, "msg"), depth);

const raw: Handler = (_tools, ctx, fields) => {
  const key = base64Field(fields, "key");
  const value = new ComputeStore(ctx).stateRecord(address(fields, "contract_addr"), key);
  return json(value === undefined ? [] : [{ Key: toUpperHex(key), Value: toBase64(value) }]);
};

const contractInfo: Handler = ({ keeper }, ctx, fields) => {
  const info = keeper.contractInfo(ctx, address(fields, "contract_addr"));
  const port: JsonObject = info.ibcPortId === "" ? {} : { ibc_port: info.ibcPortId };
  return json({ code_id: info.codeId, creator: formatAddress(info.creator), pinned: false, ...port });
};

/** A query of a module that this chain does not run yet. */
function withoutModule(name: string): Handler {
  return () => {
    throw unsupported(name);
  };
}

const STAKING = [
  "bonded_denom",
  "validators",
  "all_validators",
  "validator",
  "all_delegations",
  "delegation",
  "unbonding_delegations",
].map((kind) => `staking.${kind}`);
const OTHERS = ["dist.rewards", "mint.inflation", "mint.bonded_ratio", "gov.proposals"];
const IBC = ["port_id", "list_channels", "channel"].map((kind) => `ibc.${kind}`);

/**
 * THE table of the queries that contracts may ask, by `module.kind`; all run on the throw-away branch with its own meter.
 * Which fields they have is decided in the enclave. Besides them there are `stargate` and `custom`.
 */
const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ["bank.balance", balance],
  ["bank.all_balances", allBalances],
  ["wasm.smart", smart],
  ["wasm.raw", raw],
  ["wasm.contract_info", contractInfo],
  ...[...STAKING, ...OTHERS, ...IBC].map((name) => [name, withoutModule(name)] as const),
]);

function stargate(tools: ChainQueryTools, ctx: Context, fields: JsonObject): Uint8Array {
  const path = textField(fields, "path");
  if (!STARGATE_QUERIES.has(path)) throw unsupported(`query path '${path}' is not allowed from the contract`);
  const handle = tools.route(path);
  // Allowed, but its module does not exist here.
  if (handle === undefined) throw unsupported(`No route to query '${path}'`);
  return handle(ctx, base64Field(fields, "data"));
}

/** Runs `query` on a branch that is dropped, under a meter of its own; the caller pays what it used. */
function onSubMeter(ctx: Context, gasLimit: bigint, query: (sub: Context) => Uint8Array): Uint8Array {
  const meter = new BasicGasMeter(gasLimit / GAS_MULTIPLIER);
  try {
    return query(ctx.branch().ctx.with({ gasMeter: meter }));
  } finally {
    ctx.gasMeter.consumeGas(meter.gasConsumed(), "contract sub-query");
  }
}

function answer(
  tools: ChainQueryTools,
  ctx: Context,
  request: Uint8Array,
  depth: number,
  gasLimit: bigint,
): Uint8Array {
  const [module, body] = soleVariant(parseObject(bytesToUtf8(request), "query"), "query");
  if (module === "custom") throw unsupported("custom");
  // Upstream runs these on the caller's own meter.
  if (module === "stargate") return stargate(tools, ctx.branch().ctx, body);
  const [kind, fields] = soleVariant(body, "query");
  const name = `${module}.${kind}`;
  const handler = HANDLERS.get(name);
  if (handler === undefined) throw unsupported(name);
  return onSubMeter(ctx, gasLimit, (sub) => handler(tools, sub, fields, depth));
}

/** Serves one query. Errors become part of the answer, except running out of gas and failures of this machine. */
export function queryChain(
  tools: ChainQueryTools,
  ctx: Context,
  request: Uint8Array,
  depth: number,
  gasLimit: bigint,
): Uint8Array {
  try {
    return json({ Ok: { Ok: toBase64(answer(tools, ctx, request, depth, gasLimit)) } });
  } catch (error) {
    if (error instanceof SystemError) return json({ Err: error.json });
    if (CodedError.isCoded(error) || error instanceof StatusError) {
      return json({ Ok: { Err: { generic_err: { msg: error.message } } } });
    }
    throw error;
  }
}
