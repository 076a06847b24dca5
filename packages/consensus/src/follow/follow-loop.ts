/**
 * The loop of a following node: execute what was pulled, block by block, while the next batch is under way.
 * @module
 */
import type { LocalError } from "@enclavenet/common";
import type { Timers } from "../base/timers.ts";
import type { DecidedBlock } from "../blocks/comet.ts";
import { nextHeight } from "../state/engine-state.ts";
import type { ChainFollower } from "./chain-follower.ts";
import type { Pulled, Puller } from "./puller.ts";
import type { SourceEntry, SourcePool } from "./source-pool.ts";
import { type SignedHeader, signedHeaderOf } from "./verify-block.ts";

/** What the loop works with. */
export interface FollowLoopModules {
  readonly chain: ChainFollower;
  readonly pool: SourcePool;
  readonly puller: Puller;
  readonly timers: Timers;
  /** Ends the loop. */
  readonly stopping: AbortSignal;
  /** Called with every block that was executed and committed, and how long that took. */
  readonly onExecuted: (block: DecidedBlock, milliseconds: number) => void;
}

/** A batch that is under way. */
interface Ahead {
  readonly result: Promise<Pulled | undefined>;
  /** The batch, once it is here. */
  readonly arrived: () => Pulled | undefined;
  cancel(): void;
}

/** A header with the source that gave it. */
interface Following {
  readonly entry: SourceEntry;
  readonly signed: SignedHeader;
}

export class FollowLoop {
  readonly #modules: FollowLoopModules;

  constructor(modules: FollowLoopModules) {
    this.#modules = modules;
  }

  /** Follows until it is told to stop. Rejects when this node cannot go on. */
  async run(): Promise<void> {
    const { chain, stopping } = this.#modules;
    let ahead = this.#pull(nextHeight(chain.state));
    while (!stopping.aborted) {
      const pulled = await ahead.result;
      if (pulled === undefined) return;
      ahead = this.#pull(nextHeight(chain.state) + BigInt(pulled.blocks.length));
      if (await this.#executeAll(pulled, ahead)) continue;
      ahead.cancel();
      await ahead.result;
      ahead = this.#pull(nextHeight(chain.state));
    }
    ahead.cancel();
  }

  #pull(from: bigint): Ahead {
    const { puller, stopping } = this.#modules;
    const controller = new AbortController();
    let arrived: Pulled | undefined;
    const result = puller.pull(from, AbortSignal.any([controller.signal, stopping])).then((pulled) => {
      arrived = pulled;
      return pulled;
    });
    return { result, arrived: () => arrived, cancel: () => controller.abort() };
  }

  /** Executes a batch in order; false when a block of it, or the header behind one, was refused. */
  async #executeAll(pulled: Pulled, ahead: Ahead): Promise<boolean> {
    for (const index of pulled.blocks.keys()) {
      if (this.#modules.stopping.aborted) return true;
      if (!(await this.#execute(pulled, index, ahead))) return false;
    }
    return true;
  }

  async #execute(pulled: Pulled, index: number, ahead: Ahead): Promise<boolean> {
    const { chain, pool, timers, onExecuted } = this.#modules;
    const decided = pulled.blocks[index] as DecidedBlock;
    if (this.#isRefused(pulled.entry, await chain.refusalOf(decided))) return false;
    const following = followingOf(pulled, index) ?? firstOf(ahead.arrived());
    if (following !== undefined) {
      const refusal = await chain.refusalOfFollowing(decided, following.signed);
      if (this.#isRefused(following.entry, refusal)) return false;
    }
    const startedMs = timers.now();
    await chain.advance(decided, following?.signed);
    onExecuted(decided, timers.now() - startedMs);
    pool.succeed(pulled.entry);
    return true;
  }

  #isRefused(entry: SourceEntry, refusal: LocalError | undefined): boolean {
    if (refusal !== undefined) this.#modules.pool.fail(entry, refusal);
    return refusal !== undefined;
  }
}

/** The header behind the block at `index`: that of the next block in the batch, or the one that came with it. */
function followingOf({ entry, blocks, next }: Pulled, index: number): Following | undefined {
  const block = blocks[index + 1];
  const signed = block === undefined ? next : signedHeaderOf(block);
  return signed === undefined ? undefined : { entry, signed };
}

function firstOf(pulled: Pulled | undefined): Following | undefined {
  return pulled === undefined ? undefined : followingOf(pulled, -1);
}
