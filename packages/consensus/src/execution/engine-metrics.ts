/**
 * What the engine measures: height, duration and transactions of blocks, waiting transactions.
 * @module
 */
import type { Counter, Gauge, Histogram, MetricsRegistry } from "@enclavenet/common";

const DURATION_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const MS_PER_SECOND = 1000;

/** Instruments of one engine; silent without a registry. */
export class EngineMetrics {
  readonly #height: Gauge | undefined;
  readonly #waiting: Gauge | undefined;
  readonly #txs: Counter | undefined;
  readonly #duration: Histogram | undefined;

  constructor(registry: MetricsRegistry | undefined) {
    this.#height = registry?.gauge("secret_consensus_height", "Height of the last committed block");
    this.#waiting = registry?.gauge("secret_consensus_mempool_txs", "Transactions that wait for a block");
    this.#txs = registry?.counter("secret_consensus_txs_total", "Transactions in committed blocks");
    this.#duration = registry?.histogram(
      "secret_consensus_block_duration_seconds",
      "From proposal to recheck of one block",
      DURATION_BUCKETS,
    );
  }

  noteBlock(height: bigint, txs: number, waiting: number, durationMs: number): void {
    this.#height?.set(Number(height));
    this.#waiting?.set(waiting);
    this.#txs?.inc(txs);
    this.#duration?.observe(durationMs / MS_PER_SECOND);
  }
}
