/**
 * Evidence of finality that the engine has handed over and the application has not asked for yet.
 * @module
 */
import type { BlockFinality, FinalityProvider } from "@enclavenet/abci";
import { LocalError } from "@enclavenet/common";

/** Keeps the evidence of the last few heights. */
export class FinalityMailbox implements FinalityProvider {
  readonly #byHeight = new Map<bigint, BlockFinality>();

  put(height: bigint, finality: BlockFinality): void {
    this.#byHeight.set(height, finality);
    for (const known of this.#byHeight.keys()) if (known + 1n < height) this.#byHeight.delete(known);
  }

  finality(height: bigint): BlockFinality {
    const finality = this.#byHeight.get(height);
    if (finality === undefined) throw new LocalError("FINALITY_UNKNOWN", `no finality evidence for height ${height}`);
    return finality;
  }
}
