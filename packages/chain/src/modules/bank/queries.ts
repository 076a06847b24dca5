/**
 * Queries of the bank module, all of `cosmos.bank.v1beta1.Query`.
 * @module
 */
import { bytesToUtf8 } from "@enclavenet/common";
import { cosmosBank, decode } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { type QueryRoute, queryRoute } from "../../baseapp/query-route.ts";
import { formatAddress, parseAddressOr } from "../../support/address.ts";
import { type CoinText, isValidDenom } from "../../support/coins.ts";
import { paginate } from "../../support/paginate.ts";
import { StatusError } from "../../support/status-error.ts";
import {
  BANK_STORE,
  BankStore,
  balancesPrefix,
  decodeAmount,
  METADATA_PREFIX,
  ownersPrefix,
  SEND_ENABLED_PREFIX,
  SUPPLY_PREFIX,
} from "./store.ts";

const SERVICE = "cosmos.bank.v1beta1.Query";

function address(text: string): Uint8Array {
  return parseAddressOr(text, (e) => new StatusError("InvalidArgument", `invalid address: ${e.message}`));
}

function demandDenom(denom: string): void {
  if (!isValidDenom(denom)) throw new StatusError("InvalidArgument", `invalid denom: ${denom}`);
}

function balanceOf(ctx: Context, request: { readonly address: string; readonly denom: string }): CoinText {
  demandDenom(request.denom);
  const amount = new BankStore(ctx).balance(address(request.address), request.denom);
  return { denom: request.denom, amount: amount.toString() };
}

function balancePage(
  ctx: Context,
  request: cosmosBank.QueryAllBalancesRequest | cosmosBank.QuerySpendableBalancesRequest,
) {
  const { items, pagination } = paginate(
    ctx.kvStore(BANK_STORE),
    balancesPrefix(address(request.address)),
    request.pagination,
    (key, value): CoinText => ({ denom: bytesToUtf8(key), amount: decodeAmount(value).toString() }),
  );
  return { balances: [...items], pagination };
}

function metadataOf(ctx: Context, denom: string): cosmosBank.Metadata {
  if (denom === "") throw new StatusError("InvalidArgument", "invalid denom");
  const metadata = new BankStore(ctx).metadata(denom);
  if (metadata === undefined) throw new StatusError("NotFound", `client metadata for denom ${denom}`);
  return metadata;
}

function ownersPage(
  ctx: Context,
  request: cosmosBank.QueryDenomOwnersRequest | cosmosBank.QueryDenomOwnersByQueryRequest,
) {
  demandDenom(request.denom);
  const store = new BankStore(ctx);
  const { items, pagination } = paginate(
    ctx.kvStore(BANK_STORE),
    ownersPrefix(request.denom),
    request.pagination,
    (key) => {
      const owner = key.slice(1);
      const amount = store.balance(owner, request.denom).toString();
      return { address: formatAddress(owner), balance: { denom: request.denom, amount } };
    },
  );
  return { denomOwners: [...items], pagination };
}

function sendEnabledOf(ctx: Context, request: cosmosBank.QuerySendEnabledRequest) {
  const store = new BankStore(ctx);
  if (request.denoms.length > 0) {
    const flags = request.denoms.map((denom) => ({ denom, enabled: store.sendEnabled(denom) }));
    return { sendEnabled: flags.flatMap(({ denom, enabled }) => (enabled === undefined ? [] : [{ denom, enabled }])) };
  }
  const { items, pagination } = paginate(
    ctx.kvStore(BANK_STORE),
    SEND_ENABLED_PREFIX,
    request.pagination,
    (key, value) => ({ denom: bytesToUtf8(key), enabled: value[0] === 1 }),
  );
  return { sendEnabled: [...items], pagination };
}

function supplyPage(ctx: Context, request: cosmosBank.QueryTotalSupplyRequest) {
  const { items, pagination } = paginate(
    ctx.kvStore(BANK_STORE),
    SUPPLY_PREFIX,
    request.pagination,
    (key, value): CoinText => ({ denom: bytesToUtf8(key), amount: decodeAmount(value).toString() }),
  );
  return { supply: [...items], pagination };
}

function metadataPage(ctx: Context, request: cosmosBank.QueryDenomsMetadataRequest) {
  const { items, pagination } = paginate(ctx.kvStore(BANK_STORE), METADATA_PREFIX, request.pagination, (_key, value) =>
    decode(cosmosBank.MetadataSchema, value),
  );
  return { metadatas: [...items], pagination };
}

/** Routes of the bank queries. */
export function bankQueries(): readonly QueryRoute[] {
  const b = cosmosBank;
  return [
    queryRoute(SERVICE, "Balance", b.QueryBalanceRequestSchema, b.QueryBalanceResponseSchema, (ctx, request) => ({
      balance: balanceOf(ctx, request),
    })),
    queryRoute(SERVICE, "AllBalances", b.QueryAllBalancesRequestSchema, b.QueryAllBalancesResponseSchema, balancePage),
    queryRoute(
      SERVICE,
      "SpendableBalances",
      b.QuerySpendableBalancesRequestSchema,
      b.QuerySpendableBalancesResponseSchema,
      balancePage,
    ),
    queryRoute(
      SERVICE,
      "SpendableBalanceByDenom",
      b.QuerySpendableBalanceByDenomRequestSchema,
      b.QuerySpendableBalanceByDenomResponseSchema,
      (ctx, request) => ({ balance: balanceOf(ctx, request) }),
    ),
    queryRoute(SERVICE, "TotalSupply", b.QueryTotalSupplyRequestSchema, b.QueryTotalSupplyResponseSchema, supplyPage),
    queryRoute(SERVICE, "SupplyOf", b.QuerySupplyOfRequestSchema, b.QuerySupplyOfResponseSchema, (ctx, { denom }) => {
      demandDenom(denom);
      return { amount: { denom, amount: new BankStore(ctx).supply(denom).toString() } };
    }),
    queryRoute(SERVICE, "Params", b.QueryParamsRequestSchema, b.QueryParamsResponseSchema, (ctx) => ({
      params: new BankStore(ctx).params(),
    })),
    queryRoute(
      SERVICE,
      "DenomsMetadata",
      b.QueryDenomsMetadataRequestSchema,
      b.QueryDenomsMetadataResponseSchema,
      metadataPage,
    ),
    queryRoute(
      SERVICE,
      "DenomMetadata",
      b.QueryDenomMetadataRequestSchema,
      b.QueryDenomMetadataResponseSchema,
      (ctx, r) => ({
        metadata: metadataOf(ctx, r.denom),
      }),
    ),
    queryRoute(
      SERVICE,
      "DenomMetadataByQueryString",
      b.QueryDenomMetadataByQueryStringRequestSchema,
      b.QueryDenomMetadataByQueryStringResponseSchema,
      (ctx, request) => ({ metadata: metadataOf(ctx, request.denom) }),
    ),
    queryRoute(SERVICE, "DenomOwners", b.QueryDenomOwnersRequestSchema, b.QueryDenomOwnersResponseSchema, ownersPage),
    queryRoute(
      SERVICE,
      "DenomOwnersByQuery",
      b.QueryDenomOwnersByQueryRequestSchema,
      b.QueryDenomOwnersByQueryResponseSchema,
      ownersPage,
    ),
    queryRoute(
      SERVICE,
      "SendEnabled",
      b.QuerySendEnabledRequestSchema,
      b.QuerySendEnabledResponseSchema,
      sendEnabledOf,
    ),
  ];
}
