/**
 * Messages that a contract emitted and that the chain may bring back: everything that identifies one.
 * @module
 */
import type { FundsCoin, Primitives } from "@enclavenet/crypto";
import { bytes, encode, list, struct, text, u64 } from "@enclavenet/enclave-api";

export interface EmittedMessage {
  readonly kind: "execute" | "instantiate" | "migrate" | "update_admin" | "clear_admin";
  /** Canonical address of the contract that emitted it. */
  readonly sender: Uint8Array;
  /** Canonical address of the callee; empty for an instantiation. */
  readonly contract: Uint8Array;
  /** 0 where the message names no code. */
  readonly codeId: bigint;
  readonly label: string;
  readonly admin: string;
  /** Empty for a change of admin, else nonce ‖ public key ‖ ciphertext */
  readonly msg: Uint8Array;
  readonly funds: readonly FundsCoin[];
}

const schema = struct({
  kind: text,
  sender: bytes,
  contract: bytes,
  codeId: u64,
  label: text,
  admin: text,
  msg: bytes,
  funds: list(struct({ denom: text, amount: text })),
});

/** SHA-256 over all fields. */
export function emittedDigest(primitives: Primitives, message: EmittedMessage): Uint8Array {
  return primitives.sha256(encode(schema, message));
}
