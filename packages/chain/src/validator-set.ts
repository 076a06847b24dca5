/**
 * The validators of the first block as CometBFT orders and encodes them: the enclave's keychain is bound to this set.
 * @module
 */
import type { ValidatorUpdate } from "@enclavenet/abci";
import { compareBytes } from "@enclavenet/common";
import { create, encode, tendermintTypes } from "@enclavenet/proto";
import type { ChainPrimitives } from "./support/primitives.ts";

/** Protobuf ValidatorSet: by power, largest first, then by address (spec 04 §5.6). */
export function encodeValidatorSet(
  primitives: Pick<ChainPrimitives, "sha256">,
  validators: readonly ValidatorUpdate[],
): Uint8Array {
  const entries = validators.map(({ publicKey, power }) => ({
    address: primitives.sha256(publicKey).slice(0, 20),
    pubKey: { sum: { case: "ed25519" as const, value: publicKey } },
    votingPower: power,
    proposerPriority: 0n,
  }));
  entries.sort((a, b) =>
    a.votingPower === b.votingPower ? compareBytes(a.address, b.address) : a.votingPower > b.votingPower ? -1 : 1,
  );
  const [first] = entries;
  const set = create(tendermintTypes.ValidatorSetSchema, {
    validators: entries,
    ...(first === undefined ? {} : { proposer: first }),
    totalVotingPower: entries.reduce((sum, { votingPower }) => sum + votingPower, 0n),
  });
  return encode(tendermintTypes.ValidatorSetSchema, set);
}
