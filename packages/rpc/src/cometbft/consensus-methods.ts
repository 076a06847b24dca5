/**
 * The state of consensus, as an engine without rounds is always found: between two heights, waiting for the next.
 *
 * Spec: 05 §8 (names). Shapes and texts are those of CometBFT's round state, which explorers read.
 * @module
 */
import { toUpperHex } from "@enclavenet/common";
import type { CommitSig, EngineReader, ValidatorSet } from "@enclavenet/consensus";
import type { RpcBackend } from "../backend.ts";
import { rpcError } from "./errors.ts";
import { timeJson, validatorJson } from "./json.ts";
import { method, type RpcMethods } from "./method.ts";
import type { RawParams } from "./params.ts";
import { found } from "./select.ts";

/** CometBFT's RoundStepNewHeight. */
const NEW_HEIGHT = 1;

/** BlockIDFlag of a vote for the block. */
const FLAG_COMMIT = 2;

/** No round. */
const NONE = -1;

/** Bytes by which CometBFT's texts name longer ones. */
const FINGERPRINT_BYTES = 6;

function fingerprint(bytes: Uint8Array): string {
  return toUpperHex(bytes.subarray(0, FINGERPRINT_BYTES)).padEnd(2 * FINGERPRINT_BYTES, "0");
}

/** `BA{4:xx_x} 30/40 = 0.75`: who of the set voted, and with how much of its power. */
function bitArray({ validators }: ValidatorSet, voted: (index: number) => boolean): string {
  const bits = validators.map((_, i) => (voted(i) ? "x" : "_")).join("");
  const power = (only: (i: number) => boolean) => validators.reduce((sum, v, i) => sum + (only(i) ? v.power : 0n), 0n);
  const [have, total] = [power(voted), power(() => true)];
  return `BA{${validators.length}:${bits}} ${have}/${total} = ${(Number(have) / Number(total)).toFixed(2)}`;
}

function emptyVotes(set: ValidatorSet) {
  const nobody = set.validators.map(() => "nil-Vote");
  const bits = bitArray(set, () => false);
  return [{ round: 0, prevotes: nobody, prevotes_bit_array: bits, precommits: nobody, precommits_bit_array: bits }];
}

function validatorSetJson(set: ValidatorSet) {
  const proposer = set.validators.find((one) => toUpperHex(one.address) === toUpperHex(set.proposerAddress));
  return {
    validators: set.validators.map(validatorJson),
    proposer: proposer === undefined ? null : validatorJson(proposer),
  };
}

function voteText(index: number, height: bigint, blockHash: Uint8Array, vote: CommitSig): string {
  if (vote.blockIdFlag !== FLAG_COMMIT) return "nil-Vote";
  const [voter, block, signature] = [vote.validatorAddress, blockHash, vote.signature].map(fingerprint);
  const type = "SIGNED_MSG_TYPE_PRECOMMIT(Precommit)";
  const extension = fingerprint(new Uint8Array(0));
  return `Vote{${index}:${voter} ${height}/00/${type} ${block} ${signature} ${extension} @ ${timeJson(vote.timestampNs)}}`;
}

/** Precommits of the tip; none before the first block. */
function lastCommitJson(engine: EngineReader, height: bigint) {
  const record = engine.commit(height);
  const set = engine.validators(height);
  if (record === undefined || set === undefined) return null;
  const { blockId, signatures } = record.commit;
  return {
    votes: signatures.map((vote, i) => voteText(i, height, blockId.hash, vote)),
    votes_bit_array: bitArray(set, (i) => signatures[i]?.blockIdFlag === FLAG_COMMIT),
    peer_maj_23s: {},
  };
}

/** What both methods show: the height that comes next, and who makes it. */
function nextHeight({ engine }: RpcBackend) {
  const { latest } = engine.status();
  const height = latest.height + 1n;
  const set = found(engine.validators(height), `could not find validator set for height #${height}`);
  return { engine, latest, height, set };
}

function consensusState(backend: RpcBackend) {
  const { latest, height, set } = nextHeight(backend);
  const index = set.validators.findIndex((one) => toUpperHex(one.address) === toUpperHex(set.proposerAddress));
  return {
    round_state: {
      "height/round/step": `${height}/0/${NEW_HEIGHT}`,
      start_time: timeJson(latest.timeNs),
      proposal_block_hash: "",
      locked_block_hash: "",
      valid_block_hash: "",
      height_vote_set: emptyVotes(set),
      proposer: { address: toUpperHex(set.proposerAddress), index },
    },
  };
}

function dumpConsensusState(backend: RpcBackend) {
  const { engine, latest, height, set } = nextHeight(backend);
  const nothing = (name: string) => ({ [`${name}_block`]: null, [`${name}_block_parts`]: null });
  const before = engine.validators(latest.height);
  return {
    round_state: {
      height: height.toString(),
      round: 0,
      step: NEW_HEIGHT,
      start_time: timeJson(latest.timeNs),
      commit_time: timeJson(latest.timeNs),
      validators: validatorSetJson(set),
      proposal: null,
      ...nothing("proposal"),
      locked_round: NONE,
      ...nothing("locked"),
      valid_round: NONE,
      ...nothing("valid"),
      votes: emptyVotes(set),
      commit_round: NONE,
      last_commit: lastCommitJson(engine, latest.height),
      last_validators: before === undefined ? { validators: [], proposer: null } : validatorSetJson(before),
      triggered_timeout_precommit: false,
    },
    peers: [],
  };
}

function broadcastEvidence(_backend: RpcBackend, { values }: RawParams): never {
  const given = Object.hasOwn(values, "evidence") && values.evidence !== null;
  throw rpcError("internal", given ? "failed to add evidence: this node takes none" : "no evidence was provided");
}

export const consensusMethods: RpcMethods = {
  consensus_state: method([], consensusState),
  dump_consensus_state: method([], dumpConsensusState),
  broadcast_evidence: method(["evidence"], broadcastEvidence),
};
