/** Each rule about commits, beside the honest commit that it lets pass (spec 05 §3.5, §3.4). */
import { verifyCommit } from "@enclavenet/light-client";
import type { Commit, CommitSig, Validator, ValidatorSet } from "@enclavenet/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blockIdOf,
  CHAIN_ID,
  type CommitFacts,
  commitOf,
  type KeyedValidator,
  type Say,
  setOf,
  validatorsOf,
  voteOf,
} from "../support/chain.ts";
import { primitives } from "../support/primitives.ts";
import { refusalOf } from "../support/refusal.ts";

const EMPTY = new Uint8Array(0);
const validators = validatorsOf([4n, 3n, 2n, 1n]);
const set = setOf(validators);
const facts: CommitFacts = {
  height: 7n,
  round: 2,
  blockId: blockIdOf(primitives.sha256(Uint8Array.of(7))),
  chainId: CHAIN_ID,
  timestampNs: 1_700_000_000_123_456_789n,
};
const honest = commitOf(validators, facts);

function outcome(commit: Commit, signers: ValidatorSet = set, chainId = CHAIN_ID): string {
  return refusalOf(() => verifyCommit(primitives, chainId, signers, commit));
}

function said(powers: readonly bigint[], says: readonly Say[]): string {
  const all = validatorsOf(powers);
  return outcome(commitOf(all, facts, says), setOf(all));
}

/** The commit with another entry in one place. */
function withEntry(index: number, entry: Partial<CommitSig>): Commit {
  const signatures = honest.signatures.map((one, i) => (i === index ? { ...one, ...entry } : one));
  return { ...honest, signatures };
}

it("an honest commit is accepted", () => {
  expect(outcome(honest)).toBe("accepted");
});

describe("power", () => {
  it.each([
    ["exactly two thirds", [2n, 1n], ["commit", "absent"], "COMMIT_POWER"],
    ["one more than two thirds of three", [1n, 1n, 1n], ["commit", "commit", "commit"], "accepted"],
    ["two of three", [1n, 1n, 1n], ["commit", "commit", "absent"], "COMMIT_POWER"],
    ["three of four", [1n, 1n, 1n, 1n], ["commit", "commit", "commit", "absent"], "accepted"],
    ["two of four", [1n, 1n, 1n, 1n], ["commit", "commit", "absent", "absent"], "COMMIT_POWER"],
    ["66 of 100", [66n, 34n], ["commit", "absent"], "COMMIT_POWER"],
    ["67 of 100", [67n, 33n], ["commit", "absent"], "accepted"],
    ["one alone", [1n], ["commit"], "accepted"],
    ["nobody", [1n], ["absent"], "COMMIT_POWER"],
    ["powers beyond doubles, exactly two thirds", [2n ** 60n * 2n, 2n ** 60n], ["commit", "absent"], "COMMIT_POWER"],
    ["powers beyond doubles, one more", [2n ** 61n + 1n, 2n ** 60n], ["commit", "absent"], "accepted"],
  ] as const)("%s", (_, powers, says, expected) => {
    expect(said(powers, says)).toBe(expected);
  });

  it("of votes for nothing does not count, and does no harm", () => {
    expect(said([67n, 33n], ["commit", "nil"])).toBe("accepted");
    expect(said([66n, 34n], ["commit", "nil"])).toBe("COMMIT_POWER");
    expect(said([1n], ["nil"])).toBe("COMMIT_POWER");
  });

  it("agrees with the rule for any powers and votes", () => {
    const votes = fc.array(
      fc.record({ power: fc.bigInt({ min: 1n, max: 20n }), say: fc.constantFrom<Say>("commit", "nil", "absent") }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(votes, (votes) => {
        const total = votes.reduce((sum, { power }) => sum + power, 0n);
        const signed = votes.reduce((sum, { power, say }) => (say === "commit" ? sum + power : sum), 0n);
        const expected = 3n * signed > 2n * total ? "accepted" : "COMMIT_POWER";
        expect(
          said(
            votes.map(({ power }) => power),
            votes.map(({ say }) => say),
          ),
        ).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });

  it("of an empty set is never enough", () => {
    expect(outcome({ ...honest, signatures: [] }, { validators: [] })).toBe("COMMIT_POWER");
  });
});

describe("signatures", () => {
  const signedWith = (changes: Partial<CommitFacts>): Commit => ({
    ...honest,
    signatures: commitOf(validators, { ...facts, ...changes }).signatures,
  });

  it("are bound to the chain", () => {
    expect(outcome(honest, set, "secretdev-2")).toBe("COMMIT_SIGNATURE");
    expect(outcome(signedWith({ chainId: "secretdev-2" }))).toBe("COMMIT_SIGNATURE");
    expect(outcome(signedWith({ chainId: "secretdev-2" }), set, "secretdev-2")).toBe("accepted");
  });

  it("are bound to the height", () => {
    expect(outcome(signedWith({ height: 8n }))).toBe("COMMIT_SIGNATURE");
    expect(outcome({ ...honest, height: 8n })).toBe("COMMIT_SIGNATURE");
    expect(outcome({ ...signedWith({ height: 8n }), height: 8n })).toBe("accepted");
  });

  it("are bound to the round", () => {
    expect(outcome(signedWith({ round: 1 }))).toBe("COMMIT_SIGNATURE");
    expect(outcome({ ...honest, round: 0 })).toBe("COMMIT_SIGNATURE");
    expect(outcome({ ...signedWith({ round: 0 }), round: 0 })).toBe("accepted");
  });

  it("are bound to the block and its parts", () => {
    const other = blockIdOf(primitives.sha256(Uint8Array.of(8)));
    expect(outcome({ ...honest, blockId: other })).toBe("COMMIT_SIGNATURE");
    const { hash, partSetHeader } = facts.blockId;
    expect(outcome({ ...honest, blockId: { hash, partSetHeader: { ...partSetHeader, total: 2 } } })).toBe(
      "COMMIT_SIGNATURE",
    );
    expect(outcome({ ...honest, blockId: { hash, partSetHeader: other.partSetHeader } })).toBe("COMMIT_SIGNATURE");
    expect(outcome({ ...signedWith({ blockId: other }), blockId: other })).toBe("accepted");
  });

  it("are bound to their time", () => {
    expect(outcome(withEntry(0, { timestampNs: facts.timestampNs + 1n }))).toBe("COMMIT_SIGNATURE");
    expect(outcome(withEntry(0, { timestampNs: undefined }))).toBe("COMMIT_SIGNATURE");
  });

  it("for nothing are none for the block", () => {
    expect(outcome(withEntry(0, { signature: voteOf(validators[0]!, facts, "nil").signature }))).toBe(
      "COMMIT_SIGNATURE",
    );
  });

  it("are all checked, also the ones that two thirds do not need", () => {
    const last = honest.signatures[3]!;
    const broken = last.signature.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
    expect(outcome(withEntry(3, { signature: broken }))).toBe("COMMIT_SIGNATURE");
    expect(outcome(withEntry(3, voteOf(validators[3]!, facts, "absent")))).toBe("accepted");
  });

  it("belong to the validator in their place", () => {
    const [a, b, c, d] = honest.signatures as [CommitSig, CommitSig, CommitSig, CommitSig];
    expect(outcome({ ...honest, signatures: [b, a, c, d] })).toBe("COMMIT_SIGNATURE");
    expect(outcome({ ...honest, signatures: [a, a, c, d] })).toBe("COMMIT_SIGNATURE");
    expect(outcome({ ...honest, signatures: [a, { ...a, validatorAddress: b.validatorAddress }, c, d] })).toBe(
      "COMMIT_SIGNATURE",
    );
    const [v, w, x, y] = set.validators as [Validator, Validator, Validator, Validator];
    expect(outcome(honest, { validators: [w, v, x, y] })).toBe("COMMIT_SIGNATURE");
    expect(outcome({ ...honest, signatures: [b, a, c, d] }, { validators: [w, v, x, y] })).toBe("accepted");
  });

  it("belong to the address that the set states", () => {
    const [first, ...others] = set.validators as [Validator, ...Validator[]];
    const address = first.address.map((byte) => byte ^ 1);
    const lying = { validators: [{ ...first, address }, ...others] };
    expect(outcome(honest, lying)).toBe("COMMIT_SIGNATURE");
    expect(outcome(withEntry(0, { validatorAddress: address }), lying)).toBe("COMMIT_SIGNATURE");
  });

  it("come with the address of the validator in their place", () => {
    expect(outcome(withEntry(0, { validatorAddress: set.validators[0]!.address }))).toBe("accepted");
    expect(outcome(withEntry(0, { validatorAddress: set.validators[1]!.address }))).toBe("COMMIT_SIGNATURE");
  });

  it("of strangers do not count", () => {
    const strangers = validatorsOf([1n, 1n, 1n, 1n, 4n]).slice(1) as KeyedValidator[];
    expect(outcome(commitOf(strangers, facts))).toBe("COMMIT_SIGNATURE");
  });
});

describe("shape", () => {
  it.each<[string, Partial<Commit>]>([
    ["height 0", { height: 0n }],
    ["a negative height", { height: -1n }],
    ["a negative round", { round: -1 }],
    ["too few entries", { signatures: honest.signatures.slice(0, 3) }],
    ["too many entries", { signatures: [...honest.signatures, honest.signatures[0]!] }],
    ["no entries", { signatures: [] }],
    ["no block hash", { blockId: { ...facts.blockId, hash: EMPTY } }],
    ["a short block hash", { blockId: { ...facts.blockId, hash: facts.blockId.hash.slice(1) } }],
    ["no parts", { blockId: { ...facts.blockId, partSetHeader: { total: 0, hash: facts.blockId.hash } } }],
    ["no hash of parts", { blockId: { ...facts.blockId, partSetHeader: { total: 1, hash: EMPTY } } }],
  ])("refuses %s", (_, changes) => {
    expect(outcome({ ...honest, ...changes })).toBe("COMMIT_SHAPE");
  });

  const absent = voteOf(validators[3]!, facts, "absent");
  const nil = voteOf(validators[3]!, facts, "nil");

  it.each<[string, CommitSig]>([
    ["an absent vote", absent],
    ["a vote for nothing", nil],
  ])("lets %s pass", (_, entry) => {
    expect(outcome(withEntry(3, entry))).toBe("accepted");
  });

  it.each<[string, CommitSig]>([
    ["an unknown flag", { ...nil, blockIdFlag: 0 }],
    ["another unknown flag", { ...nil, blockIdFlag: 4 }],
    ["an absent vote with an address", { ...absent, validatorAddress: nil.validatorAddress }],
    ["an absent vote with a time", { ...absent, timestampNs: 1n }],
    ["an absent vote with a signature", { ...absent, signature: nil.signature }],
    ["a vote for nothing without an address", { ...nil, validatorAddress: EMPTY }],
    ["a vote for nothing without a signature", { ...nil, signature: EMPTY }],
    ["a vote for nothing with a long signature", { ...nil, signature: new Uint8Array(65) }],
    ["a vote without a signature", { ...honest.signatures[3]!, signature: EMPTY }],
    ["a vote with a long signature", { ...honest.signatures[3]!, signature: new Uint8Array(65) }],
    ["a vote without an address", { ...honest.signatures[3]!, validatorAddress: EMPTY }],
  ])("refuses %s", (_, entry) => {
    expect(outcome(withEntry(3, entry))).toBe("COMMIT_SHAPE");
  });

  it("refuses a signature that is too short, as one that does not verify", () => {
    expect(outcome(withEntry(3, { signature: new Uint8Array(63) }))).toBe("COMMIT_SIGNATURE");
  });
});

describe("the set", () => {
  it("holds each validator once", () => {
    const twice = [validators[0]!, validators[0]!, validators[3]!];
    expect(outcome(commitOf(twice, facts), setOf(twice))).toBe("COMMIT_SHAPE");
    const once = [validators[0]!, validators[3]!];
    expect(outcome(commitOf(once, facts), setOf(once))).toBe("accepted");
  });

  it.each([
    [1n, "accepted"],
    [0n, "COMMIT_SHAPE"],
    [-1n, "COMMIT_SHAPE"],
  ])("with a validator of power %s: %s", (votingPower, expected) => {
    const [last, ...others] = [...set.validators].reverse() as [Validator, ...Validator[]];
    expect(outcome(honest, { validators: [...others.reverse(), { ...last, votingPower }] })).toBe(expected);
  });
});
