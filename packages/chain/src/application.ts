/**
 * The application behind ABCI: holds the states between the calls of the engine and wires the rooms together.
 *
 * Spec: 05 §2.4 (order of calls), §4.2 (genesis is flushed together with block 1).
 * @module
 */
import type {
  Application,
  CheckTxRequest,
  Event,
  ExecTxResult,
  FinalizeBlockRequest,
  FinalizeBlockResponse,
  InfoResponse,
  InitChainRequest,
  InitChainResponse,
  PrepareProposalRequest,
  QueryRequest,
  QueryResponse,
  ValidatorUpdate,
} from "@enclavenet/abci";
import { MAX_QUERY_BLOCKS } from "@enclavenet/attestation";
import { CodedError, LocalError, type Logger, silentLogger } from "@enclavenet/common";
import { StateProofs } from "@enclavenet/enclave-api";
import { BasicGasMeter, type CacheMultiStore, InfiniteGasMeter } from "@enclavenet/store";
import { blockFacts, type ChainFacts, encodeFacts, lastBlockFacts, loadFacts } from "./baseapp/chain-facts.ts";
import { type Context, stateContext } from "./baseapp/context.ts";
import { exportGenesis, initGenesis } from "./baseapp/genesis.ts";
import { GenesisTrees, proverOf } from "./baseapp/genesis-trees.ts";
import { selectTransactions } from "./baseapp/proposals.ts";
import { QueryHandler } from "./baseapp/query-handler.ts";
import { execTxResult, undecodableTxResult } from "./baseapp/results.ts";
import { type TxOutcome, TxRunner } from "./baseapp/run-tx.ts";
import { simulateRoute } from "./baseapp/simulate.ts";
import { type DecodedTx, decodeTx } from "./baseapp/tx.ts";
import { hasContracts } from "./modules/compute/store.ts";
import { bornStateProofs, checkGenesisEvidence } from "./modules/registration/evidence.ts";
import type { ApplicationOptions } from "./options.ts";
import { createRegistry, type Registry, STORE_NAMES } from "./registry.ts";
import { parseGasPrices } from "./support/decimal.ts";
import { toChainError } from "./support/errors.ts";
import { EventManager, withAttribute } from "./support/events.ts";
import { genesisError } from "./support/genesis-json.ts";
import type { JsonValue } from "./support/json-value.ts";
import { encodeValidatorSet } from "./validator-set.ts";

const DEFAULT_QUERY_GAS = 10_000_000n;
const NO_BYTES = new Uint8Array(0);

/** The application, with what only the node's own commands use. */
export interface ChainApplication extends Application {
  /** Full names of the gRPC methods that `query` answers, `/package.Service/Method`. */
  queryMethods(): readonly string[];
  /** app_state of a genesis document that continues from the last committed state. */
  exportGenesis(): JsonValue;
}

/** A block that is executed but not committed. */
interface FinalizedBlock {
  readonly facts: ChainFacts;
}

/** Genesis writes wait here until the first block is flushed. */
interface GenesisState {
  readonly store: CacheMultiStore;
  readonly facts: ChainFacts;
}

/** Builds the application over its committed state. */
export function createApplication(options: ApplicationOptions): ChainApplication {
  return new SecretApplication(options);
}

class SecretApplication implements ChainApplication {
  readonly #options: ApplicationOptions;
  readonly #logger: Logger;
  readonly #registry: Registry;
  readonly #runner: TxRunner;
  readonly #queries: QueryHandler;
  #facts: ChainFacts | undefined;
  #genesis: GenesisState | undefined;
  /** For as long as a query may be answered from the state that the first header proves. */
  #genesisTrees: GenesisTrees | undefined;
  #finalized: FinalizedBlock | undefined;
  #check: Context | undefined;

  constructor(options: ApplicationOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    const simulate = (tx: Uint8Array) => this.#simulate(tx);
    this.#registry = createRegistry({
      ...options,
      contractQueryGasLimit: options.contractQueryGasLimit ?? DEFAULT_QUERY_GAS,
      minGasPrices: parseGasPrices(options.minGasPrices ?? ""),
      queries: [simulateRoute(simulate)],
      proveRecords: proverOf(options.store, () => this.#genesisTrees),
    });
    this.#runner = new TxRunner(this.#registry.messages, this.#registry.ante);
    this.#queries = new QueryHandler({
      store: options.store,
      router: this.#registry.queries,
      simulate,
      version: options.version ?? "",
      facts: () => this.#facts,
    });
    this.#facts = loadFacts(options.store);
    if (this.#facts !== undefined) this.#resetCheckState(this.#facts);
  }

  info(): InfoResponse {
    const { store, name = "secret", version = "" } = this.#options;
    const { version: lastBlockHeight, appHash } = store.lastCommit;
    return {
      data: name,
      version,
      appVersion: 0n,
      lastBlockHeight,
      lastBlockAppHash: appHash,
    };
  }

  initChain(request: InitChainRequest): InitChainResponse {
    const { store, enclave, primitives, evidenceTerms, stateProofs = "all" } = this.#options;
    if (store.lastCommit.version !== 0n) {
      throw new LocalError("CHAIN_STARTED", "the chain has blocks already and cannot be started again");
    }
    if (request.initialHeight !== 1n) throw genesisError("initial_height must be 1");
    const facts: ChainFacts = {
      chainId: request.chainId,
      initialHeight: request.initialHeight,
      maxGas: request.consensusParams.blockMaxGas,
      lastBlock: { height: 0n, timeNs: request.timeNs, hash: NO_BYTES, proposerAddress: NO_BYTES },
    };
    const branch = store.cacheMultiStore();
    const ctx = stateContext(branch, lastBlockFacts(facts), "genesis");
    initGenesis(this.#registry.modules, ctx, request.appState);
    const validatorSet = encodeValidatorSet(primitives, request.validators);
    if (evidenceTerms !== undefined) checkGenesisEvidence(ctx, validatorSet, evidenceTerms, primitives);
    const { chainId, genesisHash, initialHeight } = request;
    const proofs = StateProofs[bornStateProofs(ctx) ?? stateProofs];
    const binding = { chainId, genesisHash, initialHeight, validatorSet, stateProofs: proofs };
    enclave.call("bindNetwork", binding);
    this.#genesis = { store: branch, facts };
    this.#resetCheckState(facts);
    this.#genesisTrees = hasContracts(ctx) ? new GenesisTrees(branch, STORE_NAMES) : undefined;
    const { appHash } = this.#genesisTrees ?? store.lastCommit;
    return { validators: request.validators, appHash };
  }

  checkTx({ tx, recheck }: CheckTxRequest): ExecTxResult {
    const check = this.#demandCheckState();
    const decoded = tryDecodeTx(tx);
    if ("result" in decoded) return decoded.result;
    return execTxResult(this.#runner.run(check.with({ mode: recheck ? "recheck" : "check" }), decoded.tx));
  }

  prepareProposal(request: PrepareProposalRequest): readonly Uint8Array[] {
    return selectTransactions(request, this.#demandFacts().maxGas);
  }

  /** Every block that an honest proposer can make is accepted; transactions are judged one by one when it executes. */
  processProposal(): boolean {
    return true;
  }

  finalizeBlock(request: FinalizeBlockRequest): FinalizeBlockResponse {
    const { store, enclave, finality } = this.#options;
    const before = this.#demandFacts();
    this.#checkHeight(request.height, before);
    const block = blockFacts(request, before);
    const { header, commit, nextValidatorSet } = finality.finality(request.height);
    enclave.call("beginBlock", { header, commit, nextValidatorSet, transactions: request.txs });
    const state = (this.#genesis?.store ?? store).cacheMultiStore();
    const meter = before.maxGas > 0n ? new BasicGasMeter(before.maxGas) : new InfiniteGasMeter();
    const ctx = stateContext(state, block, "finalize").with({ blockGasMeter: meter });
    const beginEvents = this.#beginBlock(ctx);
    const txResults = request.txs.map((tx, index) => {
      this.#options.betweenTransactions?.();
      return this.#deliver(ctx, tx, index);
    });
    const end = this.#endBlock(ctx);
    enclave.call("endBlock", { height: request.height });
    state.write();
    this.#genesis?.store.write();
    this.#genesis = undefined;
    this.#finalized = { facts: { ...before, lastBlock: block } };
    return {
      events: [...beginEvents, ...end.events],
      txResults,
      validatorUpdates: end.updates,
      appHash: store.workingHash(),
    };
  }

  commit(): { readonly retainHeight: bigint } {
    if (this.#finalized === undefined) {
      throw new LocalError("CHAIN_COMMIT", "there is no finalized block to commit");
    }
    const { facts } = this.#finalized;
    const { appHash } = this.#options.store.commit(encodeFacts(facts));
    this.#logger.info("committed block", { height: facts.lastBlock.height, appHash });
    this.#finalized = undefined;
    if (facts.lastBlock.height > MAX_QUERY_BLOCKS) this.#genesisTrees = undefined;
    this.#facts = facts;
    this.#resetCheckState(facts);
    return { retainHeight: this.#retainHeight(facts.lastBlock.height) };
  }

  query(request: QueryRequest): QueryResponse {
    return this.#queries.query(request);
  }

  queryMethods(): readonly string[] {
    return this.#registry.queries.paths();
  }

  exportGenesis(): JsonValue {
    const facts = this.#demandFacts();
    return exportGenesis(this.#registry.modules, stateContext(this.#committed(facts), lastBlockFacts(facts), "query"));
  }

  /** Facts to build on: those of the last committed block, or of genesis. */
  #demandFacts(): ChainFacts {
    const facts = this.#facts ?? this.#genesis?.facts;
    if (facts === undefined) throw new LocalError("CHAIN_NOT_STARTED", "the chain has not been started: no InitChain");
    return facts;
  }

  #demandCheckState(): Context {
    if (this.#check === undefined) {
      throw new LocalError("CHAIN_NOT_STARTED", "the chain has not been started: no InitChain");
    }
    return this.#check;
  }

  #checkHeight(height: bigint, { initialHeight, lastBlock }: ChainFacts): void {
    if (this.#finalized !== undefined) {
      throw new LocalError("CHAIN_HEIGHT", "the block before is finalized but not committed");
    }
    const expected = lastBlock.height === 0n ? initialHeight : lastBlock.height + 1n;
    if (height !== expected) {
      throw new LocalError("CHAIN_HEIGHT", `height ${height} cannot be finalized, expected ${expected}`);
    }
  }

  #beginBlock(ctx: Context): Event[] {
    const events = new EventManager();
    for (const module of this.#registry.modules) module.beginBlock?.(ctx.with({ events }));
    return events.events.map((one) => withAttribute(one, "mode", "BeginBlock"));
  }

  #endBlock(ctx: Context): { readonly events: readonly Event[]; readonly updates: readonly ValidatorUpdate[] } {
    const events = new EventManager();
    const updates = this.#registry.modules.flatMap((module) => [...(module.endBlock?.(ctx.with({ events })) ?? [])]);
    return { events: events.events.map((one) => withAttribute(one, "mode", "EndBlock")), updates };
  }

  #deliver(ctx: Context, tx: Uint8Array, txIndex: number): ExecTxResult {
    const decoded = tryDecodeTx(tx);
    // The log of undecodable bytes is the registered text alone (spec 05 §1.5).
    if ("result" in decoded) return undecodableTxResult();
    return execTxResult(this.#runner.run(ctx.with({ txIndex }), decoded.tx));
  }

  #simulate(bytes: Uint8Array): TxOutcome {
    const check = this.#demandCheckState();
    const tx = decodeTx(bytes);
    return this.#runner.run(check.branch().ctx.with({ mode: "simulate" }), tx);
  }

  #resetCheckState(facts: ChainFacts): void {
    this.#check = stateContext(this.#committed(facts), lastBlockFacts(facts), "check");
  }

  /** A branch of the committed state: a block that is finalized and not committed yet does not show through. */
  #committed({ lastBlock }: ChainFacts): CacheMultiStore {
    const { store } = this.#options;
    return (lastBlock.height === 0n ? store : store.at(lastBlock.height)).cacheMultiStore();
  }

  #retainHeight(height: bigint): bigint {
    const keep = this.#options.minRetainBlocks ?? 0n;
    return keep === 0n || height <= keep ? 0n : height - keep;
  }
}

function tryDecodeTx(bytes: Uint8Array): { readonly tx: DecodedTx } | { readonly result: ExecTxResult } {
  try {
    return { tx: decodeTx(bytes) };
  } catch (error) {
    if (CodedError.isCoded(error)) return { result: undecodableTxResult(toChainError(error)) };
    throw error;
  }
}
