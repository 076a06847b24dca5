/**
 * Meters, and what each operation of a store charges in which order (spec 04 §6.4).
 * @module
 */
import {
  BasicGasMeter,
  GasKV,
  type GasMeter,
  InfiniteGasMeter,
  SECRET_KV_GAS_CONFIG,
  SECRET_TRANSIENT_GAS_CONFIG,
} from "@enclavenet/store";
import { beforeEach, describe, expect, test } from "vitest";
import { ModelStore } from "../support/model.ts";
import { change, text } from "../support/text.ts";

const UINT64_MAX = 2n ** 64n - 1n;

function nameOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return (error as Error).name;
  }
  return undefined;
}

/** A meter that also lists its charges. */
class ListedMeter extends InfiniteGasMeter {
  charges: string[] = [];

  override consumeGas(amount: bigint, descriptor: string): void {
    this.charges.push(`${descriptor} ${amount}`);
    super.consumeGas(amount, descriptor);
  }

  taken(): string[] {
    return this.charges.splice(0);
  }
}

describe("meters", () => {
  test("record consumption before they refuse it", () => {
    const meter = new BasicGasMeter(10n);
    meter.consumeGas(4n, "a");
    expect([meter.gasConsumed(), meter.gasRemaining(), meter.isOutOfGas()]).toEqual([4n, 6n, false]);
    meter.consumeGas(6n, "b");
    expect([meter.gasRemaining(), meter.isPastLimit(), meter.isOutOfGas()]).toEqual([0n, false, true]);
    let thrown: unknown;
    try {
      meter.consumeGas(5n, "the place");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: "OutOfGasError", descriptor: "the place" });
    expect([meter.gasConsumed(), meter.gasConsumedToLimit(), meter.gasRemaining()]).toEqual([15n, 10n, 0n]);
    expect([meter.isPastLimit(), meter.isOutOfGas(), meter.limit()]).toEqual([true, true, 10n]);
  });

  test("give back no more than was consumed", () => {
    const meter = new BasicGasMeter(10n);
    expect(nameOf(() => meter.consumeGas(11n, "x"))).toBe("OutOfGasError");
    meter.refundGas(3n, "x");
    expect([meter.gasConsumed(), meter.isPastLimit()]).toEqual([8n, false]);
    expect(nameOf(() => meter.refundGas(9n, "x"))).toBe("NegativeGasError");
    expect(meter.gasConsumed()).toBe(8n);
  });

  test.each<[string, () => GasMeter]>([
    ["with a limit", () => new BasicGasMeter(UINT64_MAX)],
    ["without a limit", () => new InfiniteGasMeter()],
  ])("%s refuse what does not fit 64 bits", (_name, make) => {
    const meter = make();
    meter.consumeGas(UINT64_MAX, "all");
    expect(nameOf(() => meter.consumeGas(1n, "more"))).toBe("GasOverflowError");
    expect(meter.gasConsumed()).toBe(UINT64_MAX);
  });

  test("without a limit never run out", () => {
    const meter = new InfiniteGasMeter();
    meter.consumeGas(1n << 60n, "much");
    expect([meter.limit(), meter.gasRemaining(), meter.isOutOfGas(), meter.isPastLimit()]).toEqual([
      UINT64_MAX,
      UINT64_MAX,
      false,
      false,
    ]);
    expect(meter.gasConsumedToLimit()).toBe(1n << 60n);
  });
});

describe("GasKV", () => {
  let meter: ListedMeter;
  let parent: ModelStore;
  let store: GasKV;
  beforeEach(() => {
    meter = new ListedMeter();
    parent = new ModelStore();
    store = new GasKV(parent, meter, SECRET_KV_GAS_CONFIG);
  });

  test("charges writes flat, then key, then value", () => {
    store.set(text("key"), text("value"));
    expect(meter.taken()).toEqual(["WriteFlat 200", "WritePerByte 15", "WritePerByte 25"]);
  });

  test("charges reads flat before, bytes after", () => {
    change(parent, { key: "value" });
    store.get(text("key"));
    expect(meter.taken()).toEqual(["ReadFlat 100", "ReadPerByte 3", "ReadPerByte 5"]);
    store.get(text("none"));
    expect(meter.taken()).toEqual(["ReadFlat 100", "ReadPerByte 4", "ReadPerByte 0"]);
  });

  test("charges existence and deletion flat", () => {
    store.has(text("key"));
    store.delete(text("key"));
    expect(meter.taken()).toEqual(["Has 100", "Delete 100"]);
  });

  test("charges transient stores less", () => {
    const transient = new GasKV(parent, meter, SECRET_TRANSIENT_GAS_CONFIG);
    transient.set(text("key"), text("v"));
    transient.get(text("key"));
    transient.has(text("key"));
    transient.delete(text("key"));
    expect(meter.gasConsumed()).toBe(20n + 3n + 1n + 10n + 10n + 10n);
  });

  test("charges a cursor when it is made, and again when it leaves a pair", () => {
    change(parent, { a: "12", bb: "345" });
    const walk = store.iterator();
    expect(meter.taken()).toEqual(["ValuePerByte 1", "ValuePerByte 2", "IterNextFlat 5"]);
    walk.next();
    expect(meter.taken()).toEqual([]);
    walk.next();
    expect(meter.taken()).toEqual(["ValuePerByte 1", "ValuePerByte 2", "IterNextFlat 5"]);
    expect(walk.next().done).toBe(true);
    expect(meter.taken()).toEqual(["ValuePerByte 2", "ValuePerByte 3", "IterNextFlat 5"]);
  });

  test("charges a cursor that is left early for what it stood on, in either direction", () => {
    change(parent, { a: "1", b: "22", c: "333" });
    for (const [k] of store.reverseIterator()) {
      if (k[0] === 98) break;
    }
    expect(meter.taken()).toEqual([
      "ValuePerByte 1",
      "ValuePerByte 3",
      "IterNextFlat 5",
      "ValuePerByte 1",
      "ValuePerByte 3",
      "IterNextFlat 5",
    ]);
  });

  test("charges an empty range flat, once", () => {
    expect([...store.iterator(text("x"), text("y"))]).toEqual([]);
    expect(meter.taken()).toEqual(["IterNextFlat 5"]);
  });

  test("does nothing once the gas is gone", () => {
    const small = new GasKV(parent, new BasicGasMeter(210n), SECRET_KV_GAS_CONFIG);
    expect(nameOf(() => small.set(text("key"), text("value")))).toBe("OutOfGasError");
    expect(parent.has(text("key"))).toBe(false);
    expect(nameOf(() => small.iterator())).toBe("OutOfGasError");
  });
});
