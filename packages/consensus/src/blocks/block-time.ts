/**
 * BFT time (spec 05 §3.6): a block's time is the weighted median of the timestamps in its last commit, so with one
 * validator it is that validator's precommit timestamp for the previous block.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import type { Commit, ValidatorSet } from "../base/block-types.ts";

/** A vote is at least this much later than the block it is for. */
export const MIN_VOTE_DELAY_NS = 1_000_000n;

/**
 * Timestamp of a precommit: now, but later than its block. The last digit is never zero, so that every encoder prints
 * all nine fractional digits: clients compare them textually (spec 04 §2.8).
 */
export function precommitTime(nowNs: bigint, blockTimeNs: bigint): bigint {
  const earliest = blockTimeNs + MIN_VOTE_DELAY_NS;
  const time = nowNs > earliest ? nowNs : earliest;
  return time % 10n === 0n ? time + 1n : time;
}

/** Weighted median of the commit's timestamps; weights are the powers of the set that signed it. Undefined without votes. */
export function medianTime(commit: Commit, signers: ValidatorSet): bigint | undefined {
  const votes: { time: bigint; power: bigint }[] = [];
  for (const sig of commit.signatures) {
    if (sig.timestampNs === undefined) continue;
    const power = signers.validators.find((v) => equalBytes(v.address, sig.validatorAddress))?.power;
    if (power !== undefined) votes.push({ time: sig.timestampNs, power });
  }
  votes.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  let middle = votes.reduce((sum, v) => sum + v.power, 0n) / 2n;
  for (const { time, power } of votes) {
    if (middle <= power) return time;
    middle -= power;
  }
  return undefined;
}
