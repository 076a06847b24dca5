/**
 * Between this room's block types and those of the strict codec.
 * @module
 */
import type * as wire from "@enclavenet/wire";
import type { BlockId, BlockIdFlag, Commit, CommitSig, Header, Validator, ValidatorSet } from "../base/block-types.ts";

const KNOWN_FLAGS: readonly number[] = [1, 2, 3] satisfies BlockIdFlag[];

/** To the codec. */
export function blockIdToWire({ hash, partsTotal, partsHash }: BlockId): wire.BlockId {
  return { hash, partSetHeader: { total: partsTotal, hash: partsHash } };
}

function blockIdFromWire({ hash, partSetHeader }: wire.BlockId): BlockId {
  return { hash, partsTotal: partSetHeader.total, partsHash: partSetHeader.hash };
}

/** To the codec. */
export function headerToWire({ versionBlock, versionApp, lastBlockId, ...same }: Header): wire.Header {
  return {
    ...same,
    version: { block: versionBlock, app: versionApp },
    lastBlockId: blockIdToWire(lastBlockId),
    encryptedRandom: undefined,
  };
}

/** From the codec. */
export function headerFromWire({ version, lastBlockId, encryptedRandom: _, ...same }: wire.Header): Header {
  return { ...same, versionBlock: version.block, versionApp: version.app, lastBlockId: blockIdFromWire(lastBlockId) };
}

/** To the codec. */
export function commitToWire({ blockId, ...same }: Commit): wire.Commit {
  return { ...same, blockId: blockIdToWire(blockId) };
}

function commitSigFromWire({ blockIdFlag, ...same }: wire.CommitSig): CommitSig {
  // An unknown flag counts as absent: it then carries no power anywhere.
  return { ...same, blockIdFlag: KNOWN_FLAGS.includes(blockIdFlag) ? (blockIdFlag as BlockIdFlag) : 1 };
}

/** From the codec. */
export function commitFromWire({ blockId, signatures, ...same }: wire.Commit): Commit {
  return { ...same, blockId: blockIdFromWire(blockId), signatures: signatures.map(commitSigFromWire) };
}

function validatorToWire({ power, ...same }: Validator): wire.Validator {
  return { ...same, votingPower: power };
}

/** To the codec; the proposer is not part of it. */
export function validatorSetToWire({ validators }: ValidatorSet): wire.ValidatorSet {
  return { validators: validators.map(validatorToWire) };
}
