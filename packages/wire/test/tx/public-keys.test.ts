/** Keys of accounts against CosmJS, and hostile ones (spec 02 §3.4). */
import { createRequire } from "node:module";
import { fromHex, toBase64, toHex } from "@enclavenet/common";
import {
  type AccountPublicKey,
  type Any,
  aminoPublicKeyBytes,
  type BitArray,
  bitArrayOf,
  encodeLegacyAminoPubKey,
  encodeSecp256k1PubKey,
  parseAccountPublicKey,
  TypeUrl,
} from "@enclavenet/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accepted, wireError } from "../support/refusal.ts";

const fromSecretjs = createRequire(createRequire(import.meta.url).resolve("secretjs"));
const cosmjs = fromSecretjs("@cosmjs/amino") as { encodeAminoPubkey(key: unknown): Uint8Array };

function single(key: Uint8Array): Any {
  return { typeUrl: TypeUrl.secp256k1PubKey, value: encodeSecp256k1PubKey({ key }) };
}

function multisig(threshold: number, publicKeys: readonly Any[]): Any {
  return { typeUrl: TypeUrl.legacyAminoPubKey, value: encodeLegacyAminoPubKey({ threshold, publicKeys }) };
}

function cosmjsKey(key: AccountPublicKey): unknown {
  return key.kind === "secp256k1"
    ? { type: "tendermint/PubKeySecp256k1", value: toBase64(key.key) }
    : {
        type: "tendermint/PubKeyMultisigThreshold",
        value: { threshold: String(key.threshold), pubkeys: key.members.map(cosmjsKey) },
      };
}

const key33 = fc.uint8Array({ minLength: 33, maxLength: 33 });

describe("aminoPublicKeyBytes", () => {
  it("of one key is its prefix, its length and itself", () => {
    const key = new Uint8Array(33).fill(2);
    expect(toHex(aminoPublicKeyBytes(parseAccountPublicKey(single(key))))).toBe(`eb5ae98721${"02".repeat(33)}`);
  });

  it("is what CosmJS hashes into the address of a multisig account", () => {
    fc.assert(
      fc.property(fc.array(key33, { minLength: 1, maxLength: 5 }), fc.nat(), (keys, seed) => {
        const parsed = parseAccountPublicKey(multisig((seed % keys.length) + 1, keys.map(single)));
        expect(aminoPublicKeyBytes(parsed)).toEqual(new Uint8Array(cosmjs.encodeAminoPubkey(cosmjsKey(parsed))));
      }),
    );
  });

  it("nests", () => {
    const inner = multisig(1, [single(new Uint8Array(33))]);
    const parsed = parseAccountPublicKey(multisig(2, [inner, single(new Uint8Array(33).fill(3))]));
    expect(toHex(aminoPublicKeyBytes(parsed))).toBe(
      `22c1f7e20802122e22c1f7e208011226eb5ae98721${"00".repeat(33)}1226eb5ae98721${"03".repeat(33)}`,
    );
  });
});

describe("parseAccountPublicKey refuses", () => {
  const good = single(new Uint8Array(33));

  it("nothing of good keys", () => {
    expect(() => parseAccountPublicKey(multisig(2, [good, good]))).not.toThrow();
  });

  it.each([
    ["other types", { ...good, typeUrl: "/cosmos.crypto.ed25519.PubKey" }],
    ["a multisig key under another type", { ...multisig(1, [good]), typeUrl: "/cosmos.crypto.multisig.PubKey" }],
    ["keys that are not compressed", single(new Uint8Array(65))],
    ["threshold 0", multisig(0, [good])],
    ["a threshold beyond the members", multisig(2, [good])],
    ["no members", multisig(1, [])],
    ["a bad member", multisig(1, [good, single(new Uint8Array(32))])],
    ["malformed bytes", { ...good, value: fromHex("0a") }],
  ])("%s", (_, any) => {
    expect(() => parseAccountPublicKey(any)).toThrow(wireError);
  });

  it("keys in keys beyond eight levels", () => {
    const nested = (levels: number): Any => {
      let any = good;
      for (let i = 0; i < levels; i++) any = multisig(1, [any]);
      return any;
    };
    expect(() => parseAccountPublicKey(nested(8))).not.toThrow();
    expect(() => parseAccountPublicKey(nested(9))).toThrow(wireError);
  });

  it("noise, and never with another error", () => {
    const typeUrl = fc.constantFrom<string>(TypeUrl.secp256k1PubKey, TypeUrl.legacyAminoPubKey);
    fc.assert(
      fc.property(fc.record({ typeUrl, value: fc.uint8Array() }), (any) => {
        accepted(() => parseAccountPublicKey(any));
      }),
    );
  });
});

describe("bitArrayOf", () => {
  const show = (extraBitsStored: number, hex: string): string =>
    shown(bitArrayOf({ extraBitsStored, elems: fromHex(hex) }));
  const shown = (bits: BitArray): string => Array.from({ length: bits.length }, (_, i) => Number(bits.has(i))).join("");

  it("reads from the most significant bit", () => {
    expect(show(3, "a0")).toBe("101");
    expect(show(0, "a0")).toBe("10100000");
    expect(show(1, "ff80")).toBe("111111111");
    expect(show(0, "")).toBe("");
    expect(show(8, "a0")).toBe("10100000");
  });

  it("has nothing set beyond its end", () => {
    const bits = bitArrayOf({ extraBitsStored: 3, elems: Uint8Array.of(255) });
    expect([bits.has(2), bits.has(3), bits.has(8), bits.has(2 ** 32)]).toEqual([true, false, false, false]);
  });

  it("takes no room for its bits: more of them than an array may have entries", () => {
    const elems = new Uint8Array(2 ** 29 + 1);
    elems[2 ** 29] = 1;
    const bits = bitArrayOf({ extraBitsStored: 0, elems });
    expect([bits.length, bits.has(2 ** 32 + 7), bits.has(2 ** 32 + 6)]).toEqual([2 ** 32 + 8, true, false]);
  });

  it.each([
    [9, "a0"],
    [8, ""],
    [1, ""],
    [4294967295, "a0"],
  ])("refuses %i extra bits in %s", (extra, hex) => {
    expect(() => show(extra, hex)).toThrow(wireError);
  });
});
