/**
 * Verifies blocks before anything of them runs, and keeps the sealed record of how far this enclave has come.
 *
 * Spec: 05 §3.3 (hashes), §3.10 (acceptance rules); architecture §3 (re-execution rule).
 * On a network with one validator the host holds the only validator key: then this exercises the path and proves nothing
 * against the operator.
 * @module
 */
import { equalBytes, LocalError } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { type EcallRequest, EnclaveError, StateProofs } from "@enclavenet/enclave-api";
import { dataHash, headerHash, validatorSetHash, verifyCommit } from "@enclavenet/light-client";
import {
  type Commit,
  decodeCommit,
  decodeHeader,
  decodeValidatorSet,
  type Header,
  type ValidatorSet,
} from "@enclavenet/wire";
import type { LiveKeys } from "../key-guard/live-keys.ts";
import type { NetworkBinding } from "../keychain/keychain-record.ts";
import { BlockState, type CallState } from "../state-proofs/block-state.ts";
import type { MessageCounter } from "./message-counter.ts";
import { type BlockFacts, OpenBlock } from "./open-block.ts";
import { OutputLog, type RecordedOutputs } from "./output-log.ts";
import type { Progress, ProgressStore } from "./progress.ts";
import { SignerMemory } from "./signer-memory.ts";

type BlockRequest = EcallRequest<"beginBlock">;

interface ParsedBlock {
  readonly header: Header;
  readonly commit: Commit;
  readonly nextValidators: ValidatorSet;
}

export interface BlockVerifierModules {
  readonly primitives: Primitives;
  readonly keys: LiveKeys;
  readonly counter: MessageCounter;
  readonly progress: ProgressStore;
  readonly binding: NetworkBinding;
  /** How many blocks a proven query may be behind the one that was opened last. */
  readonly queryBlocks: number;
}

/** Behind every transaction. */
const AFTER_BLOCK = Number.MAX_SAFE_INTEGER;

function reject(check: string): never {
  throw new EnclaveError("BlockRejected", { check });
}

function parse(request: BlockRequest): ParsedBlock {
  try {
    return {
      header: decodeHeader(request.header),
      commit: decodeCommit(request.commit),
      nextValidators: decodeValidatorSet(request.nextValidatorSet),
    };
  } catch (error) {
    if (error instanceof LocalError) return reject("protobuf");
    throw error;
  }
}

/** What names a block for queries. */
export interface BlockTime {
  readonly height: bigint;
  readonly timeNs: bigint;
}

/** A block of the last ones, where proofs are demanded: its header proves the state before it. */
interface ProvenBlock {
  readonly block: OpenBlock;
  readonly state: BlockState;
  readonly previous: BlockTime | undefined;
}

export class BlockVerifier {
  readonly #modules: BlockVerifierModules;
  #open: OpenBlock | undefined;
  readonly #signerMemory = new SignerMemory();
  /** The newest first, as many as queries may go back. */
  #proven: readonly ProvenBlock[] = [];

  constructor(modules: BlockVerifierModules) {
    this.#modules = modules;
  }

  /** The open block. Throws `PositionRejected` when none is. */
  get current(): OpenBlock {
    if (this.#open === undefined) throw new EnclaveError("PositionRejected", { check: "no open block" });
    return this.#open;
  }

  /** The block that is open, if one is. */
  get openBlock(): OpenBlock | undefined {
    return this.#open;
  }

  /**
   * State after the block of that height and time, where a verified header proves it: in and after the block that was
   * opened last, or as many blocks before as the network allows.
   */
  provenState({ height, timeNs }: BlockTime): (() => CallState | undefined) | undefined {
    const isBlock = (one: BlockTime | undefined) => one?.height === height && one.timeNs === timeNs;
    for (const { block, state, previous } of this.#proven) {
      if (isBlock(block.facts)) return this.#open === block ? () => block.state() : () => state.inBlock(AFTER_BLOCK);
      if (isBlock(previous)) return () => state.before();
    }
    return undefined;
  }

  /** Verifies a block and opens it. Throws `BlockRejected` or `HeightRejected`; the block before stays closed. */
  begin(request: BlockRequest): void {
    const unclosed = this.#open;
    this.#open = undefined;
    const { primitives, keys, counter, progress, binding } = this.#modules;
    const block = parse(request);
    const hash = headerHash(primitives, block.header);
    const last = progress.current;
    const replay = this.#checkHeight(block.header, hash, last);
    const signers = this.#signers(replay, last);
    this.#checkFinality(block, hash, signers);
    // check: header-transactions
    if (!equalBytes(dataHash(primitives, request.transactions), block.header.dataHash)) reject("transactions");
    if (!replay) this.#record(request, block, hash, signers);
    counter.reset();
    const facts: BlockFacts = {
      chainId: binding.chainId,
      height: block.header.height,
      timeNs: block.header.timeNs,
      hash,
    };
    const outputs = new OutputLog(replay ? this.#firstOutputs(last, hash, unclosed) : undefined);
    const state =
      binding.stateProofs === StateProofs.all
        ? new BlockState(primitives, { height: facts.height, appHash: block.header.appHash })
        : undefined;
    keys.moveTo(facts.height);
    const modules = { primitives, guard: keys.guard, signers: this.#signerMemory, state };
    this.#open = new OpenBlock(modules, facts, request.transactions, outputs);
    if (state !== undefined) this.#remember({ block: this.#open, state, previous: replay ? undefined : last });
  }

  #remember(proven: ProvenBlock): void {
    const { height } = proven.block.facts;
    const older = this.#proven.filter(({ block }) => block.facts.height < height);
    const { queryBlocks } = this.#modules;
    // check: query-window
    this.#proven = [proven, ...older].slice(0, queryBlocks);
  }

  /** What an earlier execution of this block put out: all of it when it was closed, else as far as this process saw. */
  #firstOutputs(last: Progress | undefined, hash: Uint8Array, unclosed: OpenBlock | undefined): RecordedOutputs {
    const sealed = last?.outputDigests ?? [];
    if (sealed.length > 0) return { digests: sealed, complete: true };
    const seen = unclosed !== undefined && equalBytes(unclosed.facts.hash, hash) ? unclosed.outputs.recorded : [];
    return { digests: seen, complete: false };
  }

  /** Closes the block and seals the digests of its outputs. */
  end(height: bigint): void {
    const block = this.current;
    const progress = this.#modules.progress.current;
    if (height !== block.facts.height || progress === undefined) {
      throw new EnclaveError("PositionRejected", { check: "height of the open block" });
    }
    const outputDigests = block.outputs.finish();
    this.#open = undefined;
    this.#modules.keys.moveTo(height + 1n);
    if (progress.outputDigests.length === 0 && outputDigests.length > 0) {
      this.#modules.progress.save({ ...progress, outputDigests });
    }
  }

  /** True when this very block was opened before. Every other block at an executed height is refused. */
  #checkHeight(header: Header, hash: Uint8Array, last: Progress | undefined): boolean {
    const { binding } = this.#modules;
    // check: header-chain-id
    if (header.chainId !== binding.chainId) reject("chain id");
    if (last === undefined) {
      if (header.height !== binding.initialHeight) {
        throw new EnclaveError("HeightRejected", { check: "first height of the chain" });
      }
      return false;
    }
    if (header.height === last.height) {
      // check: height-executed
      if (!equalBytes(hash, last.blockHash)) throw new EnclaveError("HeightRejected", { check: "another block" });
      return true;
    }
    // check: height-next
    if (header.height !== last.height + 1n) throw new EnclaveError("HeightRejected", { check: "not the next height" });
    // check: header-time
    if (header.timeNs <= last.timeNs) reject("time");
    // check: header-predecessor
    if (!equalBytes(header.lastBlockId.hash, last.blockHash)) reject("last block id");
    return false;
  }

  /** Protobuf of the set that must have signed: the genesis set, or what the block before announced. */
  #signers(replay: boolean, last: Progress | undefined): Uint8Array {
    if (last === undefined) return this.#modules.binding.validatorSet;
    // check: signing-validators
    return replay ? last.validatorSet : last.nextValidatorSet;
  }

  #checkFinality({ header, commit, nextValidators }: ParsedBlock, hash: Uint8Array, signers: Uint8Array): void {
    const { primitives, binding } = this.#modules;
    const validators = decodeValidatorSet(signers);
    // check: header-validators
    if (!equalBytes(validatorSetHash(primitives, validators), header.validatorsHash)) reject("validators");
    // check: header-next-validators
    if (!equalBytes(validatorSetHash(primitives, nextValidators), header.nextValidatorsHash)) reject("next validators");
    // check: commit-of-block
    if (commit.height !== header.height || !equalBytes(commit.blockId.hash, hash)) reject("commit of another block");
    try {
      verifyCommit(primitives, binding.chainId, validators, commit);
    } catch (error) {
      if (error instanceof LocalError) reject("commit");
      throw error;
    }
  }

  #record(request: BlockRequest, { header }: ParsedBlock, blockHash: Uint8Array, validatorSet: Uint8Array): void {
    this.#modules.progress.save({
      height: header.height,
      blockHash,
      timeNs: header.timeNs,
      validatorSet,
      nextValidatorSet: request.nextValidatorSet,
      outputDigests: [],
    });
  }
}
