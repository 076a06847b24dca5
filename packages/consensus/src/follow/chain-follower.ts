/**
 * The chain as a following node has it, and the step from one block to the next: verify, store, execute, compare, commit.
 *
 * What executing a block gives is stated by the header of the next one (spec 05 §4.5). Where a source has that already, it is
 * verified before the block is executed and compared before anything is committed; at the end of what the sources have, it is
 * compared as soon as it comes. A node that once found another outcome than the validators signed serves nothing any more, not
 * after a restart either.
 * @module
 */
import type { AsyncApplication } from "@enclavenet/abci";
import { LocalError } from "@enclavenet/common";
import type { CometPrimitives } from "@enclavenet/light-client";
import type { Commit } from "../base/block-types.ts";
import type { DecidedBlock } from "../blocks/comet.ts";
import type { BlockExecutor, CommittedBlock } from "../execution/executor.ts";
import { asLocalError } from "../execution/fatal.ts";
import type { EngineState } from "../state/engine-state.ts";
import { type ChainStore, MAX_PRUNED_PER_BLOCK } from "../storage/chain-store.ts";
import {
  checkOutcome,
  divergedAs,
  type SignedHeader,
  signedHeaderOf,
  verifyNext,
  verifySigned,
} from "./verify-block.ts";

/** What the steps are made with. */
export interface ChainFollowerModules {
  readonly primitives: CometPrimitives;
  readonly application: AsyncApplication;
  readonly store: ChainStore;
  readonly executor: BlockExecutor;
  /** Called with every block that is durable. */
  readonly onCommitted: (block: CommittedBlock) => void;
}

/** Throws LocalError `FOLLOW_DIVERGED` when this home was found to be on another state than the chain. */
export function demandAgreement(store: ChainStore): void {
  const found = store.divergence();
  if (found !== undefined) throw divergedAs(found);
}

export class ChainFollower {
  readonly #modules: ChainFollowerModules;
  #state: EngineState;
  #seenCommit: Commit | undefined;
  /** Commit of the header that was verified last as the one behind a block. */
  #signed: Commit | undefined;

  constructor(modules: ChainFollowerModules, state: EngineState) {
    this.#modules = modules;
    this.#state = state;
    this.#seenCommit = modules.store.seenCommit(state.height);
  }

  /** State after the last committed block. */
  get state(): EngineState {
    return this.#state;
  }

  /** Why the block is not the next one, or undefined when it is. Throws LocalError `FOLLOW_DIVERGED`. */
  refusalOf(decided: DecidedBlock): Promise<LocalError | undefined> {
    const { primitives } = this.#modules;
    return this.#judge(() => {
      verifySigned(primitives, this.#state, signedHeaderOf(decided), this.#signed);
      verifyNext(primitives, this.#state, decided, this.#seenCommit);
    });
  }

  /** Why `following` is not the signed header behind `decided`, which is the next block; undefined when it is. */
  refusalOfFollowing(decided: DecidedBlock, following: SignedHeader): Promise<LocalError | undefined> {
    const { chainId, initialHeight, nextValidators } = this.#state;
    const { block, blockId } = decided.sealed;
    const last = { chainId, initialHeight, height: block.header.height, blockId, validators: nextValidators };
    return this.#judge(() => {
      verifySigned(this.#modules.primitives, last, following);
      this.#signed = following.commit;
    });
  }

  /**
   * Executes the block, which is the next one, and commits it unless `following`, a header that was not refused, tells another
   * outcome (`FOLLOW_DIVERGED`).
   */
  async advance(decided: DecidedBlock, following: SignedHeader | undefined): Promise<void> {
    const { store, executor, application, onCommitted } = this.#modules;
    await store.saveBlock(decided.sealed, decided.seenCommit);
    const executed = await executor.finalize(decided, this.#state);
    if (following !== undefined) await this.#judge(() => checkOutcome(executed.state, following.header));
    const { retainHeight } = await application.commit();
    const committed = await executor.record(executed);
    this.#state = committed.state;
    this.#seenCommit = decided.seenCommit;
    onCommitted(committed);
    if (retainHeight > 0n) await store.prune(retainHeight, MAX_PRUNED_PER_BLOCK);
  }

  async #judge(check: () => void): Promise<LocalError | undefined> {
    try {
      check();
      return undefined;
    } catch (error) {
      if (LocalError.is(error, "FOLLOW_DIVERGED")) {
        await this.#modules.store.saveDivergence(error.message);
        throw error;
      }
      return asLocalError(error);
    }
  }
}
