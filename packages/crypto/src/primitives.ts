/**
 * The primitives that every composition of this room is written over. Two implementations exist, behind the doors
 * `crypto/node` (OpenSSL, libsecp256k1) and `crypto/noble` (browsers); a composition root chooses one and passes it
 * on, nothing chooses silently. For every input, valid or hostile, both give the same answer.
 *
 * Spec: 02 §1.1
 * @module
 */
import type { SecretBytes } from "./secret-bytes.ts";

/** One message of a batched AES-SIV operation. */
export interface SivItem {
  /** Header list of RFC 5297 §2.4; an empty list and a list of one empty header give different results. */
  readonly headers: readonly Uint8Array[];
  /** Plaintext when sealing; V ‖ ciphertext when opening. */
  readonly text: Uint8Array;
}

/** Hashes, MACs and the key derivation function. */
export interface HashPrimitives {
  /** SHA-256, FIPS 180-4. */
  sha256(data: Uint8Array): Uint8Array;
  /** RIPEMD-160, for account addresses. */
  ripemd160(data: Uint8Array): Uint8Array;
  /** Keccak-256 as in Ethereum (original padding, not SHA3-256), for EIP-191 signers. */
  keccak256(data: Uint8Array): Uint8Array;
  /** HMAC-SHA256, RFC 2104. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** HKDF-SHA256, RFC 5869: extract and expand. `length` up to 8160. */
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
}

/** AES-SIV with CMAC, RFC 5297, 32-byte key (AEAD_AES_SIV_CMAC_256): output is V(16) ‖ ciphertext. */
export interface SivPrimitives {
  /** At most 126 headers. */
  aesSivSeal(key: SecretBytes, headers: readonly Uint8Array[], plaintext: Uint8Array): Uint8Array;
  /** The plaintext, or undefined when the input is too short or not authentic. */
  aesSivOpen(key: SecretBytes, headers: readonly Uint8Array[], sealed: Uint8Array): Uint8Array | undefined;
  /** Same as sealing one by one; faster for many short texts under one key. */
  aesSivSealMany(key: SecretBytes, items: readonly SivItem[]): Uint8Array[];
  /** Same as opening one by one; faster for many short texts under one key. */
  aesSivOpenMany(key: SecretBytes, items: readonly SivItem[]): (Uint8Array | undefined)[];
}

/** X25519, RFC 7748. Any 32 bytes are a private key; clamping happens inside the multiplication. */
export interface X25519Primitives {
  x25519PublicKey(privateKey: SecretBytes): Uint8Array;
  /**
   * Raw shared secret of 32 bytes. A low-order public key gives 32 zero bytes and is *not* refused here: the
   * protocol relies on it (spec 02 §2.5); see `txEncryptionKey` for who must refuse it.
   */
  x25519SharedSecret(privateKey: SecretBytes, publicKey: Uint8Array): SecretBytes;
}

/** ECDSA over secp256k1 on 32-byte digests; signatures are r ‖ s, 64 bytes. */
export interface Secp256k1Primitives {
  /** 33-byte compressed public key, or undefined when the private key is not in [1, n). */
  secp256k1PublicKey(privateKey: SecretBytes): Uint8Array | undefined;
  /** Whether the bytes are a point: 33 bytes (02/03) or 65 bytes (04, or hybrid 06/07 with matching parity). */
  secp256k1IsPublicKey(publicKey: Uint8Array): boolean;
  /** The same point as 33 or 65 bytes, or undefined when it is not a point. */
  secp256k1ConvertPublicKey(publicKey: Uint8Array, compressed: boolean): Uint8Array | undefined;
  /** Strict verification: high-S signatures, r or s outside [1, n) and malformed keys give false. */
  secp256k1Verify(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
  /** 33-byte compressed key that made the signature. High-S is accepted; `recoveryId` 0 to 3. */
  secp256k1Recover(digest: Uint8Array, signature: Uint8Array, recoveryId: number): Uint8Array | undefined;
  /** Deterministic (RFC 6979), low-S. Undefined when the private key is not in [1, n). */
  secp256k1Sign(digest: Uint8Array, privateKey: SecretBytes): Uint8Array | undefined;
}

/** Ed25519. Seeds are 32 bytes. */
export interface Ed25519Primitives {
  ed25519PublicKey(seed: SecretBytes): Uint8Array;
  /** RFC 8032 §5.1.6. */
  ed25519Sign(message: Uint8Array, seed: SecretBytes): Uint8Array;
  /** RFC 8032 §5.1.7, the strict reading: canonical encodings of A, R and S, equation without cofactor. */
  ed25519Verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
  /** ZIP-215: S canonical, any encoding of A and R that decodes, equation with cofactor. Contracts and votes. */
  ed25519VerifyZip215(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
  /** Whether the bytes decode to a point under ZIP-215. */
  ed25519IsPublicKey(publicKey: Uint8Array): boolean;
}

/** NIST P-256, for attestation evidence only. */
export interface P256Primitives {
  /**
   * ECDSA with SHA-256 over `message`, signature r ‖ s. The key is an uncompressed point of 65 bytes. High-S is
   * accepted, as X.509 and quotes require.
   */
  p256VerifySha256(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
}

/** Everything together, and a source of randomness. */
export interface Primitives
  extends HashPrimitives,
    SivPrimitives,
    X25519Primitives,
    Secp256k1Primitives,
    Ed25519Primitives,
    P256Primitives {
  /** Which implementation this is, for logs and test names. */
  readonly name: string;
  /** Bytes of the operating system's generator. */
  randomBytes(length: number): Uint8Array;
}
