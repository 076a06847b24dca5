/**
 * First-in-first-out mempool: a transaction enters when the application's CheckTx accepts it, leaves when a block
 * holds it or a recheck refuses it (spec 05 §2.4, 04 §6.6).
 *
 * While a block is committed the mempool is locked: no CheckTx runs between the application's commit, which resets
 * its check state, and the recheck that rebuilds it (spec 05 §2.4.6). Callers wait; nothing is refused for that.
 * @module
 */
import type { CheckTxRequest, ExecTxResult } from "@enclavenet/abci";
import { toHex } from "@enclavenet/common";
import { sha256 } from "../base/sha256.ts";
import { ErrMempoolIsFull, ErrTxInMempoolCache, ErrTxTooLarge, mempoolError, OUT_OF_GAS } from "./errors.ts";
import { HashCache } from "./hash-cache.ts";

/** What the mempool may hold. */
export interface MempoolLimits {
  /** Waiting transactions, those in CheckTx included. */
  readonly maxTxs: number;
  /** Sum of their bytes. */
  readonly maxTotalBytes: number;
  /**
   * Bytes of one transaction. Far above CometBFT's 1 MiB: code uploads of development networks must pass, and a
   * contract may have 2 MiB before compression (spec 04 §3.4).
   */
  readonly maxTxBytes: number;
  /**
   * Transactions of one block. Every part of the node holds a block whole, some several times; and who sends while a long
   * block runs, waits for it.
   */
  readonly maxBlockTxs: number;
  /** Hashes remembered, so that a transaction is not taken twice. */
  readonly cacheSize: number;
}

/** LocalSecret's mempool.size and cache, with room for code uploads. */
export const DEFAULT_MEMPOOL_LIMITS: MempoolLimits = {
  maxTxs: 10_000,
  maxTotalBytes: 256 * 1024 * 1024,
  maxTxBytes: 10 * 1024 * 1024,
  maxBlockTxs: 250,
  cacheSize: 10_000,
};

/** A waiting transaction. */
export interface MempoolTx {
  readonly hash: string;
  readonly tx: Uint8Array;
  readonly gasWanted: bigint;
}

/** What the mempool needs from its surroundings. */
export interface MempoolModules {
  readonly checkTx: (request: CheckTxRequest) => Promise<ExecTxResult>;
  /** -1: unlimited. */
  readonly maxGas: () => bigint;
  /** Called after a transaction entered. */
  readonly onAdded: () => void;
}

interface Checked {
  readonly result: ExecTxResult;
  readonly admitted: boolean;
}

/** Rechecks in flight at once: enough to keep the application's thread busy, few enough to bound message queues. */
const RECHECK_WINDOW = 256;

/** Bytes that a transaction takes in a block's Data message: tag, length, content (spec 05 §2.4.4). */
export function txSizeInBlock(tx: Uint8Array): bigint {
  let size = 2 + tx.length;
  for (let rest = tx.length >>> 7; rest > 0; rest >>>= 7) size++;
  return BigInt(size);
}

/** The mempool of the embedded engine. */
export class Mempool {
  readonly #limits: MempoolLimits;
  readonly #modules: MempoolModules;
  readonly #cache: HashCache;
  readonly #txs = new Map<string, MempoolTx>();
  readonly #inFlight = new Set<Promise<unknown>>();
  #reservedTxs = 0;
  #totalBytes = 0;
  #unlocked: Promise<void> | undefined;
  #release: () => void = () => {};

  constructor(limits: MempoolLimits, modules: MempoolModules) {
    this.#limits = limits;
    this.#modules = modules;
    this.#cache = new HashCache(limits.cacheSize);
  }

  /** Waiting transactions that passed CheckTx. */
  get size(): number {
    return this.#txs.size;
  }

  /** Bytes of all transactions, those in CheckTx included. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** The first `limit` waiting transactions in order. */
  list(limit: number): Uint8Array[] {
    const out: Uint8Array[] = [];
    for (const { tx } of this.#txs.values()) {
      if (out.length >= limit) break;
      out.push(tx);
    }
    return out;
  }

  /**
   * Asks the application and keeps the transaction when it accepts. Throws CodedError sdk 19, 20 or 21 when the
   * mempool itself refuses.
   */
  async checkTx(bytes: Uint8Array): Promise<ExecTxResult> {
    const { maxTxs, maxTxBytes, maxTotalBytes } = this.#limits;
    if (bytes.length > maxTxBytes) {
      throw mempoolError(ErrTxTooLarge, `tx too large: max size is ${maxTxBytes}, but got ${bytes.length}`);
    }
    if (this.#txs.size + this.#reservedTxs >= maxTxs || this.#totalBytes + bytes.length > maxTotalBytes) {
      throw mempoolError(ErrMempoolIsFull);
    }
    const tx = Uint8Array.from(bytes);
    const hash = toHex(sha256(tx));
    if (this.#cache.has(hash) || this.#txs.has(hash)) throw mempoolError(ErrTxInMempoolCache);
    this.#cache.push(hash);
    this.#reservedTxs++;
    this.#totalBytes += tx.length;
    let kept = false;
    try {
      const checked = await this.#check(hash, tx);
      kept = checked.admitted;
      return checked.result;
    } finally {
      this.#reservedTxs--;
      if (!kept) {
        this.#totalBytes -= tx.length;
        this.#cache.remove(hash);
      }
    }
  }

  /** Transactions for the next block: in order, up to the first that does not fit, at most {@link MempoolLimits.maxBlockTxs}. */
  reap(maxBytes: bigint, maxGas: bigint): Uint8Array[] {
    const out: Uint8Array[] = [];
    let bytes = 0n;
    let gas = 0n;
    for (const entry of this.#txs.values()) {
      bytes += txSizeInBlock(entry.tx);
      gas += entry.gasWanted;
      if (out.length >= this.#limits.maxBlockTxs || bytes > maxBytes || (maxGas >= 0n && gas > maxGas)) break;
      out.push(entry.tx);
    }
    return out;
  }

  /** Resolves when every CheckTx that runs now has ended. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#inFlight]);
  }

  /** Holds back new CheckTx and waits for the running ones. */
  async lock(): Promise<void> {
    this.#unlocked = new Promise((resolve) => {
      this.#release = resolve;
    });
    await this.settle();
  }

  /** Lets CheckTx through again. */
  unlock(): void {
    this.#unlocked = undefined;
    this.#release();
  }

  /** Takes out what a block holds. Successful hashes stay remembered; a failed transaction may be sent again. */
  removeCommitted(txs: readonly Uint8Array[], results: readonly ExecTxResult[]): void {
    txs.forEach((tx, index) => {
      const hash = toHex(sha256(tx));
      this.#remove(hash);
      if (results[index]?.code === 0) this.#cache.push(hash);
      else this.#cache.remove(hash);
    });
  }

  /**
   * Asks the application again about everything that waits, in order, after its check state was reset. What the block
   * holds is left out: it leaves when the block shows.
   */
  async recheck(committed: readonly Uint8Array[]): Promise<void> {
    const left = new Set(committed.map((tx) => toHex(sha256(tx))));
    const entries = [...this.#txs.values()].filter(({ hash }) => !left.has(hash));
    for (let start = 0; start < entries.length; start += RECHECK_WINDOW) {
      const window = entries.slice(start, start + RECHECK_WINDOW);
      const results = await Promise.all(window.map(({ tx }) => this.#modules.checkTx({ tx, recheck: true })));
      window.forEach(({ hash }, index) => {
        if (results[index]?.code === 0) return;
        this.#remove(hash);
        this.#cache.remove(hash);
      });
    }
  }

  async #check(hash: string, tx: Uint8Array): Promise<Checked> {
    while (this.#unlocked !== undefined) await this.#unlocked;
    const running = this.#modules.checkTx({ tx, recheck: false }).then((result) => this.#admit(hash, tx, result));
    this.#inFlight.add(running);
    try {
      return await running;
    } finally {
      this.#inFlight.delete(running);
    }
  }

  #admit(hash: string, tx: Uint8Array, result: ExecTxResult): Checked {
    if (result.code !== 0) return { result, admitted: false };
    const maxGas = this.#modules.maxGas();
    if (maxGas >= 0n && result.gasWanted > maxGas) {
      const log = `gas wanted ${result.gasWanted} is greater than max gas ${maxGas}: ${OUT_OF_GAS.text}`;
      const { code, codespace } = OUT_OF_GAS;
      return { result: { ...result, code, codespace, log }, admitted: false };
    }
    this.#txs.set(hash, { hash, tx, gasWanted: result.gasWanted });
    this.#modules.onAdded();
    return { result, admitted: true };
  }

  #remove(hash: string): void {
    const entry = this.#txs.get(hash);
    if (entry === undefined) return;
    this.#txs.delete(hash);
    this.#totalBytes -= entry.tx.length;
  }
}
