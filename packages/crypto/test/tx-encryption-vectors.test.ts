/**
 * Every vector of tests/vectors/tx-encryption.json on both doors, from the client's and from the enclave's side.
 * @module
 */
import { bytesToUtf8, toBase64, toHex, utf8ToBytes } from "@enclavenet/common";
import {
  encryptMessage,
  HKDF_SALT,
  openMessage,
  type Primitives,
  SecretBytes,
  tryParseContractInput,
  txEncryptionKey,
  ZERO_PUBLIC_KEY,
} from "@enclavenet/crypto";
import { describe, expect, it } from "vitest";
import { doors } from "./support/doors.ts";
import { TrackedVectors } from "./support/tracked-vectors.ts";

function checkMessage(primitives: Primitives, vector: TrackedVectors): void {
  vector.prose("description", "name");
  const clientPrivateKey = SecretBytes.from(vector.hex("client_seed_hex"));
  const ioPrivateKey = SecretBytes.from(vector.hex("consensus_io_privkey_hex"));
  const ioPublicKey = vector.hex("consensus_io_pubkey_hex");
  const clientPublicKey = vector.hex("client_pubkey_hex");
  const nonce = vector.hex("nonce_hex");
  const codeHash = vector.text("code_hash");
  const json = vector.text("msg_json");
  const wire = vector.base64("ciphertext_base64");

  expect(primitives.x25519PublicKey(clientPrivateKey)).toEqual(clientPublicKey);
  expect(primitives.x25519PublicKey(ioPrivateKey)).toEqual(ioPublicKey);
  const key = vector.text("tx_encryption_key_hex");
  expect(toHex(txEncryptionKey(primitives, clientPrivateKey, ioPublicKey, nonce).expose())).toBe(key);
  expect(toHex(txEncryptionKey(primitives, ioPrivateKey, clientPublicKey, nonce).expose())).toBe(key);

  const sealed = encryptMessage(primitives, { clientPrivateKey, ioPublicKey, nonce }, { codeHash, json });
  expect(toBase64(sealed)).toBe(vector.text("ciphertext_base64"));
  expect(sealed.length).toBe(vector.number("ciphertext_len"));

  const opened = openMessage(primitives, (key) => primitives.x25519SharedSecret(ioPrivateKey, key), wire);
  expect(toHex(opened?.plaintext as Uint8Array)).toBe(vector.text("plaintext_hex"));
  expect(opened?.message.nonce).toEqual(nonce);
  expect(opened?.message.userPublicKey).toEqual(clientPublicKey);
  if (codeHash.length === 64) {
    const input = tryParseContractInput(opened?.plaintext as Uint8Array);
    expect(toHex(input?.codeHash as Uint8Array)).toBe(codeHash.toLowerCase());
    expect(bytesToUtf8(input?.msg as Uint8Array)).toBe(json);
  }
  wire[wire.length - 1] = (wire[wire.length - 1] as number) ^ 1;
  expect(openMessage(primitives, (key) => primitives.x25519SharedSecret(ioPrivateKey, key), wire)).toBeUndefined();
}

describe.each(doors)("tx-encryption.json on $name", (primitives) => {
  const file = TrackedVectors.load("tx-encryption.json");
  file.prose("description");

  it("states the algorithm that is implemented", () => {
    const algorithm = file.at("algorithm");
    expect(toHex(HKDF_SALT)).toBe(algorithm.text("hkdf_salt_hex"));
    expect(algorithm.number("hkdf_length")).toBe(32);
    expect(algorithm.text("hkdf_info")).toBe("");
    expect(algorithm.text("hkdf_hash")).toBe("SHA-256");
    algorithm.prose("ecdh", "hkdf_ikm", "cipher", "associated_data", "plaintext", "message");
  });

  it("encrypts and decrypts every message", () => {
    const vectors = file.at("vectors").items();
    expect(vectors.length).toBe(12);
    for (const vector of vectors) checkMessage(primitives, vector);
  });

  it("tells no headers from one empty header", () => {
    const vector = file.at("siv_header_semantics");
    vector.prose("description");
    const key = SecretBytes.from(vector.hex("key_hex"));
    const plaintext = utf8ToBytes(vector.text("plaintext_utf8"));
    expect(primitives.aesSivSeal(key, [new Uint8Array(0)], plaintext)).toEqual(vector.hex("one_empty_header_hex"));
    expect(primitives.aesSivSeal(key, [], plaintext)).toEqual(vector.hex("zero_headers_hex"));
    expect(primitives.aesSivOpen(key, [], vector.hex("one_empty_header_hex"))).toBeUndefined();
  });

  it("computes the public key of the zero public key", () => {
    const vector = file.at("zero_pubkey_key");
    vector.prose("description");
    const anyKey = SecretBytes.from(primitives.randomBytes(32));
    const key = txEncryptionKey(primitives, anyKey, ZERO_PUBLIC_KEY, new Uint8Array(32));
    expect(key.expose()).toEqual(vector.hex("tx_encryption_key_hex"));
  });

  it("left no field unused", () => {
    expect(file.unused()).toEqual([]);
  });
});
