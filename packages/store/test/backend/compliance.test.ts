/**
 * What every backend must do, held against an ordered model; keys of all lengths.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareBytes, concatBytes, LocalError, toHex } from "@enclavenet/common";
import { type Backend, LmdbBackend, MemoryBackend } from "@enclavenet/store";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const bytes = (...values: number[]) => Uint8Array.from(values);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "store-backend-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Kind {
  readonly name: string;
  readonly open: () => Backend;
  readonly reopen: (backend: Backend) => Backend;
}

const kinds: Kind[] = [
  { name: "memory", open: () => new MemoryBackend(), reopen: (backend) => (backend as MemoryBackend).reopen() },
  {
    name: "lmdb",
    open: () => new LmdbBackend({ path: join(folder, "db") }),
    reopen: () => new LmdbBackend({ path: join(folder, "db") }),
  },
];

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

describe.each(kinds)("backend $name", (kind) => {
  test("answers as an ordered map does, also after opening it again", () => {
    let run = 0;
    fc.assert(
      fc.property(batches, fc.array(fc.tuple(bound, bound), { maxLength: 5 }), (writes, ranges) => {
        folder = join(folder, `${run++}`);
        let backend = kind.open();
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
          backend = kind.reopen(backend);
        }
        backend.close();
        folder = join(folder, "..");
      }),
      { numRuns: 40 },
    );
  });

  test("scans of many pages are complete in both directions", () => {
    const backend = kind.open();
    const puts = Array.from({ length: 1500 }, (_, i) => ({ key: bytes(1, i >> 8, i & 255), value: bytes(i & 255) }));
    backend.write({ puts, deletes: [] });
    const keys = puts.map((put) => toHex(put.key));
    expect([...backend.range(undefined, undefined, false)].map(([k]) => toHex(k))).toEqual(keys);
    expect([...backend.range(bytes(1), bytes(2), true)].map(([k]) => toHex(k))).toEqual(keys.reverse());
    backend.close();
  });

  test("a scan goes on in order when the data change under it", () => {
    const backend = kind.open();
    const puts = Array.from({ length: 100 }, (_, i) => ({ key: bytes(i), value: bytes(i) }));
    backend.write({ puts, deletes: [] });
    const seen: number[] = [];
    for (const [k] of backend.range(undefined, undefined, false)) {
      seen.push(k[0] as number);
      backend.write({ puts: [], deletes: [k] });
    }
    expect(seen).toEqual(puts.map((_, i) => i));
    expect([...backend.range(undefined, undefined, false)]).toEqual([]);
    backend.close();
  });

  test("answers are plain arrays that a later write does not change", () => {
    const backend = kind.open();
    backend.write({ puts: [{ key: bytes(1), value: bytes(1, 1) }], deletes: [] });
    const before = backend.get(bytes(1));
    const [pair] = backend.range(undefined, undefined, false);
    backend.write({ puts: [{ key: bytes(1), value: bytes(2, 2) }], deletes: [] });
    backend.get(bytes(1));
    expect(before).toEqual(bytes(1, 1));
    expect(pair).toEqual([bytes(1), bytes(1, 1)]);
    expect(Object.getPrototypeOf(before)).toBe(Uint8Array.prototype);
    backend.close();
  });

  test("a closed database refuses", () => {
    const backend = kind.open();
    backend.write({ puts: [{ key: bytes(1), value: bytes(1) }], deletes: [] });
    backend.close();
    backend.close();
    const refusals = [
      () => backend.get(bytes(1)),
      () => [...backend.range(undefined, undefined, false)],
      () => backend.write({ puts: [], deletes: [] }),
    ];
    for (const call of refusals) {
      let error: unknown;
      try {
        call();
      } catch (caught) {
        error = caught;
      }
      expect(LocalError.is(error, "BACKEND_CLOSED")).toBe(true);
    }
  });
});
