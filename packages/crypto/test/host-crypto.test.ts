/**
 * Return codes of the contract-facing functions (spec 03 §1.4), on both doors, each refusal beside an honest control.
 * @module
 */
import { utf8ToBytes } from "@enclavenet/common";
import { HOST_CRYPTO_CODE as CODE, createHostCrypto, SecretBytes } from "@enclavenet/crypto";
import { describe, expect, it } from "vitest";
import { doors } from "./support/doors.ts";

const ORDER = Uint8Array.from(Buffer.from("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", "hex"));

describe.each(doors)("host crypto on $name", (primitives) => {
  const host = createHostCrypto(primitives);
  const message = utf8ToBytes("message");
  const digest = primitives.sha256(message);
  const privateKey = new Uint8Array(32).fill(5);
  const publicKey = primitives.secp256k1PublicKey(SecretBytes.from(privateKey)) as Uint8Array;
  const signed = host.secp256k1Sign(message, privateKey);
  const signature = "value" in signed ? signed.value : new Uint8Array(0);

  it("secp256k1_sign hashes the message and refuses bad keys with 1000", () => {
    expect(signature).toEqual(primitives.secp256k1Sign(digest, SecretBytes.from(privateKey)));
    const refusal = { code: CODE.invalidPrivateKeyFormat };
    for (const key of [new Uint8Array(31), new Uint8Array(33), new Uint8Array(32), ORDER]) {
      expect(host.secp256k1Sign(message, key)).toEqual(refusal);
    }
  });

  it("secp256k1_verify", () => {
    const long = primitives.secp256k1ConvertPublicKey(publicKey, false) as Uint8Array;
    expect(host.secp256k1Verify(digest, signature, publicKey)).toBe(0);
    expect(host.secp256k1Verify(digest, signature, long)).toBe(0);
    expect(host.secp256k1Verify(new Uint8Array(32), signature, publicKey)).toBe(1);
    expect(host.secp256k1Verify(digest.subarray(1), signature, publicKey)).toBe(3);
    expect(host.secp256k1Verify(digest, signature.subarray(1), publicKey)).toBe(4);
    for (const key of [
      publicKey.subarray(1),
      long.subarray(1),
      new Uint8Array(0),
      new Uint8Array(33),
      long.with(0, 5),
    ]) {
      expect(host.secp256k1Verify(digest, signature, key)).toBe(5);
    }
    const noPoint = new Uint8Array(33).fill(255).with(0, 2);
    expect(host.secp256k1Verify(digest, signature, noPoint)).toBe(10);
    const overflow = new Uint8Array(64);
    overflow.set(ORDER);
    overflow[63] = 1;
    expect(host.secp256k1Verify(digest, overflow, publicKey)).toBe(10);
    expect(host.secp256k1Verify(digest, new Uint8Array(64), publicKey)).toBe(1);
  });

  it("secp256k1_recover_pubkey gives the compressed key", () => {
    const recovered = [0, 1].map((id) => host.secp256k1RecoverPublicKey(digest, signature, id));
    expect(recovered).toContainEqual({ value: publicKey });
    expect(host.secp256k1RecoverPublicKey(digest.subarray(1), signature, 0)).toEqual({ code: 3 });
    expect(host.secp256k1RecoverPublicKey(digest, signature.subarray(1), 0)).toEqual({ code: 4 });
    for (const id of [2, 3, 4, 27, -1]) {
      expect(host.secp256k1RecoverPublicKey(digest, signature, id)).toEqual({ code: 10 });
    }
    expect(host.secp256k1RecoverPublicKey(digest, new Uint8Array(64), 0)).toEqual({ code: 10 });
  });

  const seeds = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
  const edKeys = seeds.map((seed) => primitives.ed25519PublicKey(SecretBytes.from(seed)));
  const messages = [1, 2, 3].map((n) => Uint8Array.of(n));
  const sign = (text: Uint8Array, seed: Uint8Array) => primitives.ed25519Sign(text, SecretBytes.from(seed));
  const [m0, k0, s0] = [messages[0], edKeys[0], seeds[0]] as [Uint8Array, Uint8Array, Uint8Array];

  it("ed25519_sign and ed25519_verify", () => {
    const edSigned = host.ed25519Sign(m0, s0);
    expect(edSigned).toEqual({ value: sign(m0, s0) });
    expect(host.ed25519Sign(m0, s0.subarray(1))).toEqual({ code: 1000 });
    const edSignature = sign(m0, s0);
    expect(host.ed25519Verify(m0, edSignature, k0)).toBe(0);
    expect(host.ed25519Verify(Uint8Array.of(9), edSignature, k0)).toBe(1);
    expect(host.ed25519Verify(m0, edSignature.subarray(1), k0)).toBe(4);
    expect(host.ed25519Verify(m0, edSignature, k0.subarray(1))).toBe(5);
    const noPoint = new Uint8Array(32).with(0, 2);
    expect(primitives.ed25519IsPublicKey(noPoint)).toBe(false);
    expect(host.ed25519Verify(m0, edSignature, noPoint)).toBe(5);
  });

  it("ed25519_batch_verify: shapes and verdicts", () => {
    const each = messages.map((text, i) => sign(text, seeds[i] as Uint8Array));
    expect(host.ed25519BatchVerify(messages, each, edKeys)).toBe(0);
    expect(host.ed25519BatchVerify([], [], [])).toBe(0);
    const sameMessage = seeds.map((seed) => sign(m0, seed));
    expect(host.ed25519BatchVerify([m0], sameMessage, edKeys)).toBe(0);
    const sameKey = messages.map((text) => sign(text, s0));
    expect(host.ed25519BatchVerify(messages, sameKey, [k0])).toBe(0);

    expect(host.ed25519BatchVerify(messages, each, [...edKeys].reverse())).toBe(1);
    expect(host.ed25519BatchVerify(messages.slice(1), each, edKeys)).toBe(7);
    expect(host.ed25519BatchVerify(messages, each.slice(1), edKeys)).toBe(7);
    expect(host.ed25519BatchVerify(messages, each, edKeys.slice(1))).toBe(7);
    expect(host.ed25519BatchVerify(messages, [], [])).toBe(7);
    expect(host.ed25519BatchVerify(messages, each.with(1, new Uint8Array(63)), edKeys)).toBe(4);
    expect(host.ed25519BatchVerify(messages, each, edKeys.with(1, new Uint8Array(31)))).toBe(5);
    expect(host.ed25519BatchVerify(messages, each, edKeys.with(1, new Uint8Array(32).with(0, 2)))).toBe(1);
  });
});
