/**
 * Vectors printed in RFCs and standards, on both doors.
 * @module
 */
import { fromHex, toHex, utf8ToBytes } from "@enclavenet/common";
import { SecretBytes } from "@enclavenet/crypto";
import { describe, expect, it } from "vitest";
import { doors } from "./support/doors.ts";

const secret = (hex: string) => SecretBytes.from(fromHex(hex));

describe.each(doors)("RFC vectors on $name", (primitives) => {
  it("RFC 5297 A.1: deterministic, one header", () => {
    const key = secret("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    const headers = [fromHex("101112131415161718191a1b1c1d1e1f2021222324252627")];
    const plaintext = fromHex("112233445566778899aabbccddee");
    const sealed = primitives.aesSivSeal(key, headers, plaintext);
    expect(toHex(sealed)).toBe("85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c");
    expect(primitives.aesSivOpen(key, headers, sealed)).toEqual(plaintext);
  });

  it("RFC 5297 A.2: nonce based, three headers", () => {
    const key = secret("7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f");
    const headers = [
      fromHex("00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100"),
      fromHex("102030405060708090a0"),
      fromHex("09f911029d74e35bd84156c5635688c0"),
    ];
    const plaintext = utf8ToBytes("this is some plaintext to encrypt using SIV-AES");
    const sealed = primitives.aesSivSeal(key, headers, plaintext);
    expect(toHex(sealed)).toBe(
      "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d",
    );
    expect(primitives.aesSivOpen(key, headers, sealed)).toEqual(plaintext);
    expect(primitives.aesSivOpen(key, headers.slice(1), sealed)).toBeUndefined();
  });

  it("RFC 5869 A.1 to A.3", () => {
    const okm = primitives.hkdfSha256(
      fromHex("0b".repeat(22)),
      fromHex("000102030405060708090a0b0c"),
      fromHex("f0f1f2f3f4f5f6f7f8f9"),
      42,
    );
    expect(toHex(okm)).toBe("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    const range = (from: number, length: number) => Uint8Array.from({ length }, (_, i) => from + i);
    expect(toHex(primitives.hkdfSha256(range(0, 80), range(0x60, 80), range(0xb0, 80), 82))).toBe(
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    );
    const empty = new Uint8Array(0);
    expect(toHex(primitives.hkdfSha256(fromHex("0b".repeat(22)), empty, empty, 42))).toBe(
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    );
  });

  it("RFC 7748 §5.2 and §6.1", () => {
    const shared = primitives.x25519SharedSecret(
      secret("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
      fromHex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"),
    );
    expect(toHex(shared.expose())).toBe("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    const alice = secret("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    const bobPublic = fromHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    expect(toHex(primitives.x25519SharedSecret(alice, bobPublic).expose())).toBe(
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
    );
  });

  it("RFC 8032 §7.1, tests 1 to 3", () => {
    const cases = [
      {
        seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        message: "",
        signature:
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
      },
      {
        seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        message: "72",
        signature:
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
      },
      {
        seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        message: "af82",
        signature:
          "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
      },
    ];
    for (const { seed, key, message, signature } of cases) {
      expect(toHex(primitives.ed25519PublicKey(secret(seed)))).toBe(key);
      expect(toHex(primitives.ed25519Sign(fromHex(message), secret(seed)))).toBe(signature);
      expect(primitives.ed25519Verify(fromHex(message), fromHex(signature), fromHex(key))).toBe(true);
      expect(primitives.ed25519VerifyZip215(fromHex(message), fromHex(signature), fromHex(key))).toBe(true);
      expect(primitives.ed25519Verify(fromHex(`${message}00`), fromHex(signature), fromHex(key))).toBe(false);
    }
  });

  it("hashes: SHA-256, RIPEMD-160, Keccak-256, HMAC (RFC 4231 test 2)", () => {
    const abc = utf8ToBytes("abc");
    expect(toHex(primitives.sha256(abc))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(toHex(primitives.ripemd160(abc))).toBe("8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    expect(toHex(primitives.keccak256(abc))).toBe("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    expect(toHex(primitives.hmacSha256(utf8ToBytes("Jefe"), utf8ToBytes("what do ya want for nothing?")))).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("secp256k1: the generator, and RFC 6979 signing of 'Satoshi Nakamoto' with key 1", () => {
    const one = secret(`${"00".repeat(31)}01`);
    expect(toHex(primitives.secp256k1PublicKey(one) as Uint8Array)).toBe(
      "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    );
    const digest = primitives.sha256(utf8ToBytes("Satoshi Nakamoto"));
    expect(toHex(primitives.secp256k1Sign(digest, one) as Uint8Array)).toBe(
      "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
    );
  });
});
