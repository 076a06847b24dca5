/**
 * Layout of the bank store: supply, metadata, balances with an index by denomination, send-enabled flags, parameters.
 * Store access follows the SDK's collections step by step, because every access is charged.
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { bytesToUtf8, utf8ToBytes } from "@enclavenet/common";
import { cosmosBank, decode, encode } from "@enclavenet/proto";
import { type KVStore, prefixEnd } from "@enclavenet/store";
import type { Context } from "../../baseapp/context.ts";
import type { Coin } from "../../support/coins.ts";
import { lengthPrefixed, prefixed } from "../../support/keys.ts";
import { memoizedText } from "../../support/memo.ts";

/** Store of the bank module. */
export const BANK_STORE = "bank";

/** Prefix of supplies by denomination. */
export const SUPPLY_PREFIX = Uint8Array.of(0x00);
/** Prefix of metadata by denomination. */
export const METADATA_PREFIX = Uint8Array.of(0x01);
const BALANCES_PREFIX = 0x02;
const DENOM_INDEX_PREFIX = 0x03;
/** Prefix of send-enabled flags by denomination. */
export const SEND_ENABLED_PREFIX = Uint8Array.of(0x04);
const PARAMS_KEY = Uint8Array.of(0x05);

const EMPTY = new Uint8Array(0);
const NUL = Uint8Array.of(0);

/** Prefix of all balances of an address. */
export function balancesPrefix(address: Uint8Array): Uint8Array {
  return prefixed(BALANCES_PREFIX, lengthPrefixed(address));
}

/** Prefix of all owners of a denomination. */
export function ownersPrefix(denom: string): Uint8Array {
  return prefixed(DENOM_INDEX_PREFIX, utf8ToBytes(denom), NUL);
}

/** PERF: a transaction makes a dozen keys of one or two denominations. */
const denomBytes = memoizedText(64, utf8ToBytes);

function balanceKey(address: Uint8Array, denom: string): Uint8Array {
  return prefixed(BALANCES_PREFIX, lengthPrefixed(address), denomBytes(denom));
}

function ownerKey(denom: string, address: Uint8Array): Uint8Array {
  return prefixed(DENOM_INDEX_PREFIX, denomBytes(denom), NUL, lengthPrefixed(address));
}

/** Amounts are stored as decimal text. */
export function decodeAmount(bytes: Uint8Array): bigint {
  return BigInt(bytesToUtf8(bytes));
}

function encodeAmount(amount: bigint): Uint8Array {
  return utf8ToBytes(amount.toString());
}

/** Typed access to the bank store of a context. */
export class BankStore {
  readonly #store: KVStore;

  constructor(ctx: Context) {
    this.#store = ctx.kvStore(BANK_STORE);
  }

  balance(address: Uint8Array, denom: string): bigint {
    const bytes = this.#store.get(balanceKey(address, denom));
    return bytes === undefined ? 0n : decodeAmount(bytes);
  }

  /** Zero balances are not kept. */
  setBalance(address: Uint8Array, { denom, amount }: Coin): void {
    const key = balanceKey(address, denom);
    const indexKey = ownerKey(denom, address);
    if (amount === 0n) {
      this.#store.delete(indexKey);
      this.#store.delete(key);
    } else {
      this.#store.set(indexKey, EMPTY);
      this.#store.set(key, encodeAmount(amount));
    }
  }

  /** Balances of one address, by denomination. */
  balances(address: Uint8Array): Coin[] {
    const prefix = balancesPrefix(address);
    return Array.from(this.#store.iterator(prefix, prefixEnd(prefix)), ([key, value]) => ({
      denom: bytesToUtf8(key.slice(prefix.length)),
      amount: decodeAmount(value),
    }));
  }

  /** Every balance, by address and denomination. */
  *allBalances(): Generator<{ readonly address: Uint8Array; readonly coin: Coin }> {
    const prefix = Uint8Array.of(BALANCES_PREFIX);
    for (const [key, value] of this.#store.iterator(prefix, prefixEnd(prefix))) {
      const length = key[1] as number;
      const address = key.slice(2, 2 + length);
      yield { address, coin: { denom: bytesToUtf8(key.slice(2 + length)), amount: decodeAmount(value) } };
    }
  }

  supply(denom: string): bigint {
    const bytes = this.#store.get(prefixed(SUPPLY_PREFIX, utf8ToBytes(denom)));
    return bytes === undefined ? 0n : decodeAmount(bytes);
  }

  setSupply({ denom, amount }: Coin): void {
    const key = prefixed(SUPPLY_PREFIX, utf8ToBytes(denom));
    if (amount === 0n) this.#store.delete(key);
    else this.#store.set(key, encodeAmount(amount));
  }

  supplies(): Coin[] {
    return Array.from(this.#store.iterator(SUPPLY_PREFIX, prefixEnd(SUPPLY_PREFIX)), ([key, value]) => ({
      denom: bytesToUtf8(key.slice(1)),
      amount: decodeAmount(value),
    }));
  }

  metadata(denom: string): cosmosBank.Metadata | undefined {
    const bytes = this.#store.get(prefixed(METADATA_PREFIX, utf8ToBytes(denom)));
    return bytes === undefined ? undefined : decode(cosmosBank.MetadataSchema, bytes);
  }

  setMetadata(metadata: cosmosBank.Metadata): void {
    const key = prefixed(METADATA_PREFIX, utf8ToBytes(metadata.base));
    this.#store.set(key, encode(cosmosBank.MetadataSchema, metadata));
  }

  allMetadata(): cosmosBank.Metadata[] {
    return Array.from(this.#store.iterator(METADATA_PREFIX, prefixEnd(METADATA_PREFIX)), ([, value]) =>
      decode(cosmosBank.MetadataSchema, value),
    );
  }

  /** The denomination's own flag, if it has one. */
  sendEnabled(denom: string): boolean | undefined {
    const key = prefixed(SEND_ENABLED_PREFIX, utf8ToBytes(denom));
    if (!this.#store.has(key)) return undefined;
    return this.#store.get(key)?.[0] === 1;
  }

  setSendEnabled(denom: string, enabled: boolean): void {
    this.#store.set(prefixed(SEND_ENABLED_PREFIX, utf8ToBytes(denom)), Uint8Array.of(enabled ? 1 : 0));
  }

  deleteSendEnabled(denom: string): void {
    this.#store.delete(prefixed(SEND_ENABLED_PREFIX, utf8ToBytes(denom)));
  }

  allSendEnabled(): { readonly denom: string; readonly enabled: boolean }[] {
    return Array.from(this.#store.iterator(SEND_ENABLED_PREFIX, prefixEnd(SEND_ENABLED_PREFIX)), ([key, value]) => ({
      denom: bytesToUtf8(key.slice(1)),
      enabled: value[0] === 1,
    }));
  }

  params(): cosmosBank.Params {
    const bytes = this.#store.get(PARAMS_KEY);
    return bytes === undefined ? create(cosmosBank.ParamsSchema) : decode(cosmosBank.ParamsSchema, bytes);
  }

  setParams(params: cosmosBank.Params): void {
    this.#store.set(PARAMS_KEY, encode(cosmosBank.ParamsSchema, params));
  }
}
