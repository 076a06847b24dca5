/**
 * One message in a transaction of its own, from signature to block.
 * @module
 */

import { httpTransport } from "@enclavenet/consensus";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import type { Any } from "@enclavenet/proto";
import { handIn } from "./hand-in.ts";
import { Payer, type PayerOptions } from "./payer.ts";
import { txRefused } from "./refusals.ts";
import { type IncludedTx, RemoteNode } from "./remote-node.ts";

export interface SendOptions {
  /** RPC of a node of the network. */
  readonly node: string;
  readonly payer: PayerOptions;
  readonly gasLimit: bigint;
  readonly waitMs: number;
  /** The message of this raw sender. */
  message(sender: Uint8Array): Any;
}

/** Throws LocalError `PAYER_…`, `REGISTRATION_…`, `FOLLOW_…`. */
export async function sendMessage(options: SendOptions): Promise<IncludedTx> {
  const primitives = createNodePrimitives();
  const node = new RemoteNode(httpTransport(options.node));
  const payer = new Payer(primitives, undefined, options.payer);
  const message = options.message(payer.sender);
  const bytes = await payer.sign(node, await node.chainId(), [message], options.gasLimit);
  const handed = await handIn(node, { bytes, hash: primitives.sha256(bytes) }, options.waitMs);
  if (handed.kind === "included" && handed.tx.code === 0) return handed.tx;
  const stale = { codespace: "sdk", code: 32, log: "the account has sent something else meanwhile" };
  throw txRefused(
    handed.kind === "included" ? handed.tx : handed.kind === "refused" ? handed.outcome : stale,
    payer.address,
  );
}
