/**
 * Coins and lists of coins with the SDK's rules: a valid list is sorted by denomination, without duplicates, and every
 * amount is positive; its text is `5uatom,7uscrt` (spec 04 §6.1–6.2).
 * @module
 */
import { plainError } from "./errors.ts";

/** An amount of one denomination. Amounts may be negative or zero only while they are being checked. */
export interface Coin {
  readonly denom: string;
  readonly amount: bigint;
}

/** The protobuf and JSON form of a coin. */
export interface CoinText {
  readonly denom: string;
  readonly amount: string;
}

const DENOM = /^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$/;
const DECIMAL = /^-?[0-9]+$/;

/** Amounts have at most 256 bits; longer text is refused before it is converted. */
const MAX_AMOUNT = (1n << 256n) - 1n;
const MAX_AMOUNT_DIGITS = 78;

/** Whether the text is a denomination. */
export function isValidDenom(denom: string): boolean {
  return DENOM.test(denom);
}

/** The integer of a decimal text of at most 256 bits, or undefined. */
function parseAmount(text: string): bigint | undefined {
  if (text.length > MAX_AMOUNT_DIGITS + 1 || !DECIMAL.test(text)) return undefined;
  const value = BigInt(text);
  return value > MAX_AMOUNT || value < -MAX_AMOUNT ? undefined : value;
}

/** `5uscrt` */
export function formatCoin(coin: Coin): string {
  return `${coin.amount}${coin.denom}`;
}

/** `5uatom,7uscrt`; empty text for no coins. */
export function formatCoins(coins: readonly Coin[]): string {
  return coins.map(formatCoin).join(",");
}

/** Coins of their protobuf form. Throws a plain error when an amount is not an integer of 256 bits. */
export function coinsFromText(coins: readonly CoinText[]): Coin[] {
  return coins.map(({ denom, amount }) => {
    const value = parseAmount(amount === "" ? "0" : amount);
    if (value === undefined) throw plainError(`invalid amount ${JSON.stringify(amount)}`);
    return { denom, amount: value };
  });
}

/** Protobuf form of coins. */
export function coinsToText(coins: readonly Coin[]): CoinText[] {
  return coins.map(({ denom, amount }) => ({ denom, amount: amount.toString() }));
}

/** Denominations order by their bytes; all are ASCII. */
function compareDenoms(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether the list is sorted, free of duplicates, and every coin is valid and positive. The empty list is valid. */
export function areValidCoins(coins: readonly Coin[]): boolean {
  return coins.every((coin, i) => {
    const previous = coins[i - 1];
    const inOrder = previous === undefined || compareDenoms(previous.denom, coin.denom) < 0;
    return inOrder && coin.amount > 0n && isValidDenom(coin.denom);
  });
}

/** Whether no coin has an amount other than zero. */
export function areZeroCoins(coins: readonly Coin[]): boolean {
  return coins.every((coin) => coin.amount === 0n);
}

/** Amount of a denomination in a list. */
export function amountOf(coins: readonly Coin[], denom: string): bigint {
  return coins.find((coin) => coin.denom === denom)?.amount ?? 0n;
}

/** Sum of two lists, sorted, without zero amounts. */
export function addCoins(a: readonly Coin[], b: readonly Coin[]): Coin[] {
  const sums = new Map<string, bigint>();
  for (const { denom, amount } of [...a, ...b]) sums.set(denom, (sums.get(denom) ?? 0n) + amount);
  return sortCoins([...sums].map(([denom, amount]) => ({ denom, amount })).filter((coin) => coin.amount !== 0n));
}

/** Whether two valid lists hold the same coins. */
export function equalCoins(a: readonly Coin[], b: readonly Coin[]): boolean {
  return a.length === b.length && a.every((coin, i) => coin.denom === b[i]?.denom && coin.amount === b[i]?.amount);
}

/** A sorted copy. */
export function sortCoins(coins: readonly Coin[]): Coin[] {
  return [...coins].sort((a, b) => compareDenoms(a.denom, b.denom));
}
