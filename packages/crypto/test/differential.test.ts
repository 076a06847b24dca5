/**
 * The two doors against each other: equal answers for every input, valid or hostile.
 * @module
 */
import { concatBytes, fromHex } from "@enclavenet/common";
import { isLowOrderPublicKey, SecretBytes } from "@enclavenet/crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { host, noble, node } from "./support/doors.ts";

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const secret = fixed(32).map(SecretBytes.from);
/** Lengths around block borders, where paddings change. */
const text = fc.oneof(bytes(70), fc.constantFrom(15, 16, 17, 31, 32, 33, 255, 256, 257, 513).chain(fixed));
const headers = fc.array(fc.oneof(bytes(40), fixed(16)), { maxLength: 4 });

describe("hashes", () => {
  it("agree", () => {
    fc.assert(
      fc.property(text, text, text, fc.nat(100), (a, b, c, length) => {
        for (const door of [node, host]) expect(door.sha256(a)).toEqual(noble.sha256(a));
        expect(node.ripemd160(a)).toEqual(noble.ripemd160(a));
        expect(node.keccak256(a)).toEqual(noble.keccak256(a));
        expect(node.hmacSha256(a, b)).toEqual(noble.hmacSha256(a, b));
        expect(node.hkdfSha256(a, b, c, length)).toEqual(noble.hkdfSha256(a, b, c, length));
      }),
      { numRuns: 60 },
    );
  });
});

describe("AES-SIV", () => {
  it("seals equal bytes, and each door opens the other's", () => {
    fc.assert(
      fc.property(secret, headers, text, (key, list, plaintext) => {
        const sealed = node.aesSivSeal(key, list, plaintext);
        expect(sealed).toEqual(noble.aesSivSeal(key, list, plaintext));
        expect(node.aesSivOpen(key, list, sealed)).toEqual(plaintext);
        expect(noble.aesSivOpen(key, list, sealed)).toEqual(plaintext);
      }),
    );
  });

  it("refuses every change of key, headers or ciphertext", () => {
    fc.assert(
      fc.property(secret, secret, headers, text, fc.nat(), fc.nat(7), (key, other, list, plaintext, at, bit) => {
        const sealed = node.aesSivSeal(key, list, plaintext);
        const changed = sealed.slice();
        const index = at % changed.length;
        changed[index] = (changed[index] as number) ^ (1 << bit);
        for (const door of [node, noble]) {
          expect(door.aesSivOpen(key, list, changed)).toBeUndefined();
          expect(door.aesSivOpen(key, [...list, new Uint8Array(0)], sealed)).toBeUndefined();
          if (!other.equals(key)) expect(door.aesSivOpen(other, list, sealed)).toBeUndefined();
          expect(door.aesSivOpen(key, list, sealed.subarray(0, 15))).toBeUndefined();
        }
      }),
      { numRuns: 50 },
    );
  });

  it("gives the same for many texts as for one by one", () => {
    const items = fc.array(fc.record({ headers, text }), { maxLength: 12 });
    fc.assert(
      fc.property(secret, items, fc.nat(), (key, list, broken) => {
        const sealed = node.aesSivSealMany(key, list);
        expect(sealed).toEqual(list.map((item) => noble.aesSivSeal(key, item.headers, item.text)));
        expect(noble.aesSivSealMany(key, list)).toEqual(sealed);
        const opening = list.map((item, i) => ({ headers: item.headers, text: sealed[i] as Uint8Array }));
        expect(node.aesSivOpenMany(key, opening)).toEqual(list.map((item) => item.text));
        if (list.length === 0) return;
        const index = broken % list.length;
        const expected: (Uint8Array | undefined)[] = list.map((item) => item.text);
        opening[index] = { headers: opening[index]?.headers ?? [], text: new Uint8Array(broken % 40) };
        expected[index] = undefined;
        expect(node.aesSivOpenMany(key, opening)).toEqual(expected);
        expect(noble.aesSivOpenMany(key, opening)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("handles texts longer than one piece, and views into larger buffers", () => {
    const key = SecretBytes.from(node.randomBytes(32));
    for (const length of [16383, 16384, 16385, 16400, 50_001]) {
      const whole = Uint8Array.from({ length: length + 3 }, (_, i) => i * 7);
      const plaintext = whole.subarray(3);
      const sealed = node.aesSivSeal(key, [plaintext, whole.subarray(1, 2)], plaintext);
      expect(sealed).toEqual(noble.aesSivSeal(key, [plaintext, whole.subarray(1, 2)], plaintext));
      expect(node.aesSivOpen(key, [plaintext, whole.subarray(1, 2)], sealed)).toEqual(plaintext);
    }
  });

  it("interleaves more keys than it caches", async () => {
    const { createNodePrimitives } = await import("@enclavenet/crypto/node");
    const small = createNodePrimitives({ sivKeys: 2, x25519Keys: 1 });
    const keys = [1, 2, 3, 4].map((n) => SecretBytes.from(new Uint8Array(32).fill(n)));
    for (let round = 0; round < 3; round++) {
      for (const key of keys) {
        expect(small.aesSivSeal(key, [], key.expose())).toEqual(noble.aesSivSeal(key, [], key.expose()));
        expect(small.x25519PublicKey(key)).toEqual(noble.x25519PublicKey(key));
      }
    }
  });

  it("refuses a wiped key and too many headers as wrong use", () => {
    for (const door of [node, noble]) {
      const key = SecretBytes.from(new Uint8Array(32));
      expect(door.aesSivSeal(key, Array(126).fill(new Uint8Array(1)), new Uint8Array(1)).length).toBe(17);
      const usage = expect.objectContaining({ code: "CRYPTO_USAGE" });
      expect(() => door.aesSivSeal(key, Array(127).fill(new Uint8Array(1)), new Uint8Array(1))).toThrow(usage);
      expect(() => door.aesSivSeal(SecretBytes.from(new Uint8Array(31)), [], new Uint8Array(1))).toThrow(usage);
      key.wipe();
      expect(() => door.aesSivSeal(key, [], new Uint8Array(1))).toThrow(usage);
    }
  });
});

describe("X25519", () => {
  it("agrees for random keys", () => {
    fc.assert(
      fc.property(secret, fixed(32), (privateKey, publicKey) => {
        expect(node.x25519PublicKey(privateKey)).toEqual(noble.x25519PublicKey(privateKey));
        const shared = node.x25519SharedSecret(privateKey, publicKey);
        expect(shared.equals(noble.x25519SharedSecret(privateKey, publicKey))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("gives zero for every encoding of a low-order point and for nothing else near it", () => {
    const u = [
      "00".repeat(32),
      `01${"00".repeat(31)}`,
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      `ec${"ff".repeat(30)}7f`,
      `ed${"ff".repeat(30)}7f`,
      `ee${"ff".repeat(30)}7f`,
    ].map(fromHex);
    const privateKey = SecretBytes.from(node.randomBytes(32));
    for (const point of u) {
      for (const top of [0, 0x80]) {
        const publicKey = point.slice();
        publicKey[31] = (publicKey[31] as number) | top;
        expect(isLowOrderPublicKey(publicKey)).toBe(true);
        for (const door of [node, noble]) {
          expect(door.x25519SharedSecret(privateKey, publicKey).expose()).toEqual(new Uint8Array(32));
        }
        publicKey[16] = (publicKey[16] as number) ^ 1;
        expect(isLowOrderPublicKey(publicKey)).toBe(false);
        const shared = node.x25519SharedSecret(privateKey, publicKey);
        expect(shared.expose()).not.toEqual(new Uint8Array(32));
        expect(shared.equals(noble.x25519SharedSecret(privateKey, publicKey))).toBe(true);
      }
    }
  });
});

describe("secp256k1", () => {
  it("signs equally; verifies, recovers and converts equally", () => {
    fc.assert(
      fc.property(fixed(32), secret, fc.nat(3), fc.nat(7), (digest, privateKey, id, bit) => {
        const publicKey = node.secp256k1PublicKey(privateKey);
        expect(publicKey).toEqual(noble.secp256k1PublicKey(privateKey));
        if (publicKey === undefined) return;
        const signature = node.secp256k1Sign(digest, privateKey) as Uint8Array;
        expect(signature).toEqual(noble.secp256k1Sign(digest, privateKey));
        const changed = signature.slice();
        changed[5 * bit] = (changed[5 * bit] as number) ^ (1 << bit);
        const long = node.secp256k1ConvertPublicKey(publicKey, false) as Uint8Array;
        expect(long).toEqual(noble.secp256k1ConvertPublicKey(publicKey, false));
        for (const door of [node, noble, host]) {
          expect(door.secp256k1Verify(digest, signature, publicKey)).toBe(true);
          expect(door.secp256k1Verify(digest, signature, long)).toBe(true);
          expect(door.secp256k1Verify(digest, changed, publicKey)).toBe(false);
          expect(door.secp256k1ConvertPublicKey(long, true)).toEqual(publicKey);
        }
        for (const sig of [signature, changed]) {
          expect(node.secp256k1Recover(digest, sig, id)).toEqual(noble.secp256k1Recover(digest, sig, id));
        }
      }),
      { numRuns: 25 },
    );
  });

  it("judges arbitrary bytes equally", () => {
    const key = fc.oneof(
      fc.tuple(fc.constantFrom(2, 3), fixed(32)).map(([first, x]) => concatBytes(Uint8Array.of(first), x)),
      fc.tuple(fc.constantFrom(4, 6, 7), fixed(64)).map(([first, xy]) => concatBytes(Uint8Array.of(first), xy)),
      bytes(66),
    );
    fc.assert(
      fc.property(key, fixed(32), fixed(64), (publicKey, digest, signature) => {
        const good = node.secp256k1IsPublicKey(publicKey);
        expect(noble.secp256k1IsPublicKey(publicKey)).toBe(good);
        expect(node.secp256k1Verify(digest, signature, publicKey)).toBe(false);
        expect(noble.secp256k1Verify(digest, signature, publicKey)).toBe(false);
        expect(host.secp256k1Verify(digest, signature, publicKey)).toBe(false);
        for (const id of [0, 1, 2, 3, 4, -1, 0.5]) {
          expect(node.secp256k1Recover(digest, signature, id)).toEqual(noble.secp256k1Recover(digest, signature, id));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("knows hybrid keys with the right parity only", () => {
    for (let n = 1; n <= 6; n++) {
      const privateKey = SecretBytes.from(new Uint8Array(32).fill(n));
      const digest = new Uint8Array(32).fill(9);
      const signature = node.secp256k1Sign(digest, privateKey) as Uint8Array;
      const plain = node.secp256k1PublicKey(privateKey) as Uint8Array;
      const hybrid = node.secp256k1ConvertPublicKey(plain, false) as Uint8Array;
      const parity = (hybrid[64] as number) & 1;
      for (const door of [node, noble, host]) {
        hybrid[0] = 6 + parity;
        expect(door.secp256k1IsPublicKey(hybrid)).toBe(true);
        expect(door.secp256k1Verify(digest, signature, hybrid)).toBe(true);
        expect(door.secp256k1ConvertPublicKey(hybrid, true)).toEqual(plain);
        hybrid[0] = 7 - parity;
        expect(door.secp256k1IsPublicKey(hybrid)).toBe(false);
        expect(door.secp256k1Verify(digest, signature, hybrid)).toBe(false);
      }
    }
  });

  it("refuses high S in verification, accepts it in recovery", () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const privateKey = SecretBytes.from(new Uint8Array(32).fill(7));
    const digest = new Uint8Array(32).fill(1);
    const signature = node.secp256k1Sign(digest, privateKey) as Uint8Array;
    const publicKey = node.secp256k1PublicKey(privateKey) as Uint8Array;
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString("hex")}`);
    const high = concatBytes(signature.subarray(0, 32), fromHex((order - s).toString(16).padStart(64, "0")));
    for (const door of [node, noble, host]) {
      expect(door.secp256k1Verify(digest, signature, publicKey)).toBe(true);
      expect(door.secp256k1Verify(digest, high, publicKey)).toBe(false);
      const recovered = [0, 1].map((id) => door.secp256k1Recover(digest, high, id));
      expect(recovered).toContainEqual(publicKey);
    }
  });

  it("refuses private keys outside [1, n)", () => {
    const keys = ["00".repeat(32), "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", "ff".repeat(32)];
    for (const door of [node, noble]) {
      const last = SecretBytes.from(fromHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"));
      expect(door.secp256k1PublicKey(last)).toBeDefined();
      for (const hex of keys) {
        const key = SecretBytes.from(fromHex(hex));
        expect(door.secp256k1PublicKey(key)).toBeUndefined();
        expect(door.secp256k1Sign(new Uint8Array(32), key)).toBeUndefined();
      }
    }
  });
});
