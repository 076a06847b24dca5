import type { LocalError } from "@enclavenet/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeResults,
  decodeTxRecord,
  decodeTxResult,
  encodeResults,
  encodeTxRecord,
  encodeTxResult,
} from "../src/storage/result-records.ts";
import {
  decodeState,
  decodeStoredBlock,
  decodeValidatorSet,
  encodeState,
  encodeStoredBlock,
  encodeValidatorSet,
} from "../src/storage/state-records.ts";

const bytes = fc.uint8Array({ maxLength: 300 });
const int64 = fc.bigInt(-(1n << 63n), (1n << 63n) - 1n);
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const events = fc.array(
  fc.record({
    type: text,
    attributes: fc.array(fc.record({ key: text, value: text, index: fc.boolean() }), { maxLength: 3 }),
  }),
  { maxLength: 3 },
);
const txResult = fc.record({
  code: fc.nat({ max: 0xffff_ffff }),
  codespace: text,
  data: bytes,
  log: text,
  info: text,
  gasWanted: int64,
  gasUsed: int64,
  events,
});
const results = fc.record({
  events,
  txResults: fc.array(txResult, { maxLength: 3 }),
  validatorUpdates: fc.array(fc.record({ publicKey: bytes, power: int64 }), { maxLength: 2 }),
  appHash: bytes,
});
const txRecord = fc.record({ hash: bytes, height: int64, index: fc.nat(), tx: bytes, result: txResult });
const validators = fc.record({
  validators: fc.array(fc.record({ address: bytes, publicKey: bytes, power: int64, proposerPriority: int64 }), {
    maxLength: 3,
  }),
  proposerAddress: bytes,
});
const blockId = fc.record({ hash: bytes, partsTotal: fc.nat(), partsHash: bytes });
const storedBlock = fc.record({ blockId, numTxs: fc.nat(), bytes });
const state = fc.record({
  chainId: text,
  genesisHash: bytes,
  initialHeight: int64,
  versionApp: int64,
  height: int64,
  blockId,
  blockTimeNs: fc.bigInt(-62_135_596_800_000_000_000n, 253_402_300_799_999_999_999n),
  lastValidators: validators,
  validators,
  nextValidators: validators,
  params: fc.record({ blockMaxBytes: int64, blockMaxGas: int64 }),
  appHash: bytes,
  lastResultsHash: bytes,
});

/** Round trip, and refusal of every kind of damage with the one code. */
function checkCodec<T>(value: T, encode: (value: T) => Uint8Array, decode: (bytes: Uint8Array) => T, at: number): void {
  const encoded = encode(value);
  expect(decode(encoded)).toEqual(value);
  const damaged = [encoded.slice(0, at % Math.max(encoded.length, 1)), Uint8Array.of(...encoded, 0)];
  for (const bad of damaged) {
    try {
      decode(bad);
      expect.unreachable("damage was accepted");
    } catch (error) {
      expect(["CHAIN_DATA_CORRUPT", "CHAIN_DATA_FORMAT"]).toContain((error as LocalError).code);
    }
  }
}

describe("database records", () => {
  const at = fc.nat();
  it("results", () => {
    fc.assert(fc.property(results, at, (v, n) => checkCodec(v, encodeResults, decodeResults, n)));
  });
  it("single results", () => {
    const single = results.map(({ txResults }) => txResults[0]).filter((one) => one !== undefined);
    fc.assert(fc.property(single, at, (v, n) => checkCodec(v, encodeTxResult, decodeTxResult, n)));
  });
  it("results that were decoded are stored as the bytes that they came as, alone and in a transaction", () => {
    fc.assert(
      fc.property(results, txRecord, (value, record) => {
        const encoded = encodeResults(value);
        const decoded = decodeResults(encoded);
        expect(encodeResults(decoded)).toEqual(encoded);
        expect(encodeResults({ ...decoded, txResults: decoded.txResults.map((one) => ({ ...one })) })).toEqual(encoded);
        decoded.txResults.forEach((result, i) => {
          expect(encodeTxRecord({ ...record, result })).toEqual(
            encodeTxRecord({ ...record, result: value.txResults[i] as typeof result }),
          );
        });
      }),
    );
  });
  it("transactions", () => {
    fc.assert(fc.property(txRecord, at, (v, n) => checkCodec(v, encodeTxRecord, decodeTxRecord, n)));
  });
  it("validator sets", () => {
    fc.assert(fc.property(validators, at, (v, n) => checkCodec(v, encodeValidatorSet, decodeValidatorSet, n)));
  });
  it("blocks", () => {
    fc.assert(fc.property(storedBlock, at, (v, n) => checkCodec(v, encodeStoredBlock, decodeStoredBlock, n)));
  });
  it("engine states", () => {
    fc.assert(fc.property(state, at, (v, n) => checkCodec(v, encodeState, decodeState, n)));
  });

  it("never allocate or loop on hostile bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (hostile) => {
        for (const decode of [
          decodeResults,
          decodeTxResult,
          decodeTxRecord,
          decodeValidatorSet,
          decodeStoredBlock,
          decodeState,
        ]) {
          try {
            decode(hostile);
          } catch (error) {
            expect(["CHAIN_DATA_CORRUPT", "CHAIN_DATA_FORMAT"]).toContain((error as LocalError).code);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
