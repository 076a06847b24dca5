/**
 * Metrics interface: a room asks for named instruments, the composition root decides whether they are exported.
 * @module
 */

export interface Counter {
  inc(by?: number): void;
}

export interface Gauge {
  set(value: number): void;
}

export interface Histogram {
  observe(value: number): void;
}

/** Names follow `secret_<room>_<what>_<unit>`. */
export interface MetricsRegistry {
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  histogram(name: string, help: string, buckets: readonly number[]): Histogram;
}
