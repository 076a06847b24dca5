/**
 * The guard of the seeds that are live at a height. A seed that a rotation adds is live from the next block on, so that all calls of
 * one block answer under the same keys, in its first execution and in every later one.
 *
 * Spec: 01 §1.1 (ordered seeds, one more per rotation).
 * @module
 */
import type { Primitives } from "@enclavenet/crypto";
import type { KeychainStore } from "../keychain/keychain.ts";
import type { KeyGuard } from "./key-guard.ts";
import { seedKeyGuard } from "./seed-key-guard.ts";

export class LiveKeys {
  readonly #primitives: Primitives;
  readonly #keychain: KeychainStore;
  /** By how many seeds they are of: caches of derived keys outlive a block. */
  readonly #guards = new Map<number, KeyGuard>();
  #height: bigint;

  /** `height`: of the block that comes next. */
  constructor(primitives: Primitives, keychain: KeychainStore, height: bigint) {
    this.#primitives = primitives;
    this.#keychain = keychain;
    this.#height = height;
  }

  /** Guard of the seeds that are live in the block which is open, or in the next one while none is. */
  get guard(): KeyGuard {
    const seeds = this.#keychain.liveSeeds(this.#height);
    const known = this.#guards.get(seeds.length);
    if (known !== undefined) return known;
    const guard = seedKeyGuard(this.#primitives, seeds);
    this.#guards.set(seeds.length, guard);
    return guard;
  }

  /** A block of this height is open, or comes next. */
  moveTo(height: bigint): void {
    this.#height = height;
  }
}
