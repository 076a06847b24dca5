/**
 * Messages that only the network's authority may send: the account that stands in the evidence of the birth, so that no host can name
 * another one, and none can act in its name.
 *
 * Our own: spec 01 §4.8 leaves such decisions to upstream's governance.
 * Trust: the sender is the one of the verified block, and signed exactly that transaction. An earlier one that is included again is
 * refused where state is proven.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import { type EcallRequest, EnclaveError } from "@enclavenet/enclave-api";
import type { OpenBlock } from "../block-verifier/open-block.ts";
import type { HostCalls } from "../host-calls.ts";
import { takeMessage } from "./message.ts";

/** Where the message stands, and what is needed to judge its sender. */
export interface AuthorityCall {
  readonly position: EcallRequest<"revokeNode">;
  readonly block: OpenBlock;
  readonly host: HostCalls;
  /** Of the birth, see `authorityOf`. */
  readonly authority: Uint8Array | undefined;
}

/**
 * The authority's message at the position, which has its turn now. Throws `RegistrationInput`, `NotAuthority` or `FailedTxVerification`.
 * Networks whose birth names no authority leave it to the chain who that is.
 */
export function takeAuthorityMessage<T extends { readonly sender: Uint8Array }>(
  { position, block, host, authority }: AuthorityCall,
  typeUrl: string,
  decode: (value: Uint8Array) => T,
): T {
  const message = takeMessage(block, position, typeUrl, decode);
  if (authority === undefined) return message;
  // check: authority-sender
  if (!equalBytes(message.sender, authority)) throw new EnclaveError("NotAuthority");
  // check: authority-signature
  block.demandSigner(position, message.sender, host);
  return message;
}
