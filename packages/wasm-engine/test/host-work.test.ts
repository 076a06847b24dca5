/** What a call may make the host do beyond what its gas pays for (docs/security.md, hostile input). */
import type { Backend } from "@enclavenet/wasm-engine";
import { describe, expect, it } from "vitest";
import { memoryBackend, runQuery } from "./support/backend.ts";

const GAS = 4_000_000_000n;

/** Calls `times` in a loop what `lines` call. */
function loop(times: number, imports: readonly string[], lines: readonly string[], backend?: Partial<Backend>) {
  const query = [
    ...["loop", ...lines, "local.get $i", "i32.const 1", "i32.add", "local.tee $i"],
    ...[`i32.const ${times}`, "i32.lt_u", "br_if 0", "end", "i32.const 16"],
  ];
  return runQuery({ query, imports, pages: 100 }, { backend: quiet(backend), gasLimit: GAS });
}

/** A backend without the log, which would be most of the time. */
function quiet(overrides: Partial<Backend> = {}): Backend {
  const { crypto, addresses } = memoryBackend();
  return {
    crypto,
    addresses,
    read: () => ({ value: undefined, externalGas: 0n }),
    write: () => {},
    remove: () => ({ externalGas: 0n }),
    query: () => ({ response: new Uint8Array(0), externalGas: 0n }),
    ...overrides,
  };
}

/** Lines that leave a region of `bytes` at 1024. */
const large = (bytes: number): string[] => [
  ...["i32.const 1024", "i32.const 65536", "i32.store", "i32.const 1024", `i32.const ${bytes}`, "i32.store offset=8"],
  "i32.const 1024",
];
const KIB = 1024;
const MIB = KIB * KIB;

describe("work of the host", () => {
  it.each([
    [
      "keys to write",
      ["db_write"],
      (bytes: number) => [...large(bytes), "i32.const 32", "call $db_write"],
      128 * KIB,
      MIB,
    ],
    ["addresses", ["addr_validate"], (bytes: number) => [...large(bytes), "call $addr_validate", "drop"], MIB, 5 * MIB],
    ["keys to read", ["db_read"], (bytes: number) => [...large(bytes), "call $db_read", "drop"], 128 * KIB, MIB],
    ["keys to remove", ["db_remove"], (bytes: number) => [...large(bytes), "call $db_remove"], 128 * KIB, MIB],
    ["requests", ["query_chain"], (bytes: number) => [...large(bytes), "call $query_chain", "drop"], MIB, 0],
  ] as const)("is bounded in the size of %s", (_what, imports, lines, fits, tooMuch) => {
    const fine = loop(1, imports, lines(fits));
    expect(fine.error).toBeUndefined();
    if (tooMuch > 0) expect(loop(1, imports, lines(tooMuch)).error?.kind).toBe("OutOfGas");
    // Again and again: bytes add up.
    expect(loop(1000, imports, lines(fits)).error?.kind).toBe("OutOfGas");
  });

  it("is bounded in the number of imports that cost nothing", () => {
    const ask = ["i32.const 16", "call $query_chain", "drop"];
    const free = loop(200_000, ["query_chain"], ask);
    expect(free.error?.kind).toBe("OutOfGas");
    expect(free.gas.exhausted).toBe(0n);
    expect(free.gas.used).toBeLessThan(20_000_000n);
    // The same on every run: it counts, and measures nothing.
    expect(loop(200_000, ["query_chain"], ask).gas).toEqual(free.gas);
    const paid = { query: () => ({ response: new Uint8Array(0), externalGas: 2_000n }) };
    expect(loop(200_000, ["query_chain"], ask, paid).error).toBeUndefined();
  });

  it("does not meet what pays for itself, however long it goes on", () => {
    const read = ["i32.const 16", "call $db_read", "drop"];
    expect(loop(200_000, ["db_read"], read).error).toBeUndefined();
  });
});
