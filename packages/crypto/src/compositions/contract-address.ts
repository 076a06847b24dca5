/**
 * Address of a contract.
 *
 * Spec: 03 §5.2
 * Vectors: packages/chain/test/compute-store-code.test.ts
 * @module
 */
import { be64, concatBytes } from "@enclavenet/common";
import type { Primitives } from "../primitives.ts";

/** RIPEMD-160(SHA-256(be64(code ‖ instance) ‖ creator)): `instanceId` counts all contracts of the chain from 1. */
export function contractAddress(
  primitives: Pick<Primitives, "sha256" | "ripemd160">,
  codeId: bigint,
  instanceId: bigint,
  creator: Uint8Array,
): Uint8Array {
  const id = be64(BigInt.asUintN(64, (codeId << 32n) + instanceId));
  return primitives.ripemd160(primitives.sha256(concatBytes(id, creator)));
}
