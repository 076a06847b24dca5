/**
 * The context of one execution: which branch of the state, which block, which gas meters, where events go. Immutable;
 * `with` makes a changed copy.
 * @module
 */
import type { VoteInfo } from "@enclavenet/abci";
import {
  type CacheMultiStore,
  GasKV,
  type GasMeter,
  InfiniteGasMeter,
  type KVStore,
  type MultiStore,
  SECRET_KV_GAS_CONFIG,
} from "@enclavenet/store";
import { EventManager } from "../support/events.ts";
import { ResultBudget } from "./result-budget.ts";
import type { DecodedTx } from "./tx.ts";

/** Why code runs. */
export type ExecMode = "check" | "recheck" | "simulate" | "finalize" | "query" | "genesis";

/** Set by a contract's `finalize_tx` message: nothing may follow in this transaction (spec 03 §4.5). */
export interface LastMessageMarker {
  marked: boolean;
}

/** A message that a contract emitted, packed. */
export interface EmittedMessage {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/** Facts of the block that is being executed, or of the last one. */
export interface BlockFacts {
  readonly chainId: string;
  readonly height: bigint;
  readonly timeNs: bigint;
  readonly hash: Uint8Array;
  readonly proposerAddress: Uint8Array;
  readonly votes: readonly VoteInfo[];
  /** -1: unlimited. */
  readonly maxGas: bigint;
}

interface ContextFields {
  readonly multiStore: MultiStore;
  readonly block: BlockFacts;
  readonly mode: ExecMode;
  readonly gasMeter: GasMeter;
  readonly blockGasMeter: GasMeter;
  readonly events: EventManager;
  /** The transaction and its position in the block; -1 outside a block. */
  readonly tx: DecodedTx | undefined;
  readonly txIndex: number;
  readonly msgIndex: number;
  /** Contract responses handled above this context; absent: none. */
  readonly callDepth?: number;
  readonly lastMessage: LastMessageMarker;
  /** Of the transaction; outside of one, of the block. */
  readonly results: ResultBudget;
  /** Set while a message runs that a contract emitted: the message as it went to the router. */
  readonly callback: EmittedMessage | undefined;
}

/** See {@link ContextFields}. */
export class Context implements ContextFields {
  readonly multiStore: MultiStore;
  readonly block: BlockFacts;
  readonly mode: ExecMode;
  readonly gasMeter: GasMeter;
  readonly blockGasMeter: GasMeter;
  readonly events: EventManager;
  readonly tx: DecodedTx | undefined;
  readonly txIndex: number;
  readonly msgIndex: number;
  readonly callDepth: number;
  readonly lastMessage: LastMessageMarker;
  readonly results: ResultBudget;
  readonly callback: EmittedMessage | undefined;

  constructor(fields: ContextFields) {
    this.multiStore = fields.multiStore;
    this.block = fields.block;
    this.mode = fields.mode;
    this.gasMeter = fields.gasMeter;
    this.blockGasMeter = fields.blockGasMeter;
    this.events = fields.events;
    this.tx = fields.tx;
    this.txIndex = fields.txIndex;
    this.msgIndex = fields.msgIndex;
    this.callDepth = fields.callDepth ?? 0;
    this.lastMessage = fields.lastMessage;
    this.results = fields.results;
    this.callback = fields.callback;
  }

  with(changes: Partial<ContextFields>): Context {
    return new Context({ ...this, ...changes });
  }

  get isSimulation(): boolean {
    return this.mode === "simulate";
  }

  /** CheckTx, recheck and simulation run on the check state. */
  get isCheckTx(): boolean {
    return this.mode === "check" || this.mode === "recheck" || this.mode === "simulate";
  }

  /** A store that charges this context's meter. */
  kvStore(name: string): KVStore {
    return new GasKV(this.multiStore.kvStore(name), this.gasMeter, SECRET_KV_GAS_CONFIG);
  }

  /** The same context without charges, for reads that upstream does not make. */
  unmetered(): Context {
    return this.with({ gasMeter: new InfiniteGasMeter() });
  }

  /** A branch of the state with its own event list; `store.write()` merges the state, events are the caller's. */
  branch(): { readonly ctx: Context; readonly store: CacheMultiStore } {
    const store = this.multiStore.cacheMultiStore();
    return { ctx: this.with({ multiStore: store, events: new EventManager() }), store };
  }
}

/** A context outside any transaction: no limit of gas, no transaction, its own event list. */
export function stateContext(multiStore: MultiStore, block: BlockFacts, mode: ExecMode): Context {
  return new Context({
    multiStore,
    block,
    mode,
    gasMeter: new InfiniteGasMeter(),
    blockGasMeter: new InfiniteGasMeter(),
    events: new EventManager(),
    tx: undefined,
    txIndex: -1,
    msgIndex: -1,
    lastMessage: { marked: false },
    results: ResultBudget.ofBlock(),
    callback: undefined,
  });
}
