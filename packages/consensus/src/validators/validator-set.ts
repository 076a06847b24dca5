/**
 * Validator sets: making one, applying the application's updates, looking a validator up (spec 05 §2.4.7, §3.7, §3.8).
 * @module
 */
import type { ValidatorUpdate } from "@enclavenet/abci";
import { equalBytes, LocalError, toHex } from "@enclavenet/common";
import type { Validator, ValidatorSet } from "../base/block-types.ts";
import { validatorAddress } from "../base/sha256.ts";
import { centrePriorities, compareValidators, incrementPriorities, rescalePriorities } from "./proposer-priority.ts";

/** Total voting power may not exceed an eighth of the int64 range (spec 05 §3.7). */
const MAX_TOTAL_POWER = (1n << 63n) / 8n;
const PUBLIC_KEY_LENGTH = 32;

function refuse(message: string): LocalError {
  return new LocalError("VALIDATOR_UPDATE", message, { fix: "this is a defect of the application: please report it" });
}

function checkUpdates(updates: readonly ValidatorUpdate[]): void {
  const seen = new Set<string>();
  for (const { publicKey, power } of updates) {
    if (publicKey.length !== PUBLIC_KEY_LENGTH) throw refuse("a validator update's key is not ed25519");
    if (power < 0n) throw refuse("a validator update has negative power");
    const key = toHex(publicKey);
    if (seen.has(key)) throw refuse("a validator is updated twice in one block");
    seen.add(key);
  }
}

/** Powers after `updates`, existing validators first; priorities untouched, new ones at 0. */
function mergePowers(set: ValidatorSet, updates: readonly ValidatorUpdate[]): Map<string, Validator> {
  const merged = new Map(set.validators.map((v) => [toHex(v.publicKey), v]));
  for (const { publicKey, power } of updates) {
    const key = toHex(publicKey);
    const current = merged.get(key);
    if (current === undefined && power === 0n) throw refuse("a validator is removed that is not in the set");
    merged.set(key, {
      address: validatorAddress(publicKey),
      publicKey: Uint8Array.from(publicKey),
      power,
      proposerPriority: current?.proposerPriority ?? 0n,
    });
  }
  return merged;
}

/**
 * The set after the application's updates, not yet advanced. Throws LocalError `VALIDATOR_UPDATE` when CometBFT would
 * stop: bad keys, duplicates, an empty result, too much power.
 */
export function applyUpdates(set: ValidatorSet, updates: readonly ValidatorUpdate[]): ValidatorSet {
  if (updates.length === 0) return set;
  checkUpdates(updates);
  const existing = new Set(set.validators.map((v) => toHex(v.publicKey)));
  const merged = mergePowers(set, updates);
  const totalBeforeRemovals = [...merged].reduce((sum, [key, v]) => {
    // Removed validators still count with their old power here (spec 05 §3.7.2).
    const old = set.validators.find((o) => toHex(o.publicKey) === key);
    return sum + (v.power === 0n ? (old?.power ?? 0n) : v.power);
  }, 0n);
  if (totalBeforeRemovals > MAX_TOTAL_POWER) throw refuse("total voting power is too large");
  const newcomerPriority = -(totalBeforeRemovals + (totalBeforeRemovals >> 3n));
  const kept = [...merged]
    .filter(([, v]) => v.power > 0n)
    .map(([key, v]) => (existing.has(key) ? v : { ...v, proposerPriority: newcomerPriority }));
  if (kept.length === 0) throw refuse("updates would leave no validator");
  const total = kept.reduce((sum, v) => sum + v.power, 0n);
  const validators = centrePriorities(rescalePriorities(kept, total)).sort(compareValidators);
  return { validators, proposerAddress: set.proposerAddress };
}

/** A new set, advanced once as every new set is. */
export function createValidatorSet(updates: readonly ValidatorUpdate[]): ValidatorSet {
  return incrementPriorities(applyUpdates({ validators: [], proposerAddress: new Uint8Array(0) }, updates), 1);
}

/** The validator with `address`, or undefined. */
export function findValidator(set: ValidatorSet, address: Uint8Array): Validator | undefined {
  return set.validators.find((v) => equalBytes(v.address, address));
}

/** Whether the validator at `address` alone has more than two thirds of the power. */
export function holdsTwoThirds(set: ValidatorSet, address: Uint8Array): boolean {
  const total = set.validators.reduce((sum, v) => sum + v.power, 0n);
  return (findValidator(set, address)?.power ?? 0n) > (total * 2n) / 3n;
}
