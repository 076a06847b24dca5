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
    [
      "addresses",
      ["addr_validate"],
      (bytes: number) => [...large(bytes), "call $addr_validate", "drop"],
      128 * KIB,
      MIB,
    ],
    ["keys to read", ["db_read"], (bytes: number) => [...large(bytes), "call $db_read", "drop"], 128 * KIB, MIB],
    ["keys to remove", ["db_remove"], (bytes: number) => [...large(bytes), "call $db_remove"], 128 * KIB, MIB],
    ["requests", ["query_chain"], (bytes: number) => [...large(bytes), "call $query_chain", "drop"], 64 * KIB, MIB],
    [
      "messages to sign",
      ["ed25519_sign"],
      (bytes: number) => [...large(bytes), "i32.const 32", "call $ed25519_sign", "drop"],
      MIB,
      5 * MIB,
    ],
    [
      "messages to verify",
      ["ed25519_verify"],
      (bytes: number) => [...large(bytes), "i32.const 32", "i32.const 32", "call $ed25519_verify", "drop"],
      MIB,
      5 * MIB,
    ],
  ] as const)("is bounded in the size of %s", (_what, imports, lines, fits, tooMuch) => {
    const fine = loop(1, imports, lines(fits));
    expect(fine.error).toBeUndefined();
    expect(loop(1, imports, lines(tooMuch)).error?.kind).toBe("OutOfGas");
    // Again and again: bytes add up.
    expect(loop(1000, imports, lines(fits)).error?.kind).toBe("OutOfGas");
  });

  it("counts a message as often as a batch has signatures for it", () => {
    // A list of one message of 1 MiB at 64 KiB, lists of empty signatures and keys behind it: memory is zero otherwise.
    const region = (at: number, offset: number, length: number) => [
      ...[`i32.const ${at}`, `i32.const ${offset}`, "i32.store"],
      ...[`i32.const ${at}`, `i32.const ${length}`, "i32.store offset=8"],
    ];
    const batch = (signatures: number) => [
      ...[...region(1024, 65_536, MIB + 4), ...region(1040, 2 * MIB, 4 * signatures)],
      // The length of the message, big endian.
      ...[`i32.const ${65_536 + MIB}`, `i32.const ${0x1000}`, "i32.store"],
      ...["i32.const 1024", "i32.const 1040", "i32.const 1040", "call $ed25519_batch_verify", "drop"],
    ];
    const gasOf = (signatures: number) => 5_000n + 70_000n * BigInt(signatures);
    const fine = loop(1, ["ed25519_batch_verify"], batch(1));
    expect(fine.error).toBeUndefined();
    expect(fine.gas.used).toBeGreaterThan(gasOf(1));
    const many = loop(1, ["ed25519_batch_verify"], batch(100));
    expect(many.error?.kind).toBe("OutOfGas");
    expect(many.gas.used).toBeGreaterThan(gasOf(100));
  });

  it("is bounded in the number of imports that cost nothing", () => {
    const ask = ["i32.const 16", "call $query_chain", "drop"];
    const free = loop(200_000, ["query_chain"], ask);
    expect(free.error?.kind).toBe("OutOfGas");
    expect(free.gas.exhausted).toBe(0n);
    expect(free.gas.used).toBeLessThan(100_000n);
    // The same on every run: it counts, and measures nothing.
    expect(loop(200_000, ["query_chain"], ask).gas).toEqual(free.gas);
    const paid = { query: () => ({ response: new Uint8Array(0), externalGas: 30_000n }) };
    expect(loop(200_000, ["query_chain"], ask, paid).error).toBeUndefined();
  });

  it("does not meet what pays for itself, however long it goes on", () => {
    const read = ["i32.const 16", "call $db_read", "drop"];
    expect(loop(200_000, ["db_read"], read).error).toBeUndefined();
  });
});
