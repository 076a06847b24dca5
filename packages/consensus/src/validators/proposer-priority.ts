/**
 * Proposer priorities of CometBFT (spec 05 §3.7). One validator always has 0; the rule is complete so that a set
 * with bonded validators that do not sign here still prints and serialises as CometBFT would.
 * @module
 */
import { compareBytes } from "@enclavenet/common";
import type { Validator, ValidatorSet } from "../base/block-types.ts";

/** Priorities may spread over at most this many times the total power. */
const WINDOW_FACTOR = 2n;

/** Sum of all powers. */
export function totalPower(set: ValidatorSet): bigint {
  return set.validators.reduce((sum, v) => sum + v.power, 0n);
}

/** Set order: power descending, then address ascending. */
export function compareValidators(a: Validator, b: Validator): number {
  if (a.power !== b.power) return a.power > b.power ? -1 : 1;
  return compareBytes(a.address, b.address);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** Shrinks the spread of priorities to the window. Division truncates toward zero. */
export function rescalePriorities(validators: readonly Validator[], total: bigint): Validator[] {
  let max = validators[0]?.proposerPriority ?? 0n;
  let min = max;
  for (const { proposerPriority } of validators) {
    if (proposerPriority > max) max = proposerPriority;
    if (proposerPriority < min) min = proposerPriority;
  }
  const window = WINDOW_FACTOR * total;
  const spread = max - min;
  if (window <= 0n || spread <= window) return [...validators];
  const ratio = (spread + window - 1n) / window;
  return validators.map((v) => ({ ...v, proposerPriority: v.proposerPriority / ratio }));
}

/** Centres priorities around zero. The average rounds toward minus infinity. */
export function centrePriorities(validators: readonly Validator[]): Validator[] {
  if (validators.length === 0) return [];
  const sum = validators.reduce((total, v) => total + v.proposerPriority, 0n);
  const average = floorDivide(sum, BigInt(validators.length));
  return validators.map((v) => ({ ...v, proposerPriority: v.proposerPriority - average }));
}

/** The validator that wins a round: highest priority, then lowest address. Undefined for an empty set. */
function winnerOf(validators: readonly Validator[]): Validator | undefined {
  let best: Validator | undefined;
  for (const candidate of validators) {
    if (best === undefined || candidate.proposerPriority > best.proposerPriority) {
      best = candidate;
    } else if (
      candidate.proposerPriority === best.proposerPriority &&
      compareBytes(candidate.address, best.address) < 0
    ) {
      best = candidate;
    }
  }
  return best;
}

/** Advances the rotation by `times` rounds. */
export function incrementPriorities(set: ValidatorSet, times: number): ValidatorSet {
  const total = totalPower(set);
  let validators = centrePriorities(rescalePriorities(set.validators, total));
  let { proposerAddress } = set;
  for (let i = 0; i < times; i++) {
    validators = validators.map((v) => ({ ...v, proposerPriority: v.proposerPriority + v.power }));
    const winner = winnerOf(validators);
    if (winner === undefined) break;
    validators = validators.map((v) => (v === winner ? { ...v, proposerPriority: v.proposerPriority - total } : v));
    proposerAddress = winner.address;
  }
  return { validators, proposerAddress };
}
