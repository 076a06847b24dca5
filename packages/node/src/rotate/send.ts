/**
 * `enclavenet rotate send`: signs what was prepared and hands it in until it is in a block.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { httpTransport } from "@enclavenet/consensus";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { type Any, create, encodeAny, enclavenetRegistration as own } from "@enclavenet/proto";
import { handIn } from "../register/hand-in.ts";
import { Payer, type PayerOptions } from "../register/payer.ts";
import { txRefused } from "../register/refusals.ts";
import { demandNetwork } from "../register/register.ts";
import { type IncludedTx, RemoteNode, type TxOutcome } from "../register/remote-node.ts";
import type { RotationFile } from "./rotation-file.ts";

export interface SendOptions {
  readonly file: RotationFile;
  /** RPC of a node of the network. */
  readonly node: string;
  /** Of the account that the network lets rotate its seed. */
  readonly payer: PayerOptions;
  readonly waitMs: number;
}

/** The store writes of a certificate cost most of it. */
const GAS = { base: 400_000n, perByte: 60n } as const;

/** Times that a transaction is signed anew because its account sent something else. */
const MAX_SIGNATURES = 3;

function rotateMessage({ rotation, certificate, networkCertificate }: RotationFile, sender: Uint8Array): Any {
  const rotate = create(own.MsgRotateSeedSchema, { sender, rotation, certificate, networkCertificate });
  return encodeAny(own.MsgRotateSeedSchema, rotate);
}

function refused(outcome: TxOutcome, address: string): LocalError {
  const { codespace, code, log } = outcome;
  if (codespace === "sdk" && code === 4) {
    return new LocalError("ROTATION_AUTHORITY", `the account ${address} may not rotate the network's seed`, {
      fix: "sign with the key of the account that genesis names as `authority`",
    });
  }
  if (codespace !== "register") return txRefused(outcome, address);
  return new LocalError("ROTATION_REFUSED", `the network refuses this rotation: ${JSON.stringify(log.slice(0, 300))}`, {
    fix: "prepare it again: it fits until the next registration, revocation or rotation",
  });
}

/** Throws LocalError `ROTATION_…`, `REGISTRATION_…`, `PAYER_…`, `FOLLOW_…`. */
export async function sendRotation(options: SendOptions): Promise<IncludedTx> {
  const { file, node: url, waitMs } = options;
  const primitives = createNodePrimitives();
  const node = new RemoteNode(httpTransport(url));
  await demandNetwork(node, file.chainId);
  const payer = new Payer(primitives, undefined, options.payer);
  const message = rotateMessage(file, payer.sender);
  for (let count = 0; count < MAX_SIGNATURES; count++) {
    const bytes = await payer.sign(
      node,
      file.chainId,
      [message],
      GAS.base + GAS.perByte * BigInt(message.value.length),
    );
    const handed = await handIn(node, { bytes, hash: primitives.sha256(bytes) }, waitMs);
    if (handed.kind === "stale") continue;
    const outcome = handed.kind === "included" ? handed.tx : handed.outcome;
    if (handed.kind === "included" && outcome.code === 0) return handed.tx;
    throw refused(outcome, payer.address);
  }
  throw new LocalError("REGISTRATION_STUCK", "the account that pays sends transactions all the time", {
    fix: "pay from an account that nothing else sends from",
  });
}
