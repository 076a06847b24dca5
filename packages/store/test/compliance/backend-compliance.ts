/**
 * What every backend must do, held against an ordered model; keys of all lengths. Each implementation runs it from a
 * test file of its own.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareBytes, concatBytes, fromHex, LocalError, toHex } from "@enclavenet/common";
import type { Backend, BackendReader } from "@enclavenet/store";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const bytes = (...values: number[]) => Uint8Array.from(values);

/** One implementation: how it is opened in a folder of its own, and opened again after it was closed. */
export interface BackendSetup {
  readonly name: string;
  readonly open: (folder: string) => Backend;
  readonly reopen: (closed: Backend, folder: string) => Backend;
}

/** Keys around the length at which LMDB records are shared, with common beginnings. */
const longKey = fc
  .tuple(fc.constantFrom(1022, 1023, 1024, 1025, 3000), fc.uint8Array({ maxLength: 3 }))
  .map(([length, tail]) => concatBytes(new Uint8Array(length).fill(7), tail));
const key = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 3 }) },
  { weight: 2, arbitrary: longKey },
);
const value = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.constant(new Uint8Array(9000).fill(3)));
const bound = fc.option(fc.oneof(key, fc.constant(new Uint8Array(0))), { nil: undefined });
const batches = fc.array(fc.array(fc.tuple(key, fc.option(value, { nil: undefined })), { maxLength: 30 }), {
  minLength: 1,
  maxLength: 6,
});

type Model = Map<string, readonly [Uint8Array, Uint8Array]>;

function modelRange(model: Model, start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean) {
  const all = [...model.values()]
    .filter(([k]) => start === undefined || compareBytes(k, start) >= 0)
    .filter(([k]) => end === undefined || compareBytes(k, end) < 0)
    .sort((a, b) => compareBytes(a[0], b[0]));
  return reverse ? all.reverse() : all;
}

/** One comparable text; comparing large arrays entry by entry is slow. */
function shown(pairs: readonly (readonly [Uint8Array, Uint8Array])[]): string {
  return pairs.map(([k, v]) => `${Buffer.from(k).toString("hex")}=${Buffer.from(v).toString("hex")}`).join("\n");
}

function apply(backend: Backend, model: Model, ops: readonly [Uint8Array, Uint8Array | undefined][]) {
  const last = new Map(ops.map(([k, v]) => [toHex(k), [k, v] as const]));
  const puts = [];
  const deletes = [];
  for (const [name, [k, v]] of last) {
    if (v === undefined) {
      deletes.push(k);
      model.delete(name);
    } else {
      puts.push({ key: k, value: v });
      model.set(name, [k, v]);
    }
  }
  backend.write({ puts, deletes });
}

function codeOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return error instanceof LocalError ? error.code : String(error);
  }
  return undefined;
}

/** Declares the tests. */
export function backendCompliance(setup: BackendSetup): void {
  describe(`backend ${setup.name}`, () => complianceTests(setup));
}

function complianceTests(setup: BackendSetup): void {
  let folder: string;
  let run = 0;
  let opened: Backend[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "store-backend-"));
  });
  afterEach(() => {
    for (const backend of opened) backend.close();
    opened = [];
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (name = "db") => {
    const backend = setup.open(join(folder, name));
    opened.push(backend);
    return backend;
  };
  const reopen = (closed: Backend, name = "db") => {
    const backend = setup.reopen(closed, join(folder, name));
    opened.push(backend);
    return backend;
  };

  test("answers as an ordered map does, also after opening it again", () => {
    fc.assert(
      fc.property(batches, fc.array(fc.tuple(bound, bound), { maxLength: 5 }), (writes, ranges) => {
        const name = `db${run++}`;
        let backend = open(name);
        const model: Model = new Map();
        for (const ops of writes) apply(backend, model, ops);
        for (let round = 0; round < 2; round++) {
          for (const [k, v] of model.values()) expect(Buffer.compare(backend.get(k) as Uint8Array, v)).toBe(0);
          for (const [start, end] of [...ranges, [undefined, undefined] as const]) {
            for (const reverse of [false, true]) {
              const got = [...backend.range(start, end, reverse)];
              expect(shown(got)).toBe(shown(modelRange(model, start, end, reverse)));
            }
          }
          backend.close();
          backend = reopen(backend, name);
        }
        backend.close();
      }),
      { numRuns: 40 },
    );
  });

  test("scans of many pages are complete in both directions", () => {
    const backend = open();
    const puts = Array.from({ length: 1500 }, (_, i) => ({ key: bytes(1, i >> 8, i & 255), value: bytes(i & 255) }));
    backend.write({ puts, deletes: [] });
    const keys = puts.map((put) => toHex(put.key));
    expect([...backend.range(undefined, undefined, false)].map(([k]) => toHex(k))).toEqual(keys);
    expect([...backend.range(bytes(1), bytes(2), true)].map(([k]) => toHex(k))).toEqual(keys.reverse());
  });

  test("a scan goes on in order when the data change under it", () => {
    const backend = open();
    const puts = Array.from({ length: 100 }, (_, i) => ({ key: bytes(i), value: bytes(i) }));
    backend.write({ puts, deletes: [] });
    const seen: number[] = [];
    for (const [k] of backend.range(undefined, undefined, false)) {
      seen.push(k[0] as number);
      backend.write({ puts: [], deletes: [k] });
    }
    expect(seen).toEqual(puts.map((_, i) => i));
    expect([...backend.range(undefined, undefined, false)]).toEqual([]);
  });

  test("answers are plain arrays that a later write does not change", () => {
    const backend = open();
    backend.write({ puts: [{ key: bytes(1), value: bytes(1, 1) }], deletes: [] });
    const before = backend.get(bytes(1));
    const [pair] = backend.range(undefined, undefined, false);
    backend.write({ puts: [{ key: bytes(1), value: bytes(2, 2) }], deletes: [] });
    backend.get(bytes(1));
    expect(before).toEqual(bytes(1, 1));
    expect(pair).toEqual([bytes(1), bytes(1, 1)]);
    expect(Object.getPrototypeOf(before)).toBe(Uint8Array.prototype);
  });

  test("a snapshot answers as the database did at its moment, whatever is written afterwards", () => {
    fc.assert(
      fc.property(batches, fc.array(fc.tuple(bound, bound), { maxLength: 3 }), (writes, ranges) => {
        const backend = open(`db${run++}`);
        const model: Model = new Map();
        const moments = writes.map((ops) => {
          apply(backend, model, ops);
          return { snapshot: backend.snapshot(), state: new Map(model) };
        });
        for (const { snapshot, state } of moments.reverse()) {
          for (const k of model.keys()) {
            const value = snapshot.get(fromHex(k));
            expect(value === undefined ? undefined : toHex(value)).toBe(
              state.has(k) ? toHex(state.get(k)![1]) : undefined,
            );
          }
          for (const [start, end] of [...ranges, [undefined, undefined] as const]) {
            for (const reverse of [false, true]) {
              expect(shown([...snapshot.range(start, end, reverse)])).toBe(
                shown(modelRange(state, start, end, reverse)),
              );
            }
          }
          snapshot.close();
        }
        expect(shown([...backend.range(undefined, undefined, false)])).toBe(
          shown(modelRange(model, undefined, undefined, false)),
        );
        backend.close();
      }),
      { numRuns: 20 },
    );
  });

  test("a snapshot's scan goes on in its moment when the data change under it", () => {
    const backend = open();
    const puts = Array.from({ length: 1000 }, (_, i) => ({ key: bytes(1, i >> 8, i & 255), value: bytes(i & 255) }));
    backend.write({ puts, deletes: [] });
    const snapshot = backend.snapshot();
    let count = 0;
    for (const [key] of snapshot.range(undefined, undefined, false)) {
      if (count % 100 === 0) backend.write({ puts: [], deletes: puts.slice(count, count + 100).map((put) => put.key) });
      expect(key).toEqual(puts[count++]!.key);
    }
    expect(count).toBe(puts.length);
    expect([...backend.range(undefined, undefined, false)]).toEqual([]);
  });

  const refusals = (reader: BackendReader) => [
    codeOf(() => reader.get(bytes(1))),
    codeOf(() => [...reader.range(undefined, undefined, false)]),
  ];

  test("a closed database refuses, and so do its snapshots", () => {
    const backend = open();
    backend.write({ puts: [{ key: bytes(1), value: bytes(1) }], deletes: [] });
    const snapshot = backend.snapshot();
    expect([...refusals(backend), ...refusals(snapshot)]).toEqual([undefined, undefined, undefined, undefined]);
    backend.close();
    backend.close();
    snapshot.close();
    expect([...refusals(backend), ...refusals(snapshot)]).toEqual(Array(4).fill("BACKEND_CLOSED"));
    expect(codeOf(() => backend.write({ puts: [], deletes: [] }))).toBe("BACKEND_CLOSED");
    expect(codeOf(() => backend.snapshot())).toBe("BACKEND_CLOSED");
  });

  test("a closed snapshot refuses; the database and its other snapshots go on", async () => {
    const backend = open();
    backend.write({ puts: [{ key: bytes(1), value: bytes(1) }], deletes: [] });
    const [one, other] = [backend.snapshot(), backend.snapshot()];
    one.close();
    one.close();
    backend.write({ puts: [{ key: bytes(1), value: bytes(2) }], deletes: [] });
    expect(refusals(one)).toEqual(["BACKEND_CLOSED", "BACKEND_CLOSED"]);
    expect([other.get(bytes(1)), backend.get(bytes(1))]).toEqual([bytes(1), bytes(2)]);
    // lmdb-js renews its own read transactions between turns of the event loop; a snapshot must outlive that.
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect([other.get(bytes(1)), backend.get(bytes(1))]).toEqual([bytes(1), bytes(2)]);
  });
}
