/**
 * Handing in a signed transaction until it is in a block. A transaction that is there already, or that the node has already, is
 * handed in again without harm: the chain takes it once.
 * @module
 */
import { setTimeout as delay } from "node:timers/promises";
import { LocalError, toUpperHex } from "@enclavenet/common";
import { isStale } from "./refusals.ts";
import type { IncludedTx, RemoteNode, TxOutcome } from "./remote-node.ts";

const LOOK_MS = 100;
/** A node that follows may learn of a block a moment after the one that made it. */
const LAG_MS = 3_000;

/** `stale`: the account has sent something else under that sequence. */
export type HandedIn =
  | { readonly kind: "included"; readonly tx: IncludedTx }
  | { readonly kind: "refused"; readonly outcome: TxOutcome }
  | { readonly kind: "stale" };

async function look(node: RemoteNode, hash: Uint8Array, ms: number): Promise<IncludedTx | undefined> {
  for (const end = performance.now() + ms; ; await delay(LOOK_MS)) {
    const tx = await node.tx(hash);
    if (tx !== undefined || performance.now() >= end) return tx;
  }
}

/** Outcome of the check; a node that has the transaction, or no room for it now, says nothing about it. */
async function offer(node: RemoteNode, bytes: Uint8Array): Promise<TxOutcome | undefined> {
  try {
    return await node.broadcast(bytes);
  } catch (error) {
    if (LocalError.is(error, "FOLLOW_REFUSED")) return undefined;
    throw error;
  }
}

/** Throws LocalError `REGISTRATION_WAIT` when no block takes the transaction within `waitMs`. */
export async function handIn(
  node: RemoteNode,
  tx: { readonly bytes: Uint8Array; readonly hash: Uint8Array },
  waitMs: number,
): Promise<HandedIn> {
  const known = await node.tx(tx.hash);
  if (known !== undefined) return { kind: "included", tx: known };
  const outcome = await offer(node, tx.bytes);
  const isRefused = outcome !== undefined && outcome.code !== 0;
  const included = await look(node, tx.hash, isRefused ? LAG_MS : waitMs);
  if (included !== undefined) return { kind: "included", tx: included };
  if (isRefused) return isStale(outcome) ? { kind: "stale" } : { kind: "refused", outcome };
  throw new LocalError("REGISTRATION_WAIT", `no block has taken the transaction ${toUpperHex(tx.hash)} yet`, {
    fix: "register again: it goes on waiting for this one. Does the network make blocks?",
  });
}
