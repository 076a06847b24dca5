/**
 * Edge cases of Project Wycheproof on both doors. The files are read from beside the repository and skipped, by name,
 * where they are absent.
 * @module
 */
import { readFileSync } from "node:fs";
import { concatBytes, fromHex, toHex } from "@enclavenet/common";
import { type Primitives, SecretBytes } from "@enclavenet/crypto";
import { describe, expect, it } from "vitest";
import { sharedFile } from "../../../tests/support/shared.ts";
import { doors, host } from "./support/doors.ts";

type Case = Readonly<Record<string, string>> & { readonly tcId: number; readonly flags?: readonly string[] };
interface Group {
  readonly keySize?: number;
  readonly tagSize?: number;
  readonly publicKey?: { readonly pk?: string; readonly uncompressed?: string };
  readonly tests: readonly Case[];
}

/** Registers a test over all cases of a file; `accepts` gives the verdict of the implementation. */
function wycheproof(file: string, expected: number, accepts: (test: Case, group: Group) => boolean | undefined): void {
  it(file, (context) => {
    const path = sharedFile("data", "wycheproof", file);
    if (path === undefined) return context.skip("wycheproof data is not beside the repository");
    const { testGroups } = JSON.parse(readFileSync(path, "utf8")) as { testGroups: readonly Group[] };
    let checked = 0;
    for (const group of testGroups) {
      for (const test of group.tests) {
        const verdict = accepts(test, group);
        if (verdict === undefined) continue;
        checked++;
        const label = `case ${test.tcId}: ${test.comment}`;
        if (test.result !== "acceptable") expect(verdict, label).toBe(test.result === "valid");
        else expect(verdict, label).toBe(true);
      }
    }
    expect(checked).toBe(expected);
  });
}

const field = (test: Case, name: string): Uint8Array => fromHex(test[name] as string);

/** r ‖ s of a DER signature when it is the one strict encoding of it, else undefined. Only for this file. */
function strictDerToCompact(der: Uint8Array): Uint8Array | undefined {
  const readInteger = (at: number): { value: Uint8Array; end: number } | undefined => {
    const length = der[at + 1] as number;
    const bytes = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 2 || length === 0 || length > 33 || bytes.length !== length) return undefined;
    const negative = ((bytes[0] as number) & 0x80) !== 0;
    const padded = bytes[0] === 0 && length > 1 && ((bytes[1] as number) & 0x80) === 0;
    if (negative || padded) return undefined;
    const value = bytes[0] === 0 && length > 1 ? bytes.subarray(1) : bytes;
    if (value.length > 32) return undefined;
    return { value: concatBytes(new Uint8Array(32 - value.length), value), end: at + 2 + length };
  };
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) return undefined;
  const r = readInteger(2);
  const s = r === undefined ? undefined : readInteger(r.end);
  return r === undefined || s === undefined || s.end !== der.length ? undefined : concatBytes(r.value, s.value);
}

/** Upper half of s: libsecp256k1's rule makes these invalid although plain ECDSA accepts them. */
function isHighS(signature: Uint8Array): boolean {
  const half = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";
  return signature.length === 64 && toHex(signature.subarray(32)) > half;
}

function x25519(primitives: Primitives) {
  return (test: Case): boolean => {
    const shared = primitives.x25519SharedSecret(SecretBytes.from(field(test, "private")), field(test, "public"));
    return toHex(shared.expose()) === test.shared;
  };
}

function aesSiv(primitives: Primitives) {
  return (test: Case, group: Group): boolean | undefined => {
    if (group.keySize !== 256) return undefined;
    const key = SecretBytes.from(field(test, "key"));
    const headers = [field(test, "aad")];
    const plaintext = field(test, "msg");
    const sealed = field(test, "ct");
    const opened = primitives.aesSivOpen(key, headers, sealed);
    if (test.result === "valid") expect(primitives.aesSivSeal(key, headers, plaintext)).toEqual(sealed);
    const many = primitives.aesSivOpenMany(key, Array(3).fill({ headers, text: sealed }));
    expect(many).toEqual([opened, opened, opened]);
    return opened !== undefined && toHex(opened) === test.msg;
  };
}

describe.each([...doors, host])("wycheproof on $name", (primitives) => {
  wycheproof("x25519_test.json", 518, x25519(primitives));
  wycheproof("aes_siv_cmac_test.json", 148, aesSiv(primitives));

  wycheproof("hmac_sha256_test.json", 174, (test, group) => {
    const tag = primitives.hmacSha256(field(test, "key"), field(test, "msg"));
    return toHex(tag.subarray(0, (group.tagSize as number) / 8)) === test.tag;
  });

  wycheproof("hkdf_sha256_test.json", 86, (test) => {
    const length = Number(test.size);
    try {
      const okm = primitives.hkdfSha256(field(test, "ikm"), field(test, "salt"), field(test, "info"), length);
      return toHex(okm) === test.okm;
    } catch {
      return false;
    }
  });

  wycheproof("ed25519_test.json", 151, (test, group) => {
    const publicKey = fromHex(group.publicKey?.pk as string);
    const args = [field(test, "msg"), field(test, "sig"), publicKey] as const;
    const strict = primitives.ed25519Verify(...args);
    if (strict) expect(primitives.ed25519VerifyZip215(...args)).toBe(true);
    return strict;
  });

  wycheproof("ecdsa_secp256k1_sha256_p1363_test.json", 252, (test, group) => {
    const publicKey = fromHex(group.publicKey?.uncompressed as string);
    const signature = field(test, "sig");
    const good = primitives.secp256k1Verify(primitives.sha256(field(test, "msg")), signature, publicKey);
    if (!isHighS(signature)) return good;
    expect(good, `case ${test.tcId} is high-S`).toBe(false);
    return test.result === "valid";
  });

  wycheproof("ecdsa_secp256k1_sha256_bitcoin_test.json", 463, (test, group) => {
    const publicKey = fromHex(group.publicKey?.uncompressed as string);
    const signature = strictDerToCompact(field(test, "sig"));
    if (signature === undefined) return false;
    const digest = primitives.sha256(field(test, "msg"));
    const good = primitives.secp256k1Verify(digest, signature, publicKey);
    if (good) {
      const recovered = [0, 1, 2, 3].map((id) => primitives.secp256k1Recover(digest, signature, id));
      const compressed = toHex(primitives.secp256k1ConvertPublicKey(publicKey, true) as Uint8Array);
      expect(recovered.filter((key) => key !== undefined).map(toHex)).toContain(compressed);
    }
    return good;
  });

  wycheproof("ecdsa_secp256r1_sha256_test.json", 484, (test, group) => {
    const signature = strictDerToCompact(field(test, "sig"));
    if (signature === undefined) return false;
    const publicKey = fromHex(group.publicKey?.uncompressed as string);
    return primitives.p256VerifySha256(field(test, "msg"), signature, publicKey);
  });
});
