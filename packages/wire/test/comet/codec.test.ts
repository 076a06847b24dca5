/** Blocks as bytes: vectors of spec 05 §3.4, §3.5 and §3.13, and what a header must have. */
import { fromHex, toHex } from "@enclavenet/common";
import {
  BlockIdFlag,
  decodeCommitSig,
  decodeHeader,
  decodeTimestamp,
  decodeValidatorSet,
  encodeBlockId,
  encodeCommit,
  encodeCommitSig,
  encodeConsensusVersion,
  encodeHeader,
  encodeSimpleValidator,
  encodeTimestamp,
  encodeValidatorSet,
  type Header,
  VoteType,
  voteSignBytes,
} from "@enclavenet/wire";
import { describe, expect, it } from "vitest";
import { wireError } from "../support/refusal.ts";

const none = new Uint8Array(0);
const noBlock = { hash: none, partSetHeader: { total: 0, hash: none } };
const emptyHash = fromHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
const consensusHash = fromHex("048091bc7ddc283f77bfbf91d73c44da58c3df8a9cbc867405d8b7f3daada22f");
const validatorsHash = fromHex("46d0efb71c1da8a4e1640945bf1f32a6341aca471972a7daf0411360268d911f");
const publicKey = fromHex("556a436f1218d30942efe798420f51dc9b6a311b929c578257457d05c5fcf230");
const address = fromHex("dc52d5cf8dfd1793d71038b342a29b01ad8a5d63");

/** Block 1 of the mini chain. */
const header: Header = {
  version: { block: 11n, app: 0n },
  chainId: "secretdev-1",
  height: 1n,
  timeNs: 1_700_000_000_000_000_000n,
  lastBlockId: noBlock,
  lastCommitHash: emptyHash,
  dataHash: emptyHash,
  validatorsHash,
  nextValidatorsHash: validatorsHash,
  consensusHash,
  appHash: emptyHash,
  lastResultsHash: emptyHash,
  evidenceHash: emptyHash,
  proposerAddress: address,
  encryptedRandom: undefined,
};

const hash = (tag: string, bytes: Uint8Array): string => `${tag}20${toHex(bytes)}`;

/** Spec 05 §3.13, without the block's own tag and length. */
const headerHex =
  "0a02080b120b7365637265746465762d31180122060880e2cfaa062a021200" +
  hash("32", emptyHash) +
  hash("3a", emptyHash) +
  hash("42", validatorsHash) +
  hash("4a", validatorsHash) +
  hash("52", consensusHash) +
  hash("5a", emptyHash) +
  hash("62", emptyHash) +
  hash("6a", emptyHash) +
  `7214${toHex(address)}`;

describe("Header", () => {
  it("is block 1 of the mini chain", () => {
    expect(toHex(encodeHeader(header))).toBe(headerHex);
    expect(encodeHeader(header)).toHaveLength(0x145);
    expect(decodeHeader(fromHex(headerHex))).toEqual(header);
  });

  it("carries field 15", () => {
    const encryptedRandom = { random: Uint8Array.of(1), proof: Uint8Array.of(2) };
    const bytes = encodeHeader({ ...header, encryptedRandom });
    expect(toHex(bytes)).toBe(`${headerHex}7a060a0101120102`);
    expect(decodeHeader(bytes).encryptedRandom).toEqual(encryptedRandom);
  });

  it("must have a time", () => {
    const time = "22060880e2cfaa06";
    expect(() => decodeHeader(fromHex(headerHex.replace(time, "")))).toThrow(wireError);
    expect(() => decodeHeader(fromHex(headerHex.replace(time, "220b088092b8c398feffffff01")))).toThrow(wireError);
  });

  it.each([
    ["a sixteenth field", "82010101"],
    ["a non-critical field", "c04001"],
  ])("refuses %s", (_, hex) => {
    expect(() => decodeHeader(fromHex(headerHex + hex))).toThrow(wireError);
  });
});

describe("messages that are written also when empty", () => {
  it("are those of spec 05 §3.4", () => {
    expect(toHex(encodeBlockId(noBlock))).toBe("1200");
    expect(toHex(encodeCommit({ height: 0n, round: 0, blockId: noBlock, signatures: [] }))).toBe("1a021200");
    expect(toHex(encodeConsensusVersion({ block: 11n, app: 0n }))).toBe("080b");
    const absent = {
      blockIdFlag: BlockIdFlag.absent,
      validatorAddress: none,
      timestampNs: undefined,
      signature: none,
    };
    expect(toHex(encodeCommitSig(absent))).toBe("08011a0b088092b8c398feffffff01");
    expect(decodeCommitSig(encodeCommitSig(absent))).toEqual(absent);
    expect(decodeCommitSig(fromHex("0801"))).toEqual(absent);
  });
});

describe("timestamps", () => {
  it.each([
    [0n, ""],
    [1_700_000_001_500_000_000n, "0881e2cfaa061080cab5ee01"],
    [-1n, "08ffffffffffffffffff0110ff93ebdc03"],
    [undefined, "088092b8c398feffffff01"],
    [253_402_300_799_999_999_999n, "08ff82d1ffaf07" + "10ff93ebdc03"],
  ])("%s", (time, hex) => {
    expect(toHex(encodeTimestamp(time))).toBe(hex);
    expect(decodeTimestamp(fromHex(hex))).toBe(time);
  });

  it.each([
    ["a second of nanoseconds", "108094ebdc03"],
    ["negative nanoseconds", "10ffffffffffffffffff01"],
    ["a time before year 1", "08ff91b8c398feffffff01"],
    ["a time after year 9999", toHex(encodeTimestamp(253_402_300_800_000_000_000n))],
  ])("refuse %s", (_, hex) => {
    expect(() => decodeTimestamp(fromHex(hex))).toThrow(wireError);
  });
});

describe("voteSignBytes", () => {
  const vote = { type: 0, height: 0n, round: 0n, blockId: undefined, timestampNs: undefined, chainId: "" };

  it.each([
    [vote, "0d2a0b088092b8c398feffffff01"],
    [
      { ...vote, type: VoteType.precommit, height: 1n, round: 1n },
      "2108021101000000000000001901000000000000002a0b088092b8c398feffffff01",
    ],
    [
      { ...vote, height: 1n, round: 1n, chainId: "test_chain_id" },
      "2e1101000000000000001901000000000000002a0b088092b8c398feffffff01320d746573745f636861696e5f6964",
    ],
    [
      {
        type: VoteType.precommit,
        height: 1n,
        round: 0n,
        blockId: {
          hash: fromHex("e29bf44a945f589afdde15df6947e5ffeecc998417280d1f4ed8eeef63f1c6cf"),
          partSetHeader: {
            total: 1,
            hash: fromHex("1fbfed9cf311fbec75643fb7f7e705051ccd6d613f73a166e2d2c69d891488df"),
          },
        },
        timestampNs: 1_700_000_001_500_000_000n,
        chainId: "secretdev-1",
      },
      "70080211010000000000000022480a20e29bf44a945f589afdde15df6947e5ffeecc998417280d1f4ed8eeef63f1c6cf" +
        "1224080112201fbfed9cf311fbec75643fb7f7e705051ccd6d613f73a166e2d2c69d891488df" +
        "2a0c0881e2cfaa061080cab5ee01320b7365637265746465762d31",
    ],
  ])("vector %#", (value, hex) => {
    expect(toHex(voteSignBytes(value))).toBe(hex);
  });
});

describe("ValidatorSet", () => {
  const validator = { address, publicKey, votingPower: 10n, proposerPriority: -3n };
  const encode = (change: Partial<typeof validator>): Uint8Array =>
    encodeValidatorSet({ validators: [{ ...validator, ...change }] });

  it("hashes over key and power only (spec 05 §3.13)", () => {
    expect(toHex(encodeSimpleValidator(validator))).toBe(`0a220a20${toHex(publicKey)}100a`);
  });

  it("drops proposer and total power", () => {
    const bytes = encode({});
    const inner = bytes.slice(2);
    const whole = Uint8Array.from([...bytes, 0x12, inner.length, ...inner, 0x18, 10]);
    expect(decodeValidatorSet(whole)).toEqual({ validators: [validator] });
  });

  it.each([
    ["an address of 19 bytes", { address: new Uint8Array(19) }],
    ["a key of 33 bytes", { publicKey: new Uint8Array(33) }],
    ["no power", { votingPower: 0n }],
    ["negative power", { votingPower: -1n }],
  ])("refuses %s", (_, change) => {
    expect(() => decodeValidatorSet(encode({}))).not.toThrow();
    expect(() => decodeValidatorSet(encode(change))).toThrow(wireError);
  });

  it("refuses keys that are not ed25519, and more than 10000 members", () => {
    const secp256k1 = fromHex(toHex(encode({})).replace("0a20556a", "1220556a"));
    expect(() => decodeValidatorSet(secp256k1)).toThrow(wireError);
    const many = (length: number): Uint8Array =>
      encodeValidatorSet({ validators: Array.from({ length }, () => validator) });
    expect(decodeValidatorSet(many(10_000)).validators).toHaveLength(10_000);
    expect(() => decodeValidatorSet(many(10_001))).toThrow(wireError);
  });
});
