/**
 * Callers that wait until a transaction is in a block.
 * @module
 */
import { LocalError, toHex } from "@enclavenet/common";
import type { TxRecord } from "../base/chain-types.ts";
import type { Timers } from "../base/timers.ts";

interface Waiter {
  readonly resolve: (tx: TxRecord) => void;
  readonly reject: (error: LocalError) => void;
  readonly cancelTimer: () => void;
}

/** Waiters by transaction hash. */
export class TxWaiters {
  readonly #timers: Timers;
  readonly #waiters = new Map<string, Set<Waiter>>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Resolves with the committed transaction; rejects with LocalError `TX_TIMEOUT` after `timeoutMs`. */
  wait(hash: Uint8Array, timeoutMs: number): Promise<TxRecord> {
    const key = toHex(hash);
    return new Promise((resolve, reject) => {
      const expire = () => {
        this.#remove(key, waiter);
        reject(new LocalError("TX_TIMEOUT", "timed out waiting for tx to be included in a block"));
      };
      const waiter: Waiter = { resolve, reject, cancelTimer: this.#timers.set(timeoutMs, expire) };
      const waiters = this.#waiters.get(key) ?? new Set();
      this.#waiters.set(key, waiters.add(waiter));
    });
  }

  resolve(tx: TxRecord): void {
    const key = toHex(tx.hash);
    for (const waiter of this.#waiters.get(key) ?? []) {
      waiter.cancelTimer();
      waiter.resolve(tx);
    }
    this.#waiters.delete(key);
  }

  rejectAll(error: LocalError): void {
    for (const waiters of this.#waiters.values()) {
      for (const waiter of waiters) {
        waiter.cancelTimer();
        waiter.reject(error);
      }
    }
    this.#waiters.clear();
  }

  #remove(key: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(key);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiters.delete(key);
  }
}
