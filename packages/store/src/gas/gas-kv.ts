/**
 * Charges a gas meter for every operation of a store, in the order of the SDK (spec 04 §6.4): a read pays flat before
 * and per byte after; a write pays flat, key bytes, value bytes; a cursor pays for the pair it stands on when it is
 * made, and again each time it leaves a pair.
 * @module
 */
import type { KVPair, KVStore } from "../kv/kv-store.ts";
import { requireKey, requireValue } from "../kv/kv-store.ts";
import type { GasConfig } from "./gas-config.ts";
import type { GasMeter } from "./gas-meter.ts";

const READ_FLAT = "ReadFlat";
const READ_PER_BYTE = "ReadPerByte";
const WRITE_FLAT = "WriteFlat";
const WRITE_PER_BYTE = "WritePerByte";
const HAS = "Has";
const DELETE = "Delete";
const ITER_NEXT_FLAT = "IterNextFlat";
const VALUE_PER_BYTE = "ValuePerByte";

/** A store whose operations cost gas. */
export class GasKV implements KVStore {
  private readonly parent: KVStore;
  private readonly meter: GasMeter;
  private readonly config: GasConfig;

  constructor(parent: KVStore, meter: GasMeter, config: GasConfig) {
    this.parent = parent;
    this.meter = meter;
    this.config = config;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.meter.consumeGas(this.config.readCostFlat, READ_FLAT);
    const value = this.parent.get(key);
    this.perByte(this.config.readCostPerByte, key.length, READ_PER_BYTE);
    this.perByte(this.config.readCostPerByte, value?.length ?? 0, READ_PER_BYTE);
    return value;
  }

  has(key: Uint8Array): boolean {
    this.meter.consumeGas(this.config.hasCost, HAS);
    return this.parent.has(key);
  }

  set(key: Uint8Array, value: Uint8Array): void {
    requireKey(key);
    requireValue(value);
    this.meter.consumeGas(this.config.writeCostFlat, WRITE_FLAT);
    this.perByte(this.config.writeCostPerByte, key.length, WRITE_PER_BYTE);
    this.perByte(this.config.writeCostPerByte, value.length, WRITE_PER_BYTE);
    this.parent.set(key, value);
  }

  delete(key: Uint8Array): void {
    this.meter.consumeGas(this.config.deleteCost, DELETE);
    this.parent.delete(key);
  }

  iterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    return this.charged(this.parent.iterator(start, end));
  }

  reverseIterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    return this.charged(this.parent.reverseIterator(start, end));
  }

  /** Pays for the first position now, as making the SDK's cursor does, not at the first `next`. */
  private charged(pairs: IterableIterator<KVPair>): IterableIterator<KVPair> {
    const first = pairs.next();
    try {
      this.seek(first.done === true ? undefined : first.value);
    } catch (error) {
      pairs.return?.();
      throw error;
    }
    return this.walk(first, pairs);
  }

  private *walk(first: IteratorResult<KVPair>, pairs: IterableIterator<KVPair>): IterableIterator<KVPair> {
    try {
      for (let step = first; step.done !== true; step = pairs.next()) {
        yield step.value;
        this.seek(step.value);
      }
    } finally {
      pairs.return?.();
    }
  }

  private seek(pair: KVPair | undefined): void {
    if (pair !== undefined) {
      this.perByte(this.config.readCostPerByte, pair[0].length, VALUE_PER_BYTE);
      this.perByte(this.config.readCostPerByte, pair[1].length, VALUE_PER_BYTE);
    }
    this.meter.consumeGas(this.config.iterNextCostFlat, ITER_NEXT_FLAT);
  }

  private perByte(price: bigint, length: number, descriptor: string): void {
    this.meter.consumeGas(price * BigInt(length), descriptor);
  }
}
