/**
 * The guard of the network's keys. The executor runs contracts' wasm beside a JIT, so it never holds a seed or a master
 * key: it asks the guard questions shaped like messages and gets verdicts, signatures, or keys that are good for one
 * message or one contract only. In this process for now; the interface is the seam for a process of its own.
 * @module
 */
import type {
  FundsCoin,
  OpenedMessage,
  ReplyEnvelope,
  ReplyParam,
  ReplyResult,
  SecretBytes,
  StateCipher,
} from "@enclavenet/crypto";
import type { ContractKey } from "@enclavenet/enclave-api";

/** Which contract, running which code. */
export interface ContractIdentity {
  /** Canonical address. */
  readonly contractAddress: Uint8Array;
  readonly codeHash: Uint8Array;
}

export interface KeyGuard {
  /** X25519 public key to which users encrypt. */
  readonly ioPublicKey: Uint8Array;
  /** X25519 public key to which new nodes ask for the seeds. */
  readonly seedExchangePublicKey: Uint8Array;
  /** The network's seeds, encrypted to a node that was let in; undefined for a low-order key (spec 01 §3.5). */
  sealSeeds(nodePublicKey: Uint8Array): Uint8Array | undefined;
  /** What only who holds the seeds can say about the registration key of a node (spec 01 §8). */
  possessionProof(nodePublicKey: Uint8Array): Uint8Array;
  /**
   * Opens a message that was encrypted to the io key, or to the one that the last rotation replaced. Its transaction key covers the whole call
   * tree; undefined when it is not authentic.
   */
  tryOpenMessage(bytes: Uint8Array): OpenedMessage | undefined;
  /** State of the contract whose original key this is; the key must have been verified. */
  stateCipher(ogContractKey: Uint8Array): StateCipher;
  /** Key of a contract that `sender` instantiates at `height` (spec 02 §7.1). */
  createContractKey(sender: Uint8Array, height: bigint, contract: ContractIdentity): Uint8Array;
  /** Next current key of the contract that `sender` migrates at `height`, and its proof (spec 02 §7.1–7.2). */
  createMigratedKey(
    sender: Uint8Array,
    height: bigint,
    contract: ContractIdentity,
    ogContractKey: Uint8Array,
  ): { readonly contractKey: Uint8Array; readonly proof: Uint8Array };
  /** Throws `FailedContractAuthentication` unless the stored key belongs to this contract and code (spec 02 §7.2). */
  authenticateContract(contract: ContractIdentity, stored: ContractKey): void;
  /** Proof that `admin` (empty: nobody) administers the contract (spec 02 §7.3). */
  adminProof(admin: Uint8Array, ogContractKey: Uint8Array): Uint8Array;
  /** Whether `proof` says that `admin` administers the contract; nobody never does. */
  verifyAdminProof(admin: Uint8Array, ogContractKey: Uint8Array, proof: Uint8Array): boolean;
  /** Signature over a message that a contract emits (spec 02 §4). */
  callbackSignature(msg: Uint8Array, funds: readonly FundsCoin[]): Uint8Array;
  verifyCallback(msg: Uint8Array, funds: readonly FundsCoin[], signature: Uint8Array): boolean;
  /** Signed answer for the caller that waits (spec 02 §5.6). */
  replyEnvelope(
    txKey: SecretBytes,
    reply: { readonly params: readonly ReplyParam[]; readonly allParams: boolean; readonly result: ReplyResult },
  ): ReplyEnvelope;
  /**
   * env.block.random of one call (spec 02 §8.2). The block's share is derived here from the hash of the finalized block,
   * so a proposer cannot predict it and a node cannot choose it.
   */
  contractRandom(facts: {
    readonly blockHash: Uint8Array;
    readonly height: bigint;
    readonly contractKey: Uint8Array;
    readonly counter: bigint;
  }): Uint8Array;
}
