/**
 * Keeper of accounts, account numbers, module accounts and the auth parameters. Store access follows the SDK's
 * collections step by step, because every access is charged.
 *
 * Spec: 04 §1.4 (parameters), §4.2 (module accounts), §7.1 (store `acc`).
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { be64, utf8ToBytes } from "@enclavenet/common";
import { cosmosAuth, decode, encode } from "@enclavenet/proto";
import { prefixEnd } from "@enclavenet/store";
import type { Context } from "../../baseapp/context.ts";
import type { ModuleAccountPermission } from "../../baseapp/module.ts";
import { ChainPanic } from "../../support/errors.ts";
import { fromBe64, prefixed } from "../../support/keys.ts";
import { memoizedBytes } from "../../support/memo.ts";
import type { ChainPrimitives } from "../../support/primitives.ts";
import { type Account, decodeAccount, encodeAccount } from "./account.ts";

/** Store of the auth module. */
export const AUTH_STORE = "acc";

/** Name of the account that collects fees. */
export const FEE_COLLECTOR = "fee_collector";

const PARAMS_KEY = Uint8Array.of(0);
/** Prefix of accounts by address. */
export const ACCOUNT_PREFIX_KEY = Uint8Array.of(1);
const NEXT_NUMBER_KEY = Uint8Array.of(2);
const NUMBER_INDEX_PREFIX = utf8ToBytes("accountNumber");

/** Exactly the values of spec 04 §1.4. */
export const DEFAULT_AUTH_PARAMS = {
  maxMemoCharacters: 256n,
  txSigLimit: 7n,
  txSizeCostPerByte: 10n,
  sigVerifyCostEd25519: 590n,
  sigVerifyCostSecp256k1: 1000n,
} as const;

const decodeParams = memoizedBytes(4, (bytes) => decode(cosmosAuth.ParamsSchema, bytes));

/** Address of a module's account: the first 20 bytes of SHA-256 of its name. */
export function moduleAddress(primitives: Pick<ChainPrimitives, "sha256">, name: string): Uint8Array {
  return primitives.sha256(utf8ToBytes(name)).slice(0, 20);
}

export class AuthKeeper {
  readonly #modules: ReadonlyMap<string, ModuleAccountPermission & { readonly address: Uint8Array }>;

  constructor(primitives: ChainPrimitives, permissions: readonly ModuleAccountPermission[]) {
    this.#modules = new Map(
      permissions.map((entry) => [entry.name, { ...entry, address: moduleAddress(primitives, entry.name) }]),
    );
  }

  getAccount(ctx: Context, address: Uint8Array): Account | undefined {
    const bytes = ctx.kvStore(AUTH_STORE).get(prefixed(ACCOUNT_PREFIX_KEY, address));
    return bytes === undefined ? undefined : decodeAccount(bytes);
  }

  hasAccount(ctx: Context, address: Uint8Array): boolean {
    return ctx.kvStore(AUTH_STORE).has(prefixed(ACCOUNT_PREFIX_KEY, address));
  }

  /** Stores the account and its entry in the unique index of account numbers. */
  setAccount(ctx: Context, account: Account): void {
    const store = ctx.kvStore(AUTH_STORE);
    const key = prefixed(ACCOUNT_PREFIX_KEY, account.address);
    const old = store.get(key);
    if (old !== undefined) store.delete(prefixed(NUMBER_INDEX_PREFIX, be64(decodeAccount(old).accountNumber)));
    const indexKey = prefixed(NUMBER_INDEX_PREFIX, be64(account.accountNumber));
    if (store.has(indexKey)) throw new ChainPanic("uniqueness constraint violation of the account number");
    store.set(indexKey, account.address);
    store.set(key, encodeAccount(account));
  }

  /** An account with the next number; not stored yet. */
  newAccount(ctx: Context, address: Uint8Array, module?: Account["module"]): Account {
    return { address, publicKey: undefined, accountNumber: this.nextAccountNumber(ctx), sequence: 0n, module };
  }

  nextAccountNumber(ctx: Context): bigint {
    const store = ctx.kvStore(AUTH_STORE);
    const bytes = store.get(NEXT_NUMBER_KEY);
    const next = bytes === undefined ? 0n : fromBe64(bytes);
    store.set(NEXT_NUMBER_KEY, be64(next + 1n));
    return next;
  }

  /** Address of an account number, if there is one. */
  addressByNumber(ctx: Context, number: bigint): Uint8Array | undefined {
    return ctx.kvStore(AUTH_STORE).get(prefixed(NUMBER_INDEX_PREFIX, be64(number)));
  }

  /** All accounts in the order of their address bytes. */
  accounts(ctx: Context): Account[] {
    const range = ctx.kvStore(AUTH_STORE).iterator(ACCOUNT_PREFIX_KEY, prefixEnd(ACCOUNT_PREFIX_KEY));
    return Array.from(range, ([, value]) => decodeAccount(value));
  }

  /** Address of a module's account. Throws {@link ChainPanic} for a name without permissions. */
  moduleAddress(name: string): Uint8Array {
    return this.#module(name).address;
  }

  /** Names of all module accounts, sorted. */
  get moduleNames(): readonly string[] {
    return [...this.#modules.keys()].sort();
  }

  isModuleName(name: string): boolean {
    return this.#modules.has(name);
  }

  /** The module's account; created when it is used for the first time. */
  getModuleAccount(ctx: Context, name: string): Account {
    const { address, permissions } = this.#module(name);
    const existing = this.getAccount(ctx, address);
    if (existing !== undefined) {
      if (existing.module === undefined) throw new ChainPanic("account is not a module account");
      return existing;
    }
    const account = this.newAccount(ctx, address, { name, permissions });
    this.setAccount(ctx, account);
    return account;
  }

  getParams(ctx: Context): cosmosAuth.Params {
    const bytes = ctx.kvStore(AUTH_STORE).get(PARAMS_KEY);
    return bytes === undefined ? create(cosmosAuth.ParamsSchema) : decodeParams(bytes);
  }

  setParams(ctx: Context, params: cosmosAuth.Params): void {
    ctx.kvStore(AUTH_STORE).set(PARAMS_KEY, encode(cosmosAuth.ParamsSchema, params));
  }

  #module(name: string): ModuleAccountPermission & { readonly address: Uint8Array } {
    const entry = this.#modules.get(name);
    if (entry === undefined) throw new ChainPanic(`module account ${name} does not exist`);
    return entry;
  }
}
