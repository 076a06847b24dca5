/**
 * One node whose RPC is followed: its height, its blocks, and the door for transactions. What it answers is bounded in size
 * and time, and parsed; it is verified elsewhere.
 * @module
 */
import type { ConsensusParams, ExecTxResult } from "@enclavenet/abci";
import { equalBytes, fromHex, LocalError, toBase64, toHex } from "@enclavenet/common";
import { asInt64, asObject, asString, asUint32 } from "../../base/json.ts";
import { sha256 } from "../../base/sha256.ts";
import { type DecidedBlock, sealBlock } from "../../blocks/comet.ts";
import { type GenesisDocument, MAX_BLOCK_SIZE_BYTES } from "../../genesis/genesis-document.ts";
import { checkDecided, type SignedHeader } from "../verify-block.ts";
import { malformed, otherNetwork, quoted } from "./errors.ts";
import { downloadGenesis } from "./genesis.ts";
import type { OpenHeads } from "./heads.ts";
import { callBatch, callOne, type RpcCall } from "./json-rpc.ts";
import { parseBlockResult, parseCommitResult } from "./parse-block.ts";
import type { RequestLimits, RpcTransport } from "./transport.ts";

/** Room for commits, results of small calls, and the frame of JSON. */
const OVERHEAD_BYTES = 4 * 1024 * 1024;
const SMALL_BYTES = 1024 * 1024;

/** Time limits of one request, in milliseconds. */
export interface SourceTimeouts {
  readonly blocksMs: number;
  readonly callMs: number;
}

export const DEFAULT_TIMEOUTS: SourceTimeouts = { blocksMs: 30_000, callMs: 5_000 };

/** Bytes that one answer with blocks may have: one block of the largest size in base64 must fit. */
function maxAnswerBytes({ blockMaxBytes }: ConsensusParams): number {
  const largest = blockMaxBytes === -1n ? MAX_BLOCK_SIZE_BYTES : blockMaxBytes;
  return Math.ceil((Number(largest) * 4) / 3) + OVERHEAD_BYTES;
}

/** Which blocks. */
export interface BlocksWanted {
  readonly from: bigint;
  readonly count: number;
  /** Also the header behind the last of them, which tells its outcome. */
  readonly withNext: boolean;
}

/** Consecutive blocks. */
export interface PulledBlocks {
  readonly blocks: readonly DecidedBlock[];
  /** What the source says is the signed header behind the last of them. */
  readonly next: SignedHeader | undefined;
}

function callAt(method: "block" | "commit", height: bigint): RpcCall {
  return { method, params: { height: height.toString() } };
}

/** A source of one network. */
export class BlockSource {
  readonly url: string;
  /** Subscribes to its headers, where it can. */
  readonly openHeads: OpenHeads | undefined;
  readonly #transport: RpcTransport;
  readonly #genesis: GenesisDocument;
  readonly #timeouts: SourceTimeouts;
  #sameGenesis = false;

  constructor(transport: RpcTransport, genesis: GenesisDocument, timeouts: SourceTimeouts) {
    this.url = transport.url;
    this.openHeads = transport.heads;
    this.#transport = transport;
    this.#genesis = genesis;
    this.#timeouts = timeouts;
  }

  /** Height that the source claims. The first call checks its genesis document. Throws LocalError `FOLLOW_…`. */
  async height(signal: AbortSignal): Promise<bigint> {
    const limits = this.#small(signal);
    const status = asObject(
      await callOne(this.#transport, { method: "status", params: {} }, limits),
      "result",
      malformed,
    );
    const network = asString(asObject(status.node_info, "node_info", malformed).network, "network", malformed);
    if (network !== this.#genesis.chainId) {
      throw otherNetwork(`its chain id is ${quoted(network)}, not ${this.#genesis.chainId}`);
    }
    if (!this.#sameGenesis) await this.#checkGenesis(signal);
    const sync = asObject(status.sync_info, "sync_info", malformed);
    return asInt64(sync.latest_block_height, "latest_block_height", malformed);
  }

  /** Blocks, each consistent in itself and with the commit that came with it. Throws LocalError `FOLLOW_…`. */
  async blocks({ from, count, withNext }: BlocksWanted, signal: AbortSignal): Promise<PulledBlocks> {
    const heights = Array.from({ length: count }, (_, i) => from + BigInt(i));
    const calls = heights.flatMap((height) => [callAt("block", height), callAt("commit", height)]);
    if (withNext) calls.push(callAt("commit", from + BigInt(count)));
    const maxBytes = maxAnswerBytes(this.#genesis.consensusParams);
    const results = await callBatch(this.#transport, calls, { maxBytes, timeoutMs: this.#timeouts.blocksMs, signal });
    const blocks = heights.map((height, i) => {
      const { block, blockId } = parseBlockResult(results[2 * i]);
      const decided = { sealed: sealBlock(block), seenCommit: parseCommitResult(results[2 * i + 1]).commit };
      checkDecided(decided, blockId, height, this.#genesis.consensusParams);
      return decided;
    });
    return { blocks, next: withNext ? parseCommitResult(results.at(-1)) : undefined };
  }

  /** Hands a transaction on, as `broadcast_tx_sync`. Throws LocalError `FOLLOW_…`. */
  async broadcast(tx: Uint8Array, signal: AbortSignal): Promise<ExecTxResult> {
    const call = { method: "broadcast_tx_sync", params: { tx: toBase64(tx) } };
    const json = asObject(await callOne(this.#transport, call, this.#small(signal)), "result", malformed);
    return {
      code: asUint32(json.code, "code", malformed),
      codespace: asString(json.codespace, "codespace", malformed),
      data: parseHex(json.data),
      log: asString(json.log, "log", malformed),
      info: "",
      gasWanted: 0n,
      gasUsed: 0n,
      events: [],
    };
  }

  async #checkGenesis(signal: AbortSignal): Promise<void> {
    const hash = sha256(await downloadGenesis(this.#transport, signal));
    if (!equalBytes(hash, this.#genesis.hash)) {
      throw otherNetwork(`its genesis document has hash ${toHex(hash)}, this home's has ${toHex(this.#genesis.hash)}`);
    }
    this.#sameGenesis = true;
  }

  #small(signal: AbortSignal): RequestLimits {
    return { maxBytes: SMALL_BYTES, timeoutMs: this.#timeouts.callMs, signal };
  }
}

function parseHex(value: unknown): Uint8Array {
  if (value === null || value === undefined) return new Uint8Array(0);
  try {
    return fromHex(asString(value, "data", malformed));
  } catch (error) {
    throw error instanceof LocalError && error.code === "FOLLOW_RESPONSE"
      ? error
      : malformed("data is not hexadecimal");
  }
}
