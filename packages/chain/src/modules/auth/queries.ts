/**
 * Queries of the auth module, all of `cosmos.auth.v1beta1.Query`.
 * @module
 */
import { cosmosAuth } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { type QueryRoute, queryRoute } from "../../baseapp/query-route.ts";
import { ACCOUNT_PREFIX, formatAddress, parseAddress, parseAddressOr } from "../../support/address.ts";
import { paginate } from "../../support/paginate.ts";
import { StatusError } from "../../support/status-error.ts";
import { type Account, decodeAccount, packAccount, toBaseAccount } from "./account.ts";
import { ACCOUNT_PREFIX_KEY, AUTH_STORE, type AuthKeeper } from "./keeper.ts";

const SERVICE = "cosmos.auth.v1beta1.Query";

function notFound(address: string): StatusError {
  return new StatusError("NotFound", `account ${address} not found`);
}

function accountOf(auth: AuthKeeper, ctx: Context, text: string): Account {
  if (text === "") throw new StatusError("InvalidArgument", "Address cannot be empty");
  const account = auth.getAccount(ctx, parseAddress(text));
  if (account === undefined) throw notFound(text);
  return account;
}

function accountsPage(ctx: Context, request: cosmosAuth.QueryAccountsRequest) {
  const { items, pagination } = paginate(
    ctx.kvStore(AUTH_STORE),
    ACCOUNT_PREFIX_KEY,
    request.pagination,
    (_key, value) => packAccount(decodeAccount(value)),
  );
  return { accounts: [...items], pagination };
}

function moduleAccounts(auth: AuthKeeper, ctx: Context) {
  const found = auth.moduleNames.flatMap((name) => auth.getAccount(ctx, auth.moduleAddress(name)) ?? []);
  return { accounts: found.map(packAccount) };
}

function moduleAccountByName(auth: AuthKeeper, ctx: Context, name: string) {
  if (name === "") throw new StatusError("InvalidArgument", "module name is empty");
  const account = auth.isModuleName(name) ? auth.getAccount(ctx, auth.moduleAddress(name)) : undefined;
  if (account === undefined) throw notFound(name);
  return { account: packAccount(account) };
}

function addressById(auth: AuthKeeper, ctx: Context, request: cosmosAuth.QueryAccountAddressByIDRequest) {
  if (request.id !== 0n) {
    throw new StatusError("InvalidArgument", "requesting with id isn't supported, try to request using account-id");
  }
  const address = auth.addressByNumber(ctx, request.accountId);
  if (address === undefined) {
    throw new StatusError("NotFound", `account address not found with account number ${request.accountId}`);
  }
  return { accountAddress: formatAddress(address) };
}

function bytesOfText(text: string): Uint8Array {
  if (text === "") throw new StatusError("InvalidArgument", "empty address string is not allowed");
  return parseAddressOr(text, (e) => new StatusError("InvalidArgument", e.message));
}

function textOfBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new StatusError("InvalidArgument", "empty address bytes is not allowed");
  return formatAddress(bytes);
}

/** Routes of the auth queries. */
export function authQueries(auth: AuthKeeper): readonly QueryRoute[] {
  const a = cosmosAuth;
  return [
    queryRoute(SERVICE, "Account", a.QueryAccountRequestSchema, a.QueryAccountResponseSchema, (ctx, { address }) => ({
      account: packAccount(accountOf(auth, ctx, address)),
    })),
    queryRoute(SERVICE, "Accounts", a.QueryAccountsRequestSchema, a.QueryAccountsResponseSchema, accountsPage),
    queryRoute(
      SERVICE,
      "AccountInfo",
      a.QueryAccountInfoRequestSchema,
      a.QueryAccountInfoResponseSchema,
      (ctx, request) => ({
        info: toBaseAccount(accountOf(auth, ctx, request.address)),
      }),
    ),
    queryRoute(
      SERVICE,
      "AccountAddressByID",
      a.QueryAccountAddressByIDRequestSchema,
      a.QueryAccountAddressByIDResponseSchema,
      (ctx, request) => addressById(auth, ctx, request),
    ),
    queryRoute(SERVICE, "Params", a.QueryParamsRequestSchema, a.QueryParamsResponseSchema, (ctx) => ({
      params: auth.getParams(ctx),
    })),
    queryRoute(
      SERVICE,
      "ModuleAccounts",
      a.QueryModuleAccountsRequestSchema,
      a.QueryModuleAccountsResponseSchema,
      (ctx) => moduleAccounts(auth, ctx),
    ),
    queryRoute(
      SERVICE,
      "ModuleAccountByName",
      a.QueryModuleAccountByNameRequestSchema,
      a.QueryModuleAccountByNameResponseSchema,
      (ctx, { name }) => moduleAccountByName(auth, ctx, name),
    ),
    queryRoute(SERVICE, "Bech32Prefix", a.Bech32PrefixRequestSchema, a.Bech32PrefixResponseSchema, () => ({
      bech32Prefix: ACCOUNT_PREFIX,
    })),
    queryRoute(
      SERVICE,
      "AddressBytesToString",
      a.AddressBytesToStringRequestSchema,
      a.AddressBytesToStringResponseSchema,
      (_ctx, { addressBytes }) => ({ addressString: textOfBytes(addressBytes) }),
    ),
    queryRoute(
      SERVICE,
      "AddressStringToBytes",
      a.AddressStringToBytesRequestSchema,
      a.AddressStringToBytesResponseSchema,
      (_ctx, { addressString }) => ({ addressBytes: bytesOfText(addressString) }),
    ),
  ];
}
