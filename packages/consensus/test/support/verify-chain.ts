/** Verifies every block of a chain as a light client and as a full node would. */
import { toHex } from "@enclavenet/common";
import {
  commitHash,
  dataHash,
  partSetHeader,
  resultsHash,
  type SignedHeader,
  verifyAdjacentHeader,
  verifySignedHeader,
} from "@enclavenet/light-client";
import { decodeCommit, decodeHeader, type Header } from "@enclavenet/wire";
import { expect } from "vitest";
import { encodeCommit, encodeHeader, sealBlock } from "../../src/blocks/comet.ts";
import type { EngineReader, ValidatorSet } from "../../src/index.ts";
import { primitives } from "./primitives.ts";

function wireSet({ validators }: ValidatorSet): SignedHeader["validators"] {
  return { validators: validators.map(({ power, ...same }) => ({ ...same, votingPower: power })) };
}

/** The header and seen commit through the codec, as a remote verifier gets them. */
function signedHeader(reader: EngineReader, height: bigint): SignedHeader {
  const { header, commit } = reader.commit(height)!;
  return {
    header: decodeHeader(encodeHeader(header)),
    commit: decodeCommit(encodeCommit(commit)),
    validators: wireSet(reader.validators(height)!),
  };
}

export function verifyChain(reader: EngineReader): void {
  let trusted: Header | undefined;
  for (let height = reader.earliestHeight(); height <= reader.latestHeight(); height++) {
    const signed = signedHeader(reader, height);
    const { block, blockId } = reader.block(height)!;
    const { chainId } = reader.status();
    const hash =
      trusted === undefined
        ? verifySignedHeader(primitives, chainId, signed)
        : verifyAdjacentHeader(primitives, chainId, trusted, signed);
    expect(toHex(blockId.hash)).toBe(toHex(hash));
    const { header } = signed;
    const sealed = sealBlock(block);
    expect(sealed.blockId).toEqual(blockId);
    expect(partSetHeader(primitives, sealed.bytes)).toEqual({ total: blockId.partsTotal, hash: blockId.partsHash });
    expect(toHex(header.dataHash)).toBe(toHex(dataHash(primitives, block.txs)));
    expect(toHex(header.lastCommitHash)).toBe(
      toHex(commitHash(primitives, decodeCommit(encodeCommit(block.lastCommit)))),
    );
    if (trusted !== undefined) {
      const previous = reader.blockResults(height - 1n)!;
      expect(toHex(header.appHash)).toBe(toHex(previous.appHash));
      expect(toHex(header.lastResultsHash)).toBe(toHex(resultsHash(primitives, previous.txResults)));
    }
    trusted = header;
  }
  expect(trusted).toBeDefined();
}
