/** Hashes of a block's parts against the vectors of spec 05 §3.13. */
import { fromHex, toHex, toUpperHex, utf8ToBytes } from "@enclavenet/common";
import {
  commitHash,
  consensusHash,
  dataHash,
  evidenceHash,
  headerHash,
  partSetHeader,
  resultsHash,
  txInclusionProof,
  validatorAddress,
  validatorSetHash,
  verifyTxInclusion,
} from "@enclavenet/light-client";
import { encodeSimpleValidator, type Header, VoteType, voteSignBytes } from "@enclavenet/wire";
import { describe, expect, it } from "vitest";
import { validatorOf } from "../support/chain.ts";
import { primitives } from "../support/primitives.ts";

const EMPTY = new Uint8Array(0);
const NOTHING_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const text = utf8ToBytes;
const hashOf = (name: string): Uint8Array => primitives.sha256(text(name));
const seconds = (time: string): bigint => BigInt(Date.parse(time)) * 1_000_000n;

const header: Header = {
  version: { block: 1n, app: 2n },
  chainId: "chainId",
  height: 3n,
  timeNs: seconds("2019-10-13T16:14:44Z"),
  lastBlockId: { hash: new Uint8Array(32), partSetHeader: { total: 6, hash: new Uint8Array(32) } },
  lastCommitHash: hashOf("last_commit_hash"),
  dataHash: hashOf("data_hash"),
  validatorsHash: hashOf("validators_hash"),
  nextValidatorsHash: hashOf("next_validators_hash"),
  consensusHash: hashOf("consensus_hash"),
  appHash: hashOf("app_hash"),
  lastResultsHash: hashOf("last_results_hash"),
  evidenceHash: hashOf("evidence_hash"),
  proposerAddress: hashOf("proposer_address").slice(0, 20),
  encryptedRandom: undefined,
};

describe("header hash", () => {
  it("is that of CometBFT", () => {
    expect(toUpperHex(headerHash(primitives, header))).toBe(
      "F740121F553B5418C3EFBD343C2DBFE9E007BB67B0D020A0741374BAB65242A4",
    );
  });

  it("does not cover field 15 (spec 04 §5.6)", () => {
    const random = { random: Uint8Array.of(1), proof: Uint8Array.of(2) };
    expect(headerHash(primitives, { ...header, encryptedRandom: random })).toEqual(headerHash(primitives, header));
  });

  const other: Partial<Header> = {
    version: { block: 1n, app: 3n },
    chainId: "chainIe",
    height: 4n,
    timeNs: header.timeNs + 1n,
    lastBlockId: { ...header.lastBlockId, partSetHeader: { total: 7, hash: new Uint8Array(32) } },
    lastCommitHash: hashOf("x"),
    dataHash: hashOf("x"),
    validatorsHash: hashOf("x"),
    nextValidatorsHash: hashOf("x"),
    consensusHash: hashOf("x"),
    appHash: EMPTY,
    lastResultsHash: hashOf("x"),
    evidenceHash: hashOf("x"),
    proposerAddress: hashOf("x").slice(0, 20),
  };

  it.each(Object.keys(other) as (keyof Header)[])("covers %s", (field) => {
    const changed = { ...header, [field]: other[field] };
    expect(toHex(headerHash(primitives, changed))).not.toBe(toHex(headerHash(primitives, header)));
  });
});

describe("component hashes", () => {
  it.each([
    [-1n, "048091bc7ddc283f77bfbf91d73c44da58c3df8a9cbc867405d8b7f3daada22f"],
    [10_000_000n, "7d0b88f8835db6e92ec4e959ccd9324052c68794bc42567cfa45fb176ed6679a"],
    [6_000_000n, "5565efa1ac2edcbe55b6bcbf1d7e4aa126565491f71347173fd0c844324ea0ff"],
  ])("consensus_hash with block gas %s", (blockMaxGas, hash) => {
    expect(toHex(consensusHash(primitives, { blockMaxBytes: 22_020_096n, blockMaxGas }))).toBe(hash);
  });

  it("validators_hash of one validator, its key and address", () => {
    const validator = validatorOf("it's a secret", 10n);
    expect(toHex(validator.publicKey)).toBe("556a436f1218d30942efe798420f51dc9b6a311b929c578257457d05c5fcf230");
    expect(toHex(validatorAddress(primitives, validator.publicKey))).toBe("dc52d5cf8dfd1793d71038b342a29b01ad8a5d63");
    expect(toHex(encodeSimpleValidator(validator))).toBe(`0a220a20${toHex(validator.publicKey)}100a`);
    expect(toHex(validatorSetHash(primitives, { validators: [validator] }))).toBe(
      "aa2293051cd51a415fe0210757c74903e9e70ef050c1171885e1d15a472599db",
    );
  });

  it("validators_hash covers keys, powers and order, and nothing else", () => {
    const one = validatorOf("one", 5n);
    const two = validatorOf("two", 5n);
    const hash = (...validators: (typeof one)[]) => toHex(validatorSetHash(primitives, { validators }));
    expect(hash({ ...one, proposerPriority: 7n, address: EMPTY }, two)).toBe(hash(one, two));
    expect(hash(two, one)).not.toBe(hash(one, two));
    expect(hash({ ...one, votingPower: 6n }, two)).not.toBe(hash(one, two));
    expect(hash({ ...one, publicKey: two.publicKey }, two)).not.toBe(hash(one, two));
  });

  it.each([
    [[], NOTHING_HASH],
    [["abc"], "8a7deab2cc5ee003b6394337538a52b3198f1a6ddeb10c7daf62fe1c9834b43b"],
    [["a", "b"], "ad5ca6cddc0b27c6a83e332bf28011769236e6c6a1f786ebf7b5267b37a5bd22"],
  ])("data_hash of %j", (txs, hash) => {
    expect(toHex(dataHash(primitives, txs.map(text)))).toBe(hash);
  });

  it("last_results_hash", () => {
    const zero = { code: 0, data: EMPTY, gasWanted: 0n, gasUsed: 0n };
    const one = { code: 0, data: Uint8Array.of(1, 2), gasWanted: 200_000n, gasUsed: 12_345n };
    const failed = { code: 5, data: EMPTY, gasWanted: 100_000n, gasUsed: 90_000n };
    expect(toHex(resultsHash(primitives, []))).toBe(NOTHING_HASH);
    expect(toHex(resultsHash(primitives, [one]))).toBe(
      "5fab0a6f03364e0dcd9a3f258b8f5dd79aa53d68c7df89acb308ff75f4102e34",
    );
    expect(toHex(resultsHash(primitives, [zero, failed]))).toBe(
      "c145663284bceb7f5c81b2961e48270df661c5a522c476914e2b714da21b74bf",
    );
  });

  it("part_set_header", () => {
    const block = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const { total, hash } = partSetHeader(primitives, block);
    expect(total).toBe(2);
    expect(toHex(hash)).toBe("6296018b25ee4ed053b7c6c6d7f21f03b605c5efce82dfeff6b3fc2575e3e94e");
    expect(partSetHeader(primitives, block.subarray(0, 65_536)).total).toBe(1);
    expect(partSetHeader(primitives, EMPTY)).toEqual({ total: 0, hash: primitives.sha256(EMPTY) });
  });

  it("empty commit and no evidence", () => {
    expect(toHex(commitHash(primitives, { signatures: [] }))).toBe(NOTHING_HASH);
    expect(toHex(evidenceHash(primitives, []))).toBe(NOTHING_HASH);
  });
});

describe("inclusion of transactions", () => {
  const txs = ["first", "second", "third", "fourth", "fifth"].map(text);
  const root = dataHash(primitives, txs);

  it.each(txs.map((_, index) => index))("proves transaction %i at its place", (index) => {
    const proof = txInclusionProof(primitives, txs, index);
    expect(verifyTxInclusion(primitives, root, txs[index]!, proof)).toBe(true);
    expect(verifyTxInclusion(primitives, root, txs[(index + 1) % 5]!, proof)).toBe(false);
    expect(verifyTxInclusion(primitives, root, txs[index]!, { ...proof, index: (index + 1) % 5 })).toBe(false);
    expect(verifyTxInclusion(primitives, dataHash(primitives, txs.slice(1)), txs[index]!, proof)).toBe(false);
  });
});

describe("vote sign bytes", () => {
  const empty = { type: 0, height: 0n, round: 0n, blockId: undefined, timestampNs: undefined, chainId: "" };

  it.each([
    ["empty", empty, "0d2a0b088092b8c398feffffff01"],
    [
      "precommit",
      { ...empty, type: VoteType.precommit, height: 1n, round: 1n },
      "2108021101000000000000001901000000000000002a0b088092b8c398feffffff01",
    ],
    [
      "prevote",
      { ...empty, type: VoteType.prevote, height: 1n, round: 1n },
      "2108011101000000000000001901000000000000002a0b088092b8c398feffffff01",
    ],
    [
      "with a chain id",
      { ...empty, height: 1n, round: 1n, chainId: "test_chain_id" },
      "2e1101000000000000001901000000000000002a0b088092b8c398feffffff01320d746573745f636861696e5f6964",
    ],
  ])("%s", (_, vote, bytes) => {
    expect(toHex(voteSignBytes(vote))).toBe(bytes);
  });

  it("of a vote for a block, as the key device receives it (the fields of the remote-signer vector)", () => {
    const hash = fromHex("8b01023386c371778ecb6368573e539afc3cc860ec3a2f614e54fe5652f4fc80");
    const partsHash = fromHex("72db3d959635dff1bb567bedaa70573392c5159666a3f8caf11e413aac52207a");
    const bytes = voteSignBytes({
      type: VoteType.precommit,
      height: 3n,
      round: 2n,
      blockId: { hash, partSetHeader: { total: 1_000_000, hash: partsHash } },
      timestampNs: seconds("2019-10-13T16:14:44Z"),
      chainId: "chainId",
    });
    const blockId = `0a20${toHex(hash)}122608c0843d1220${toHex(partsHash)}`;
    expect(toHex(bytes)).toBe(
      `71080211030000000000000019020000000000000022${(blockId.length / 2).toString(16)}${blockId}2a0608f49a8ded053207636861696e4964`,
    );
  });
});
