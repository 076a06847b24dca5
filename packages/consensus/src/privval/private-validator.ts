/**
 * The validator's only way to sign: refuses to go back in (height, round, step) and to sign two different things at
 * the same one, and makes the record of a signature durable before the signature is released (spec 05 §3.11).
 *
 * Stricter than CometBFT, which re-signs when only the timestamp differs: the engine moves to the next round instead.
 * @module
 */
import { equalBytes, LocalError } from "@enclavenet/common";
import type { Ed25519Signer } from "../base/ed25519.ts";
import { validatorAddress } from "../base/sha256.ts";
import { type SignState, type SignStateStorage, STEP_PRECOMMIT } from "./sign-state.ts";

function compareStep(state: SignState, height: bigint, round: number): number {
  if (state.height !== height) return state.height < height ? -1 : 1;
  if (state.round !== round) return state.round - round;
  return state.step - STEP_PRECOMMIT;
}

/** Signs precommits of one key. */
export class PrivateValidator {
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
  readonly #signer: Ed25519Signer;
  readonly #storage: SignStateStorage;
  #state: SignState;

  private constructor(signer: Ed25519Signer, storage: SignStateStorage, state: SignState) {
    this.publicKey = signer.publicKey;
    this.address = validatorAddress(signer.publicKey);
    this.#signer = signer;
    this.#storage = storage;
    this.#state = state;
  }

  /** Loads what was signed last. */
  static async open(signer: Ed25519Signer, storage: SignStateStorage): Promise<PrivateValidator> {
    return new PrivateValidator(signer, storage, await storage.load());
  }

  /** Height of the last signature; 0 when nothing was signed. */
  get lastHeight(): bigint {
    return this.#state.height;
  }

  /**
   * First round at `height` in which a new block may be signed. It is above 0 when a crash fell between the record
   * of a signature and the block it was made for: that signature was never shown, and the height is decided anew.
   */
  nextRound(height: bigint): number {
    return compareStep(this.#state, height, 0) < 0 ? 0 : this.#state.round + 1;
  }

  /**
   * Signature over the sign bytes of a precommit at (height, round).
   * Throws LocalError `PRIVVAL_REGRESSION` for an earlier step and `PRIVVAL_CONFLICT` for other bytes at the same one.
   */
  async signPrecommit(height: bigint, round: number, signBytes: Uint8Array): Promise<Uint8Array> {
    const order = compareStep(this.#state, height, round);
    if (order > 0) {
      throw new LocalError(
        "PRIVVAL_REGRESSION",
        `already signed at height ${this.#state.height}, asked for ${height}`,
        {
          fix: "chain data was removed or restored without priv_validator_state.json: reset the chain",
        },
      );
    }
    if (order === 0) {
      if (equalBytes(this.#state.signBytes, signBytes)) return this.#state.signature;
      throw new LocalError("PRIVVAL_CONFLICT", `refused to sign another block at height ${height} round ${round}`);
    }
    const signature = this.#signer.sign(signBytes);
    const state: SignState = { height, round, step: STEP_PRECOMMIT, signature, signBytes: Uint8Array.from(signBytes) };
    await this.#storage.save(state);
    this.#state = state;
    return signature;
  }
}
