/**
 * Answers and charges of the crypto imports as a contract sees them, in both interfaces (spec 03 §1.4): error numbers, forms
 * of results, shapes of batches, ZIP-215, and in which order an import charges and reads.
 * @module
 */
import { concatBytes, fromHex, toHex, utf8ToBytes } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import {
  type Abi,
  ALLOCATE_GAS,
  type Arguments,
  CryptoGuest,
  type CryptoImport,
  primitives,
  sections,
} from "./guest.ts";

/** Fixed charges, written down from spec 03 §1.4. */
const GAS: Readonly<Record<Exclude<CryptoImport, "ed25519_batch_verify">, bigint>> = {
  secp256k1_verify: 98_304n,
  secp256k1_recover_pubkey: 98_304n,
  secp256k1_sign: 100_000n,
  ed25519_verify: 73_728n,
  ed25519_sign: 75_000n,
  dcap_quote_verify: 100_000n,
};

const bytes = (length: number, fill = 0): Uint8Array => new Uint8Array(length).fill(fill);
const N = fromHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

/** RFC 6979 with key 1, as all implementations of secp256k1 have it; S is low. */
const SATOSHI = {
  key: bytes(32).with(31, 1),
  message: utf8ToBytes("Satoshi Nakamoto"),
  digest: primitives.sha256(utf8ToBytes("Satoshi Nakamoto")),
  publicKey: fromHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
  signature: fromHex(
    "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8" +
      "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
  ),
};
/** The same with n - s. */
const HIGH_S = concatBytes(
  SATOSHI.signature.subarray(0, 32),
  fromHex("dbbd3162d46e9f9bef7feb87c16dc13b4f6568a87f4e83f728e2443ba586675c"),
);

/** RFC 8032 §7.1, test 2. */
const RFC8032 = {
  seed: fromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"),
  publicKey: fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
  message: fromHex("72"),
  signature: fromHex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ),
};

const { digest, signature, publicKey, key, message } = SATOSHI;
const { seed } = RFC8032;
const NOT_ON_CURVE = concatBytes(Uint8Array.of(2), bytes(32, 255));

/** Import, arguments, answer: `code` for i32 functions, high half for i64 functions. */
const CODES: readonly (readonly [what: string, name: CryptoImport, args: Arguments, code: number])[] = [
  ["good", "secp256k1_verify", [digest, signature, publicKey], 0],
  ["high S", "secp256k1_verify", [digest, HIGH_S, publicKey], 1],
  ["another hash", "secp256k1_verify", [digest.with(0, 0), signature, publicKey], 1],
  ["r and s zero", "secp256k1_verify", [digest, bytes(64), publicKey], 1],
  ["hash of 31 bytes", "secp256k1_verify", [digest.subarray(1), signature, publicKey], 3],
  ["hash of 33 bytes", "secp256k1_verify", [bytes(33), signature, publicKey], 3],
  ["no hash", "secp256k1_verify", [bytes(0), signature, publicKey], 3],
  ["signature of 63 bytes", "secp256k1_verify", [digest, signature.subarray(1), publicKey], 4],
  ["signature of 65 bytes", "secp256k1_verify", [digest, bytes(65), publicKey], 4],
  ["no key", "secp256k1_verify", [digest, signature, bytes(0)], 5],
  ["key of 33 bytes that begins with 4", "secp256k1_verify", [digest, signature, publicKey.with(0, 4)], 5],
  ["key of 65 bytes that begins with 2", "secp256k1_verify", [digest, signature, bytes(65).with(0, 2)], 5],
  ["key of 32 bytes", "secp256k1_verify", [digest, signature, publicKey.subarray(1)], 5],
  ["key that is no point", "secp256k1_verify", [digest, signature, NOT_ON_CURVE], 10],
  ["r = n", "secp256k1_verify", [digest, concatBytes(N, signature.subarray(32)), publicKey], 10],
  ["s = n", "secp256k1_verify", [digest, concatBytes(signature.subarray(0, 32), N), publicKey], 10],
  ["recover hash of 31 bytes", "secp256k1_recover_pubkey", [digest.subarray(1), signature, 0], 3],
  ["recover signature of 63 bytes", "secp256k1_recover_pubkey", [digest, signature.subarray(1), 0], 4],
  ["recover param 4", "secp256k1_recover_pubkey", [digest, signature, 4], 10],
  ["recover param -1", "secp256k1_recover_pubkey", [digest, signature, -1], 10],
  ["recover param 2, r + n is no x", "secp256k1_recover_pubkey", [digest, signature, 2], 10],
  ["recover zeroes", "secp256k1_recover_pubkey", [digest, bytes(64), 0], 10],
  ["sign with key 0", "secp256k1_sign", [message, bytes(32)], 1000],
  ["sign with key n", "secp256k1_sign", [message, N], 1000],
  ["sign with 31 bytes", "secp256k1_sign", [message, key.subarray(1)], 1000],
  ["sign with no key", "secp256k1_sign", [message, bytes(0)], 1000],
  ["good", "ed25519_verify", [RFC8032.message, RFC8032.signature, RFC8032.publicKey], 0],
  ["another message", "ed25519_verify", [bytes(1), RFC8032.signature, RFC8032.publicKey], 1],
  ["signature of 63 bytes", "ed25519_verify", [bytes(1), bytes(63), RFC8032.publicKey], 4],
  ["no signature", "ed25519_verify", [bytes(1), bytes(0), RFC8032.publicKey], 4],
  ["key of 31 bytes", "ed25519_verify", [bytes(1), bytes(64), bytes(31)], 5],
  ["key that is no point", "ed25519_verify", [bytes(1), bytes(64), bytes(32).with(0, 2)], 5],
  ["seed of 31 bytes", "ed25519_sign", [bytes(1), seed.subarray(1)], 1000],
  ["seed of 64 bytes", "ed25519_sign", [bytes(1), bytes(64)], 1000],
];

/** The points of small order: eight canonical encodings, then the others that ZIP-215 accepts. */
const SMALL_ORDER = [
  ...[`01${"00".repeat(31)}`, `ec${"ff".repeat(30)}7f`, "00".repeat(32), `${"00".repeat(31)}80`],
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  ...[`01${"00".repeat(30)}80`, `ec${"ff".repeat(31)}`, `ee${"ff".repeat(30)}7f`, `ee${"ff".repeat(31)}`],
  ...[`ed${"ff".repeat(30)}7f`, `ed${"ff".repeat(31)}`],
].map(fromHex);

describe.each(["v0.10", "v1"] as const)("crypto imports of a %s contract", (abi: Abi) => {
  const guest = new CryptoGuest(abi);

  it.each(CODES)("%s: %s", (_what, name, args, code) => {
    const { result, charged } = guest.call(name, args);
    const isWide = !name.endsWith("verify");
    expect(result).toBe(isWide ? BigInt(code) << 32n : BigInt(code));
    expect(charged).toBe(GAS[name as keyof typeof GAS]);
  });

  it("bytes come in a region of the guest's own allocator, which pays for it", () => {
    for (const [name, args, value] of [
      ["secp256k1_sign", [message, key], signature],
      ["ed25519_sign", [RFC8032.message, seed], RFC8032.signature],
      ["secp256k1_recover_pubkey", [digest, signature, 1], publicKey],
      ["secp256k1_recover_pubkey", [digest, HIGH_S, 0], publicKey],
    ] as const) {
      const { result, charged } = guest.call(name, args);
      expect(result >> 32n).toBe(0n);
      expect(charged).toBe(GAS[name] + ALLOCATE_GAS);
      expect(toHex(guest.bytes(name, args) as Uint8Array)).toBe(toHex(value));
    }
  });

  it("ed25519 follows ZIP-215: S = 0 with every pair of small-order encodings is valid, also in a batch", () => {
    const zcash = utf8ToBytes("Zcash");
    const pairs = SMALL_ORDER.flatMap((a) => SMALL_ORDER.map((r) => [a, concatBytes(r, bytes(32))] as const));
    for (const [point, one] of pairs) expect(guest.call("ed25519_verify", [zcash, one, point]).result).toBe(0n);
    const batch = guest.batch(
      [zcash],
      pairs.map(([, one]) => one),
      pairs.map(([point]) => point),
    );
    expect(batch).toMatchObject({ result: 0n, charged: 5_000n + 70_000n * 196n });
    // S = L is the same number as 0 and still refused.
    const order = fromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    const [first] = SMALL_ORDER as [Uint8Array];
    expect(guest.call("ed25519_verify", [zcash, concatBytes(first, order), first]).result).toBe(1n);
  });

  it.each(Object.keys(GAS) as (keyof typeof GAS)[])("%s charges before it reads its arguments", (name) => {
    if (abi === "v0.10" && name === "dcap_quote_verify") return;
    const args = [bytes(4), bytes(4), bytes(4)] as const;
    const around = guest.without(name, args);
    const unread = guest.call(name, args, { nullPointer: true });
    expect(unread.outcome.error?.kind).toBe("MemoryReadError");
    // The entry point's sequences are charged when they are entered; those after the import are not reached.
    expect(unread.outcome.gas.used).toBeGreaterThanOrEqual(around - 20n + GAS[name]);
    const short = guest.call(name, args, { nullPointer: true, gasLimit: around - 20n + GAS[name] - 1n });
    expect(short.outcome.error?.kind).toBe("OutOfGas");
    expect(short.outcome.gas.exhausted).toBe(GAS[name]);
  });
});

describe.each(["v0.10", "v1"] as const)("ed25519_batch_verify of a %s contract", (abi: Abi) => {
  const guest = new CryptoGuest(abi);
  const seeds = [1, 2, 3].map((n) => bytes(32, n));
  const signed = (text: Uint8Array, by: Uint8Array) => guest.bytes("ed25519_sign", [text, by]) as Uint8Array;
  const keys = [
    "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
    "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394",
    "ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1",
  ].map(fromHex);
  const messages = [1, 2, 3].map((n) => bytes(n, n));
  const each = messages.map((text, i) => signed(text, seeds[i] as Uint8Array));
  const [text, owner] = [messages[0] as Uint8Array, keys[0] as Uint8Array];
  const sameText = seeds.map((by) => signed(text, by));
  const sameKey = messages.map((one) => signed(one, seeds[0] as Uint8Array));

  it.each([
    ["n of each", messages, each, keys, 0, 3n],
    ["one message", [text], sameText, keys, 0, 3n],
    ["one key", messages, sameKey, [owner], 0, 3n],
    ["nothing", [], [], [], 0, 0n],
    ["one message and nobody", [text], [], [], 0, 0n],
    ["one key and nothing", [], [], [owner], 0, 0n],
    ["keys in another order", messages, each, [...keys].reverse(), 1, 3n],
    ["a signature of 63 bytes", messages, each.with(1, bytes(63)), keys, 4, 3n],
    ["a key of 31 bytes", messages, each, keys.with(1, bytes(31)), 5, 3n],
  ] as const)("%s: charged for each after decoding", (_what, m, s, k, code, count) => {
    const { result, charged } = guest.batch(m, s, k);
    expect([result, charged]).toEqual([BigInt(code), 5_000n + 70_000n * count]);
  });

  it.each([
    ["fewer messages", messages.slice(1), each, keys],
    ["fewer signatures", messages, each.slice(1), keys],
    ["fewer keys", messages, each, keys.slice(1)],
    ["one message, fewer signatures", [text], each.slice(1), keys],
    ["messages alone", messages, [], []],
    ["keys alone", [], [], keys],
  ] as const)("%s: 7, and nothing charged", (_what, m, s, k) => {
    expect(guest.batch(m, s, k)).toMatchObject({ result: 7n, charged: 0n });
  });

  it("a list that is none, and a region that is none, end the call with nothing charged", () => {
    const args = [Uint8Array.of(9, 0, 0, 0, 7), sections(each), sections(keys)] as const;
    const broken = guest.call("ed25519_batch_verify", args);
    expect(broken.outcome.error?.kind).toBe("Unknown");
    expect(broken.charged).toBeLessThanOrEqual(0n);
    const unread = guest.call("ed25519_batch_verify", args, { nullPointer: true });
    expect(unread.outcome.error?.kind).toBe("MemoryReadError");
    expect(unread.charged).toBeLessThanOrEqual(0n);
  });

  it("out of gas comes after decoding, before any verification", () => {
    const args = [sections(messages), sections(each), sections(keys)] as const;
    const { outcome } = guest.call("ed25519_batch_verify", args, { gasLimit: 200_000n });
    expect(outcome.error?.kind).toBe("OutOfGas");
    expect(outcome.gas.exhausted).toBe(215_000n);
  });
});

describe("dcap_quote_verify", () => {
  const guest = new CryptoGuest("v1");

  // docs/compatibility.md, "Not there yet".
  it.each([
    ["a quote and collateral", bytes(100, 1)],
    ["no collateral", bytes(0)],
  ])("answers the generic error for %s, and charges", (_what, collateral) => {
    const { result, charged } = guest.call("dcap_quote_verify", [bytes(600, 1), collateral]);
    expect([result, charged]).toEqual([10n << 32n, 100_000n]);
  });
});
