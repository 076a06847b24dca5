/**
 * What encrypting a contract's output needs of the call that made it.
 * @module
 */
import type { Primitives, ReplyParam, SecretBytes } from "@enclavenet/crypto";
import type { KeyGuard } from "../key-guard/key-guard.ts";

/** Everything that encrypting an output needs. */
export interface OutputContext {
  readonly primitives: Primitives;
  readonly guard: KeyGuard;
  readonly txKey: SecretBytes;
  /** Nonce and public key of the user's message; every message of the call tree carries them. */
  readonly header: { readonly nonce: Uint8Array; readonly userPublicKey: Uint8Array };
  readonly replyParams: readonly ReplyParam[];
  /** Canonical address of the running contract. */
  readonly contractAddress: Uint8Array;
  /** Lower-case hex of the running code. */
  readonly codeHash: string;
}
