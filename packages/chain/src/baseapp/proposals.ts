/**
 * Which transactions go into a proposed block: first come, first served, while they fit (spec 05 §1.5).
 * @module
 */
import type { PrepareProposalRequest } from "@enclavenet/abci";
import { CodedError } from "@enclavenet/common";
import { type DecodedTx, decodeTx } from "./tx.ts";

/** Size of a transaction inside the block's data: tag, length, bytes. */
function sizeInBlock(tx: Uint8Array): bigint {
  let lengthBytes = 1n;
  for (let rest = tx.length >>> 7; rest > 0; rest >>>= 7) lengthBytes++;
  return 1n + lengthBytes + BigInt(tx.length);
}

function tryDecode(bytes: Uint8Array): DecodedTx | undefined {
  try {
    return decodeTx(bytes);
  } catch (error) {
    if (CodedError.isCoded(error)) return undefined;
    throw error;
  }
}

/** Transactions to propose. One that does not fit is skipped, later ones may still enter. */
export function selectTransactions(request: PrepareProposalRequest, maxGas: bigint): Uint8Array[] {
  const selected: Uint8Array[] = [];
  let bytes = 0n;
  let gas = 0n;
  for (const raw of request.txs) {
    const tx = tryDecode(raw);
    if (tx === undefined) continue;
    const size = sizeInBlock(raw);
    const wanted = tx.authInfo.fee?.gasLimit ?? 0n;
    if (bytes + size > request.maxTxBytes || (maxGas > 0n && gas + wanted > maxGas)) continue;
    bytes += size;
    gas += wanted;
    selected.push(raw);
  }
  return selected;
}
