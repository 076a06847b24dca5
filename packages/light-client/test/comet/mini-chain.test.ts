/** The chain of two blocks of spec 05 §3.13: every byte of it. */
import { concatBytes, fromHex, toHex, utf8ToBytes } from "@enclavenet/common";
import {
  commitHash,
  consensusHash,
  dataHash,
  headerHash,
  partSetHeader,
  resultsHash,
  validatorSetHash,
  verifyAdjacentHeader,
  verifySignedHeader,
} from "@enclavenet/light-client";
import {
  type BlockId,
  bytesField,
  type Commit,
  encodeCommit,
  encodeHeader,
  type Header,
  messageField,
  VoteType,
  voteSignBytes,
} from "@enclavenet/wire";
import { expect, it } from "vitest";
import { CHAIN_ID, setOf, validatorOf } from "../support/chain.ts";
import { primitives } from "../support/primitives.ts";

const EMPTY = new Uint8Array(0);
const NO_BLOCK: BlockId = { hash: EMPTY, partSetHeader: { total: 0, hash: EMPTY } };
const NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const VALIDATORS_HASH = "46d0efb71c1da8a4e1640945bf1f32a6341aca471972a7daf0411360268d911f";
const CONSENSUS_HASH = "048091bc7ddc283f77bfbf91d73c44da58c3df8a9cbc867405d8b7f3daada22f";
const GENESIS_TIME_NS = 1_700_000_000_000_000_000n;
const PRECOMMIT_TIME_NS = GENESIS_TIME_NS + 1_500_000_000n;

const validator = validatorOf("it's a secret", 1000n);
const validators = setOf([validator]);
const nothing = fromHex(NOTHING);
const noCommit: Commit = { height: 0n, round: 0, blockId: NO_BLOCK, signatures: [] };

/** A block as the network writes it (spec 05 §3.4). */
function blockBytes(header: Header, txs: readonly Uint8Array[], lastCommit: Commit): Uint8Array {
  return concatBytes(
    messageField(1, encodeHeader(header)),
    messageField(2, concatBytes(...txs.map((tx) => bytesField(1, tx)))),
    messageField(3, EMPTY),
    messageField(4, encodeCommit(lastCommit)),
  );
}

const first: Header = {
  version: { block: 11n, app: 0n },
  chainId: CHAIN_ID,
  height: 1n,
  timeNs: GENESIS_TIME_NS,
  lastBlockId: NO_BLOCK,
  lastCommitHash: commitHash(primitives, noCommit),
  dataHash: dataHash(primitives, []),
  validatorsHash: validatorSetHash(primitives, validators),
  nextValidatorsHash: validatorSetHash(primitives, validators),
  consensusHash: consensusHash(primitives, { blockMaxBytes: 22_020_096n, blockMaxGas: -1n }),
  appHash: nothing,
  lastResultsHash: resultsHash(primitives, []),
  evidenceHash: nothing,
  proposerAddress: validator.address,
  encryptedRandom: undefined,
};
const firstBytes = blockBytes(first, [], noCommit);
const firstId: BlockId = { hash: headerHash(primitives, first), partSetHeader: partSetHeader(primitives, firstBytes) };

function commitOf(height: bigint, blockId: BlockId, timestampNs: bigint): { commit: Commit; message: Uint8Array } {
  const message = voteSignBytes({
    type: VoteType.precommit,
    height,
    round: 0n,
    blockId,
    timestampNs,
    chainId: CHAIN_ID,
  });
  const signature = primitives.ed25519Sign(message, validator.seed);
  const entry = { blockIdFlag: 2, validatorAddress: validator.address, timestampNs, signature };
  return { commit: { height, round: 0, blockId, signatures: [entry] }, message };
}

const { commit: firstCommit, message } = commitOf(1n, firstId, PRECOMMIT_TIME_NS);

it("writes block 1", () => {
  expect(toHex(first.validatorsHash)).toBe(VALIDATORS_HASH);
  expect(toHex(firstBytes)).toBe(
    [
      "0ac5020a02080b120b7365637265746465762d31180122060880e2cfaa062a0212003220",
      NOTHING,
      `3a20${NOTHING}4220${VALIDATORS_HASH}4a20${VALIDATORS_HASH}5220${CONSENSUS_HASH}`,
      `5a20${NOTHING}6220${NOTHING}6a20${NOTHING}`,
      "7214dc52d5cf8dfd1793d71038b342a29b01ad8a5d6312001a0022041a021200",
    ].join(""),
  );
  expect(toHex(firstId.hash)).toBe("e29bf44a945f589afdde15df6947e5ffeecc998417280d1f4ed8eeef63f1c6cf");
  expect(firstId.partSetHeader.total).toBe(1);
  expect(toHex(firstId.partSetHeader.hash)).toBe("1fbfed9cf311fbec75643fb7f7e705051ccd6d613f73a166e2d2c69d891488df");
});

it("signs block 1", () => {
  expect(toHex(message)).toBe(
    "70080211010000000000000022480a20e29bf44a945f589afdde15df6947e5ffeecc998417280d1f4ed8eeef63f1c6cf1224080112201fbfed9cf311fbec75643fb7f7e705051ccd6d613f73a166e2d2c69d891488df2a0c0881e2cfaa061080cab5ee01320b7365637265746465762d31",
  );
  expect(toHex(firstCommit.signatures[0]!.signature)).toBe(
    "5bfe2f5b5c40d1b2af6930382b7f8d039cfaa02b7975c211add3ec30829e3c2dd197884158848fe169a6f6424acb3a06b50eaec7d928677c770421395ebb7b06",
  );
  expect(verifySignedHeader(primitives, CHAIN_ID, { header: first, commit: firstCommit, validators })).toEqual(
    firstId.hash,
  );
});

it("writes block 2 and steps to it", () => {
  const txs = [utf8ToBytes("hello")];
  const second: Header = {
    ...first,
    height: 2n,
    timeNs: PRECOMMIT_TIME_NS,
    lastBlockId: firstId,
    lastCommitHash: commitHash(primitives, firstCommit),
    dataHash: dataHash(primitives, txs),
    appHash: primitives.sha256(utf8ToBytes("app-state-1")),
  };
  expect(toHex(second.appHash)).toBe("3371038f12eea493da053cf3b00babee4da4fdc48838e794349cf6439fdd2c4a");
  expect(toHex(second.lastCommitHash)).toBe("790f3e2ac84ee128502c37e1e8d5def9a39a11e82c360cb8fb50e7b8d83974bd");
  expect(toHex(second.dataHash)).toBe("07636ca803346b2298b02d2c35146d6f18fb848e06b873d3367a51fa4c89b8a1");
  const bytes = blockBytes(second, txs, firstCommit);
  expect(bytes.length).toBe(600);
  const blockId = { hash: headerHash(primitives, second), partSetHeader: partSetHeader(primitives, bytes) };
  expect(toHex(blockId.hash)).toBe("a58d96fbf4db02bd39432b652bdfca2f2b6d555ba2793824cac341c391b2f7d5");
  expect(toHex(blockId.partSetHeader.hash)).toBe("9673186d1eae90e36046917bfc46dc9eec0c334d055e5e09641949a8e0ea8c58");
  const { commit } = commitOf(2n, blockId, PRECOMMIT_TIME_NS + 1_000_000_000n);
  expect(verifyAdjacentHeader(primitives, CHAIN_ID, first, { header: second, commit, validators })).toEqual(
    blockId.hash,
  );
});
