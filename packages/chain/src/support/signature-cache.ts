/**
 * Remembers signatures that verified, so that a transaction that CheckTx has verified is not verified again when its
 * block executes.
 *
 * PERF: verification is the dearest step of a transfer. Verification is a pure function of digest, signature and key, so
 * the answer is the same with and without the cache; only successes are kept, and the oldest make room.
 * @module
 */
import { concatBytes, toHex } from "@enclavenet/common";
import type { ChainPrimitives } from "./primitives.ts";

/** Two full blocks of transfers, and a mempool behind them. */
const CAPACITY = 20_000;

/** The same primitives, with a memory of at most `capacity` verified signatures. */
export function withSignatureCache(primitives: ChainPrimitives, capacity = CAPACITY): ChainPrimitives {
  const verified = new Set<string>();
  return {
    ...primitives,
    secp256k1Verify(digest, signature, publicKey) {
      const name = toHex(primitives.sha256(concatBytes(digest, signature, publicKey)));
      // Lengths are part of the question: parts of other lengths could run together to the same bytes.
      const isUsual = digest.length === 32 && signature.length === 64 && publicKey.length === 33;
      if (isUsual && verified.has(name)) return true;
      const isValid = primitives.secp256k1Verify(digest, signature, publicKey);
      if (!isValid || !isUsual) return isValid;
      if (verified.size >= capacity) for (const oldest of verified) if (verified.delete(oldest)) break;
      verified.add(name);
      return true;
    },
  };
}
