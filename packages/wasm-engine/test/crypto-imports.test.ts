/** Results of the crypto imports and the batch encoding (spec 03 §1.2, §1.4). */
import { toHex } from "@enclavenet/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countSections, cutSections } from "../src/imports/batch-sections.ts";
import { memoryBackend, runQuery } from "./support/backend.ts";
import { cost, QUERY_ARGS_GAS } from "./support/wat.ts";

const KEY = "i32.const 16";

function encode(sections: readonly Uint8Array[]): Uint8Array {
  const out: number[] = [];
  for (const section of sections) out.push(...section, 0, 0, section.length >> 8, section.length & 255);
  return Uint8Array.from(out);
}

/** Data of a list region at `at` with its content at `at + 12`. */
function listRegion(at: number, content: Uint8Array): string {
  const header = new Uint8Array(12);
  const view = new DataView(header.buffer);
  view.setUint32(0, at + 12, true);
  view.setUint32(8, content.length, true);
  const bytes = [...header, ...content].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`);
  return `(data (i32.const ${at}) "${bytes.join("")}")`;
}

/** Runs an i64 import and returns its raw result. */
function i64Result(name: string, args: readonly string[], backend = memoryBackend()): bigint {
  const query = ["i32.const 64", ...args, `call $${name}`, "i64.store", "i32.const 1024"];
  const outcome = runQuery(
    {
      query,
      imports: [name],
      data: listRegion(1024, new Uint8Array(8)).replace("\\0c\\04\\00\\00", "\\40\\00\\00\\00"),
    },
    { backend },
  );
  expect(outcome.error).toBeUndefined();
  const output = outcome.output as Uint8Array;
  return new DataView(output.buffer, output.byteOffset).getBigUint64(0, true);
}

describe("i64 results", () => {
  it("hold the region in the low half on success", () => {
    const query = [KEY, KEY, "call $secp256k1_sign", "i32.wrap_i64"];
    expect(runQuery({ query, imports: ["secp256k1_sign"] }).output).toEqual(Uint8Array.of(5));
    expect(i64Result("secp256k1_sign", [KEY, KEY]) >> 32n).toBe(0n);
  });

  it("hold the code in the high half on failure", () => {
    expect(i64Result("ed25519_sign", [KEY, KEY])).toBe(1000n << 32n);
    expect(i64Result("secp256k1_recover_pubkey", [KEY, KEY, "i32.const 4"])).toBe(10n << 32n);
    expect(i64Result("secp256k1_recover_pubkey", [KEY, KEY, "i32.const -1"])).toBe(10n << 32n);
  });

  it("of dcap_quote_verify hold status or code; no verifier and no collateral are the generic error", () => {
    const name = "dcap_quote_verify";
    expect(i64Result(name, [KEY, KEY])).toBe(10n << 32n);
    const verifier = memoryBackend({ dcapQuoteVerify: () => ({ status: 0xa001 }) });
    expect(i64Result(name, [KEY, KEY], verifier)).toBe(0xa001n);
    expect(i64Result(name, [KEY, "i32.const 32"], verifier)).toBe(10n << 32n);
    expect(i64Result(name, [KEY, KEY], memoryBackend({ dcapQuoteVerify: () => ({ code: 4 }) }))).toBe(4n << 32n);
  });
});

describe("i32 results", () => {
  it("are the backend's number, and the backend sees the three regions in order", () => {
    const backend = memoryBackend();
    const query = [
      "i32.const 64",
      "i32.const 16",
      "i32.const 32",
      "local.get $msg",
      "call $secp256k1_verify",
      "i32.store",
      KEY,
    ];
    expect(runQuery({ query, imports: ["secp256k1_verify"] }, { backend }).output).toEqual(Uint8Array.of(1, 0, 0, 0));
    expect(backend.log).toEqual(["secp256k1Verify 6b657931  4d"]);
  });
});

describe("ed25519_batch_verify", () => {
  const one = (byte: number) => Uint8Array.of(byte);
  const query = [
    "i32.const 64",
    "i32.const 1024",
    "i32.const 1280",
    "i32.const 1536",
    "call $ed25519_batch_verify",
    "i32.store",
    KEY,
  ];
  const imports = ["ed25519_batch_verify"];

  function batch(messages: Uint8Array[], signatures: Uint8Array[], keys: Uint8Array[]) {
    const backend = memoryBackend();
    const data = [
      listRegion(1024, encode(messages)),
      listRegion(1280, encode(signatures)),
      listRegion(1536, encode(keys)),
    ].join("\n");
    const outcome = runQuery({ query, imports, data }, { backend });
    const used = outcome.gas.used - QUERY_ARGS_GAS - cost(query);
    return { code: outcome.output?.[0], used, log: backend.log };
  }

  it("accepts equal lengths, one message, or one key; charges 70,000 each", () => {
    const a = [one(1), one(2), one(3)];
    expect(batch(a, a, a)).toEqual({ code: 0, used: 215_000n, log: ["batch 01,02,03 01,02,03 01,02,03"] });
    expect(batch([one(9)], a, a)).toMatchObject({ code: 0, used: 215_000n });
    expect(batch(a, a, [one(9)])).toMatchObject({ code: 0, used: 215_000n });
    expect(batch([], [], [])).toMatchObject({ code: 0, used: 5_000n });
  });

  it("returns 7 and charges nothing for other shapes", () => {
    const a = [one(1), one(2)];
    for (const [m, s, k] of [
      [a, a, [one(1), one(2), one(3)]],
      [a, [one(1)], a],
      [[], a, a],
      [a, [], []],
    ] as const) {
      expect(batch([...m], [...s], [...k])).toEqual({ code: 7, used: 0n, log: [] });
    }
  });

  it("fails on a section longer than its list", () => {
    const data = [1024, 1280, 1536].map((at) => listRegion(at, Uint8Array.of(1, 0, 0, 0, 2))).join("\n");
    expect(runQuery({ query, imports, data }).error?.kind).toBe("Unknown");
  });

  it("decodes what was encoded, ignoring up to three leading bytes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
        fc.integer({ min: 0, max: 3 }),
        (list, n) => {
          const bytes = Uint8Array.from([...new Array<number>(n).fill(7), ...encode(list)]);
          expect(countSections(bytes)).toBe(list.length);
          expect(cutSections(bytes).map(toHex)).toEqual(list.map(toHex));
        },
      ),
    );
  });
});
