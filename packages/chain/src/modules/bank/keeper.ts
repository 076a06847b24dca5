/**
 * Keeper of balances: moves coins between accounts, with the events and errors of the SDK.
 *
 * Spec: 04 §6.2 (events and their order), §6.5 (texts), §4.2 (blocked module accounts).
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { Context } from "../../baseapp/context.ts";
import type { ModuleAccountPermission } from "../../baseapp/module.ts";
import { formatAddress } from "../../support/address.ts";
import { areValidCoins, type Coin, formatCoin, formatCoins } from "../../support/coins.ts";
import { ChainPanic } from "../../support/errors.ts";
import { event } from "../../support/events.ts";
import { ErrInsufficientFunds, ErrInvalidCoins } from "../../support/sdk-errors.ts";
import type { AuthKeeper } from "../auth/keeper.ts";
import { ErrSendDisabled } from "./errors.ts";
import { BankStore } from "./store.ts";

/** One receiver of a multi-send. */
export interface SendOutput {
  readonly address: Uint8Array;
  readonly coins: readonly Coin[];
}

export class BankKeeper {
  readonly #auth: AuthKeeper;
  readonly #blocked: ReadonlySet<string>;

  constructor(auth: AuthKeeper, permissions: readonly ModuleAccountPermission[]) {
    this.#auth = auth;
    this.#blocked = new Set(
      permissions.filter((entry) => !entry.receivesFunds).map((entry) => toHex(auth.moduleAddress(entry.name))),
    );
  }

  /** Whether users may not send to this address. */
  isBlocked(address: Uint8Array): boolean {
    return this.#blocked.has(toHex(address));
  }

  balance(ctx: Context, address: Uint8Array, denom: string): bigint {
    return new BankStore(ctx).balance(address, denom);
  }

  balances(ctx: Context, address: Uint8Array): Coin[] {
    return new BankStore(ctx).balances(address);
  }

  /** Throws bank 5 when a denomination may not be sent. */
  checkSendEnabled(ctx: Context, coins: readonly Coin[]): void {
    if (coins.length === 0) return;
    const store = new BankStore(ctx);
    const byDefault = store.params().defaultSendEnabled;
    for (const { denom } of coins) {
      if (!(store.sendEnabled(denom) ?? byDefault)) {
        throw ErrSendDisabled.wrap(`${denom} transfers are currently disabled`);
      }
    }
  }

  /** Moves coins and makes the receiver's account when there is none. */
  sendCoins(ctx: Context, from: Uint8Array, to: Uint8Array, coins: readonly Coin[]): void {
    this.#subtract(ctx, from, coins);
    this.#add(ctx, to, coins);
    this.#ensureAccount(ctx, to);
    const sender = formatAddress(from);
    ctx.events.emit(
      event("transfer", ["recipient", formatAddress(to)], ["sender", sender], ["amount", formatCoins(coins)]),
      event("message", ["sender", sender]),
    );
  }

  sendCoinsFromAccountToModule(ctx: Context, from: Uint8Array, module: string, coins: readonly Coin[]): void {
    const account = this.#auth.getModuleAccount(ctx, module);
    this.sendCoins(ctx, from, account.address, coins);
  }

  /** One sender, many receivers; the sums are equal. */
  inputOutputCoins(ctx: Context, from: Uint8Array, coins: readonly Coin[], outputs: readonly SendOutput[]): void {
    const sender = formatAddress(from);
    this.#subtract(ctx, from, coins);
    ctx.events.emit(event("message", ["sender", sender]));
    for (const output of outputs) {
      this.#add(ctx, output.address, output.coins);
      const recipient = formatAddress(output.address);
      const amount = formatCoins(output.coins);
      ctx.events.emit(event("transfer", ["recipient", recipient], ["sender", sender], ["amount", amount]));
      this.#ensureAccount(ctx, output.address);
    }
  }

  /** Genesis only: sets balances of an account that has none. */
  initBalances(ctx: Context, address: Uint8Array, coins: readonly Coin[]): void {
    const store = new BankStore(ctx);
    for (const coin of coins) {
      if (coin.amount < 0n) throw new ChainPanic(`invalid genesis balance ${formatCoin(coin)}`);
      if (coin.amount > 0n) store.setBalance(address, coin);
    }
  }

  #ensureAccount(ctx: Context, address: Uint8Array): void {
    if (this.#auth.hasAccount(ctx, address)) return;
    this.#auth.setAccount(ctx, this.#auth.newAccount(ctx, address));
  }

  #subtract(ctx: Context, address: Uint8Array, coins: readonly Coin[]): void {
    if (!areValidCoins(coins)) throw ErrInvalidCoins.wrap(formatCoins(coins));
    // Upstream reads the account to learn what vesting locks; the read is charged. No account type here locks coins.
    this.#auth.getAccount(ctx, address);
    const store = new BankStore(ctx);
    for (const coin of coins) {
      const balance = store.balance(address, coin.denom);
      if (balance < coin.amount) {
        const spendable = formatCoin({ denom: coin.denom, amount: balance });
        throw ErrInsufficientFunds.wrap(`spendable balance ${spendable} is smaller than ${formatCoin(coin)}`);
      }
      store.setBalance(address, { denom: coin.denom, amount: balance - coin.amount });
    }
    ctx.events.emit(event("coin_spent", ["spender", formatAddress(address)], ["amount", formatCoins(coins)]));
  }

  #add(ctx: Context, address: Uint8Array, coins: readonly Coin[]): void {
    if (!areValidCoins(coins)) throw ErrInvalidCoins.wrap(formatCoins(coins));
    const store = new BankStore(ctx);
    for (const coin of coins) {
      const balance = store.balance(address, coin.denom);
      store.setBalance(address, { denom: coin.denom, amount: balance + coin.amount });
    }
    ctx.events.emit(event("coin_received", ["receiver", formatAddress(address)], ["amount", formatCoins(coins)]));
  }
}
