/**
 * Blocks and commits out of CometBFT's JSON (spec 04 §5.1, §5.2). Only the form is checked here; whether they are true is
 * for the verifier.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import type { Block, BlockId, BlockIdFlag, Commit, CommitSig, Header } from "../../base/block-types.ts";
import {
  asArray,
  asBase64,
  asHex,
  asInt64,
  asObject,
  asString,
  asUint32,
  type Complain,
  type JsonObject,
} from "../../base/json.ts";
import { tryParseRfc3339 } from "../../base/rfc3339.ts";
import type { SignedHeader } from "../verify-block.ts";
import { malformed } from "./errors.ts";

/** Go's zero time, printed where a vote is absent. */
const ZERO_TIME = "0001-01-01T00:00:00Z";

const complain: Complain = malformed;

function object(parent: JsonObject, key: string): JsonObject {
  return asObject(parent[key], key, complain);
}

function hex(parent: JsonObject, key: string): Uint8Array {
  return asHex(parent[key], key, complain);
}

function time(parent: JsonObject, key: string): bigint {
  const ns = tryParseRfc3339(asString(parent[key], key, complain));
  if (ns === undefined) throw complain(`${key} is not an RFC 3339 time`);
  return ns;
}

function parseBlockId(json: JsonObject): BlockId {
  const parts = object(json, "parts");
  return {
    hash: hex(json, "hash"),
    partsTotal: asUint32(parts.total, "parts.total", complain),
    partsHash: hex(parts, "hash"),
  };
}

function parseHeader(json: JsonObject): Header {
  const version = object(json, "version");
  const app = version.app;
  return {
    versionBlock: asInt64(version.block, "version.block", complain),
    versionApp: app === undefined ? 0n : asInt64(app, "version.app", complain),
    chainId: asString(json.chain_id, "chain_id", complain),
    height: asInt64(json.height, "height", complain),
    timeNs: time(json, "time"),
    lastBlockId: parseBlockId(object(json, "last_block_id")),
    lastCommitHash: hex(json, "last_commit_hash"),
    dataHash: hex(json, "data_hash"),
    validatorsHash: hex(json, "validators_hash"),
    nextValidatorsHash: hex(json, "next_validators_hash"),
    consensusHash: hex(json, "consensus_hash"),
    appHash: hex(json, "app_hash"),
    lastResultsHash: hex(json, "last_results_hash"),
    evidenceHash: hex(json, "evidence_hash"),
    proposerAddress: hex(json, "proposer_address"),
  };
}

function parseCommitSig(value: unknown): CommitSig {
  const json = asObject(value, "signature", complain);
  const flag = asUint32(json.block_id_flag, "block_id_flag", complain);
  if (flag < 1 || flag > 3) throw complain("block_id_flag is unknown");
  return {
    blockIdFlag: flag as BlockIdFlag,
    validatorAddress: hex(json, "validator_address"),
    timestampNs: json.timestamp === ZERO_TIME ? undefined : time(json, "timestamp"),
    signature: json.signature === null ? new Uint8Array(0) : asBase64(json.signature, "signature", complain),
  };
}

function parseCommit(json: JsonObject): Commit {
  return {
    height: asInt64(json.height, "height", complain),
    round: asUint32(json.round, "round", complain),
    blockId: parseBlockId(object(json, "block_id")),
    signatures: asArray(json.signatures ?? [], "signatures", complain).map(parseCommitSig),
  };
}

/** Blocks with evidence are not written by the engines of this program, nor kept in its block store. */
function demandNoEvidence(json: JsonObject): void {
  if (asArray(json.evidence ?? [], "evidence", complain).length === 0) return;
  throw new LocalError(
    "FOLLOW_EVIDENCE",
    "the block carries evidence of misbehaviour, which this program does not read",
  );
}

/** Result of `/block`: the block, and the id that the source gives it. */
export function parseBlockResult(result: unknown): { readonly block: Block; readonly blockId: BlockId } {
  const json = asObject(result, "result", complain);
  const block = object(json, "block");
  demandNoEvidence(object(block, "evidence"));
  const txs = asArray(object(block, "data").txs ?? [], "txs", complain);
  return {
    blockId: parseBlockId(object(json, "block_id")),
    block: {
      header: parseHeader(object(block, "header")),
      txs: txs.map((tx) => asBase64(tx, "tx", complain)),
      lastCommit: parseCommit(object(block, "last_commit")),
    },
  };
}

/** Result of `/commit`: the header, and what the source says is the commit for it. */
export function parseCommitResult(result: unknown): SignedHeader {
  const signed = object(asObject(result, "result", complain), "signed_header");
  return { header: parseHeader(object(signed, "header")), commit: parseCommit(object(signed, "commit")) };
}
