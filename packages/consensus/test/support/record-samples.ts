/** One value of every kind of record. */
import { event, result } from "./results.ts";

const bytes = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill);
const validators = {
  validators: [{ address: bytes(20), publicKey: bytes(32), power: 10n, proposerPriority: -3n }],
  proposerAddress: bytes(20),
};
const blockId = { hash: bytes(32), partsTotal: 1, partsHash: bytes(32, 2) };
const events = [event("transfer", { amount: "5uscrt", to: "somebody" })];
const txResult = result({ code: 11, codespace: "sdk", log: "out of gas", events, gasUsed: -1n });

export const recordSamples = {
  results: {
    events,
    txResults: [txResult],
    validatorUpdates: [{ publicKey: bytes(32), power: 1n }],
    appHash: bytes(32),
  },
  tx: { hash: bytes(32), height: 5n, index: 200, tx: bytes(50), result: txResult },
  validators,
  block: { blockId, numTxs: 2, bytes: bytes(80) },
  state: {
    chainId: "secretdev-1",
    genesisHash: bytes(32),
    initialHeight: 1n,
    versionApp: 0n,
    height: 5n,
    blockId,
    blockTimeNs: 1_700_000_000_123_456_789n,
    lastValidators: validators,
    validators,
    nextValidators: validators,
    params: { blockMaxBytes: 22_020_096n, blockMaxGas: -1n },
    appHash: bytes(32),
    lastResultsHash: bytes(32),
  },
};
