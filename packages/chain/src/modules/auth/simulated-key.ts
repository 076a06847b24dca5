/**
 * The key that simulation imagines for a signer that has not shown one: the largest that can verify.
 * @module
 */
import { fromHex } from "@enclavenet/common";
import { type Any, cosmosCryptoSecp256k1, create, encodeAny } from "@enclavenet/proto";

/** A valid point, the same that every SDK chain uses, so that simulated sizes agree. */
const POINT = fromHex("035ad6810a47f073553ff30d2fcc7e0d3b1c0b74b61a1aaa2582344037151e143a");

/** Packed secp256k1 key. */
export const SIMULATED_KEY: Any = encodeAny(
  cosmosCryptoSecp256k1.PubKeySchema,
  create(cosmosCryptoSecp256k1.PubKeySchema, { key: POINT }),
);
