/**
 * ABCI 2.0 as plain TypeScript: what a consensus engine asks of the application and what it answers
 * (spec 05 §2). Heights, gas and powers are bigint; times are nanoseconds since the Unix epoch.
 * @module
 */

export interface EventAttribute {
  readonly key: string;
  readonly value: string;
  readonly index: boolean;
}

export interface Event {
  readonly type: string;
  readonly attributes: readonly EventAttribute[];
}

/** Result of CheckTx and of a transaction in a block. Empty `codespace` and code 0 mean success. */
export interface ExecTxResult {
  readonly code: number;
  readonly codespace: string;
  readonly data: Uint8Array;
  readonly log: string;
  readonly info: string;
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
  readonly events: readonly Event[];
}

/** A validator's ed25519 key and voting power; power 0 removes it. */
export interface ValidatorUpdate {
  readonly publicKey: Uint8Array;
  readonly power: bigint;
}

export interface ConsensusParams {
  readonly blockMaxBytes: bigint;
  /** -1: unlimited. */
  readonly blockMaxGas: bigint;
}

export interface InfoResponse {
  readonly data: string;
  readonly version: string;
  readonly appVersion: bigint;
  readonly lastBlockHeight: bigint;
  readonly lastBlockAppHash: Uint8Array;
}

export interface InitChainRequest {
  readonly timeNs: bigint;
  readonly chainId: string;
  readonly consensusParams: ConsensusParams;
  readonly validators: readonly ValidatorUpdate[];
  /** JSON bytes of the genesis document's app_state. */
  readonly appState: Uint8Array;
  readonly initialHeight: bigint;
  /** SHA-256 of the whole genesis document; the enclave's keychain is bound to it. */
  readonly genesisHash: Uint8Array;
}

export interface InitChainResponse {
  readonly validators: readonly ValidatorUpdate[];
  readonly appHash: Uint8Array;
}

export interface CheckTxRequest {
  readonly tx: Uint8Array;
  readonly recheck: boolean;
}

export interface PrepareProposalRequest {
  readonly height: bigint;
  readonly timeNs: bigint;
  readonly maxTxBytes: bigint;
  readonly txs: readonly Uint8Array[];
}

export interface ProcessProposalRequest {
  readonly height: bigint;
  readonly timeNs: bigint;
  readonly hash: Uint8Array;
  readonly txs: readonly Uint8Array[];
}

/** One validator of the last commit and whether it signed. */
export interface VoteInfo {
  readonly address: Uint8Array;
  readonly power: bigint;
  /** CometBFT BlockIDFlag: 1 absent, 2 commit, 3 nil. */
  readonly blockIdFlag: number;
}

export interface FinalizeBlockRequest {
  readonly height: bigint;
  readonly timeNs: bigint;
  readonly hash: Uint8Array;
  readonly txs: readonly Uint8Array[];
  readonly proposerAddress: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  readonly decidedLastCommit: { readonly round: number; readonly votes: readonly VoteInfo[] };
}

export interface FinalizeBlockResponse {
  readonly events: readonly Event[];
  readonly txResults: readonly ExecTxResult[];
  readonly validatorUpdates: readonly ValidatorUpdate[];
  readonly appHash: Uint8Array;
}

export interface QueryRequest {
  /** `/package.Service/Method`, `/store/<name>/key`, `/app/version`, `/app/simulate`. */
  readonly path: string;
  readonly data: Uint8Array;
  /** 0: latest. */
  readonly height: bigint;
  readonly prove: boolean;
}

export interface ProofOp {
  readonly type: string;
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

/**
 * Answer of a query. On failure `code`, `codespace` and `log` are those of the ABCI path (spec 04 §5.3) and
 * `grpcStatus` those of the gRPC path (spec 04 §2.2), so that each server prints its own form.
 */
export interface QueryResponse {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly proofOps: readonly ProofOp[];
  readonly height: bigint;
  readonly grpcStatus?: { readonly code: number; readonly message: string };
}

/** The state machine. Synchronous and deterministic; runs in one thread. */
export interface Application {
  info(): InfoResponse;
  initChain(request: InitChainRequest): InitChainResponse;
  checkTx(request: CheckTxRequest): ExecTxResult;
  prepareProposal(request: PrepareProposalRequest): readonly Uint8Array[];
  processProposal(request: ProcessProposalRequest): boolean;
  finalizeBlock(request: FinalizeBlockRequest): FinalizeBlockResponse;
  /** Makes the finalized block durable; answers only after the data is flushed. */
  commit(): { readonly retainHeight: bigint };
  query(request: QueryRequest): QueryResponse;
}

/** The same application behind a thread or a socket. */
export type AsyncApplication = {
  readonly [M in keyof Application]: (...args: Parameters<Application[M]>) => Promise<ReturnType<Application[M]>>;
};

/** Evidence that a block is final, in CometBFT's protobuf: what the enclave verifies before it executes anything. */
export interface BlockFinality {
  readonly header: Uint8Array;
  readonly commit: Uint8Array;
  /** ValidatorSet whose hash is the header's next_validators_hash. */
  readonly nextValidatorSet: Uint8Array;
}

/** Where the application gets the evidence for a height that is being finalized. */
export interface FinalityProvider {
  /** Throws LocalError `FINALITY_UNKNOWN` when the height's evidence is not there. */
  finality(height: bigint): BlockFinality;
}
