/**
 * What the multistore does when the database fails or holds what it did not write.
 * @module
 */
import { type Backend, MemoryBackend, RootMultiStore, type WriteBatch } from "@enclavenet/store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { change, codeOf, memoryStore, text } from "../support/text.ts";

const storeNames = ["s"];

/** A database whose writes can be made to fail. */
class FailingBackend extends MemoryBackend {
  failing = false;

  override write(batch: WriteBatch): void {
    if (this.failing) throw new Error("no space left on the device");
    super.write(batch);
  }
}

function written(): { backend: MemoryBackend; appHash: Uint8Array } {
  const backend = new MemoryBackend();
  const store = RootMultiStore.open({ backend, storeNames });
  for (let version = 0; version < 3; version++) {
    change(store.kvStore("s"), { a: `${version}`, b: "1", c: "1", [`k${version}`]: "1" });
    store.commit();
  }
  return { backend, appHash: store.lastCommit.appHash };
}

/** Uses everything that reads records. */
function readAll(backend: Backend): void {
  const store = RootMultiStore.open({ backend, storeNames, pruning: { keepRecent: 1n, interval: 1n } });
  const { version } = store.lastCommit;
  const past = store.at(version - 1n).kvStore("s");
  past.get(text("b"));
  Array.from(past.iterator());
  store.prove("s", text("b"), version);
  change(store.kvStore("s"), { a: undefined, b: "2" });
  store.commit();
}

describe("a commit that fails", () => {
  test("says so with its cause, refuses what follows, and leaves the last version", () => {
    const backend = new FailingBackend();
    const store = RootMultiStore.open({ backend, storeNames });
    change(store.kvStore("s"), { a: "1" });
    const one = store.commit();
    change(store.kvStore("s"), { a: "2" });
    backend.failing = true;
    let cause: unknown;
    try {
      store.commit();
    } catch (error) {
      cause = (error as Error).cause;
      expect(
        codeOf(() => {
          throw error;
        }),
      ).toBe("STORE_COMMIT_FAILED");
    }
    expect((cause as Error).message).toContain("no space");
    backend.failing = false;
    expect(codeOf(() => store.commit())).toBe("STORE_FAILED");
    expect(codeOf(() => store.workingHash())).toBe("STORE_FAILED");
    expect(store.lastCommit).toEqual(one);
    const again = RootMultiStore.open({ backend, storeNames });
    expect(again.lastCommit).toEqual(one);
    expect(again.kvStore("s").get(text("a"))).toEqual(text("1"));
  });
});

describe("a database with other content", () => {
  test("of an unknown format is refused", () => {
    const backend = new MemoryBackend();
    backend.write({ puts: [{ key: text("m"), value: Uint8Array.of(9, 1, 1) }], deletes: [] });
    expect(codeOf(() => RootMultiStore.open({ backend, storeNames }))).toBe("STORE_FORMAT_UNKNOWN");
  });

  test("without the commit record of its version is refused", () => {
    const { backend } = written();
    const keys = [...backend.range(text("c"), text("d"), false)].map(([key]) => key);
    backend.write({ puts: [], deletes: keys });
    expect(codeOf(() => RootMultiStore.open({ backend, storeNames }))).toBe("STORE_CORRUPT");
  });

  test("that was cut or changed fails by code, never by a crash or without end", () => {
    readAll(written().backend);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.option(fc.nat(255), { nil: undefined }), (which, where, byte) => {
        const { backend } = written();
        const records = [...backend.range(undefined, undefined, false)].filter(([key]) => key[0] !== 0x6b);
        const [key, value] = records[which % records.length]!;
        const at = where % Math.max(1, value.length);
        const changed = byte === undefined ? value.slice(0, at) : value.slice();
        if (byte !== undefined) changed[at] = byte;
        backend.write({ puts: [{ key, value: changed }], deletes: [] });
        const code = codeOf(() => readAll(backend));
        expect(code === undefined || /^(STORE|PROOF|BYTES)_/.test(code)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});

describe("extra values", () => {
  test("are committed with the version, stay until they are set again, and are no part of the AppHash", () => {
    const plain = memoryStore();
    const store = memoryStore();
    expect(store.extra(text("x"))).toBeUndefined();
    store.commit([
      { key: text("x"), value: text("1") },
      { key: text("y"), value: new Uint8Array(0) },
    ]);
    expect([store.extra(text("x")), store.extra(text("y"))]).toEqual([text("1"), new Uint8Array(0)]);
    store.commit([{ key: text("x"), value: text("2") }]);
    store.commit();
    expect([store.extra(text("x")), store.extra(text("y"))]).toEqual([text("2"), new Uint8Array(0)]);
    plain.commit();
    expect(store.lastCommit.appHash).toEqual(plain.lastCommit.appHash);
  });
});
