/** Keys of a hierarchy that is made for tests, the same in every run. */
import { p256 } from "@noble/curves/nist.js";

export type KeyName = "root" | "otherRoot" | "ca" | "pck" | "signer" | "attestation" | "stranger";

const NAMES: readonly KeyName[] = ["root", "otherRoot", "ca", "pck", "signer", "attestation", "stranger"];

const secretOf = (key: KeyName): Uint8Array => new Uint8Array(32).fill(NAMES.indexOf(key) + 1);

const points = new Map(NAMES.map((key) => [key, p256.getPublicKey(secretOf(key), false)]));

/** Uncompressed point. */
export const publicKey = (key: KeyName): Uint8Array => points.get(key) as Uint8Array;

/** r ‖ s over SHA-256 of the message. */
export const sign = (key: KeyName, message: Uint8Array): Uint8Array =>
  p256.sign(message, secretOf(key), { prehash: true, lowS: false });
