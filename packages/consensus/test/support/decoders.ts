/** The decoders of this room, for its property test and for the long fuzz run: files, records, queries. */
import type { ExecTxResult } from "@enclavenet/abci";
import { utf8ToBytes } from "@enclavenet/common";
import {
  createGenesis,
  DEFAULT_CONSENSUS_PARAMS,
  formatRfc3339,
  matchesCondition,
  parseGenesis,
  parseQuery,
  parseRfc3339,
  parseSignState,
  parseValidatorKey,
  queryToText,
  signStateToJson,
  validatorKeyJson,
} from "@enclavenet/consensus";
import fc from "fast-check";
import { type Decoder, sameMeaning, textDecoder } from "../../../../tests/support/decoder.ts";
import { decodeBlock, sealBlock } from "../../src/blocks/comet.ts";
import { parseHead } from "../../src/follow/source/heads.ts";
import { parseText } from "../../src/follow/source/json-text.ts";
import { parseBlockResult, parseCommitResult } from "../../src/follow/source/parse-block.ts";
import { checkDecided } from "../../src/follow/verify-block.ts";
import { compareDecimals, tryParseDecimal } from "../../src/query/decimal.ts";
import {
  decodeResults,
  decodeTxRecord,
  decodeTxResult,
  encodeResults,
  encodeTxRecord,
  encodeTxResult,
} from "../../src/storage/result-records.ts";
import {
  decodeState,
  decodeStoredBlock,
  decodeValidatorSet,
  encodeState,
  encodeStoredBlock,
  encodeValidatorSet,
} from "../../src/storage/state-records.ts";
import { primitives } from "./primitives.ts";
import { recordSamples } from "./record-samples.ts";

function record<T>(
  name: string,
  sample: T,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
): Decoder {
  return {
    name: `consensus: record of ${name}`,
    seeds: fc.constant(encode(sample)),
    refusals: ["CHAIN_DATA_CORRUPT", "CHAIN_DATA_FORMAT"],
    attempt(bytes) {
      const value = decode(bytes);
      sameMeaning(name, decode(encode(value)), value);
    },
  };
}

const genesis = createGenesis({
  genesisTimeNs: 1_700_000_000_123_456_789n,
  chainId: "secretdev-1",
  initialHeight: 1n,
  consensusParams: DEFAULT_CONSENSUS_PARAMS,
  validators: [{ publicKey: new Uint8Array(32).fill(4), power: 10n, name: "one" }],
  appState: { bank: { supply: [] } },
});

const QUERIES = [
  "tm.event='Tx' AND tx.height > 5 AND message.action CONTAINS 'send'",
  "a.b EXISTS AND c.d <= -1.25",
  "block.time >= TIME 2026-01-02T03:04:05Z AND x.y = DATE 2026-01-02",
];

/** Values that attributes of events may have. */
const VALUES = ["", "5", "-1.25", "2026-01-02", "2026-01-02T03:04:05+01:00", "9".repeat(200), "text"];

const HASH = "AB".repeat(32);
const ID = { hash: HASH, parts: { total: 1, hash: HASH } };
const VOTE = {
  block_id_flag: 2,
  validator_address: "CD".repeat(20),
  timestamp: "2026-01-02T03:04:05.123456789Z",
  signature: "AAAA",
};
const ABSENT = { block_id_flag: 1, validator_address: "", timestamp: "0001-01-01T00:00:00Z", signature: null };
const COMMIT = { height: "6", round: 0, block_id: ID, signatures: [VOTE, ABSENT] };
const HASHES = ["last_commit", "data", "validators", "next_validators", "consensus", "app", "last_results", "evidence"];

const HEADER = {
  version: { block: "11", app: "1" },
  chain_id: "secretdev-1",
  height: "7",
  time: "2026-01-02T03:04:06Z",
  last_block_id: ID,
  ...Object.fromEntries(HASHES.map((name) => [`${name}_hash`, HASH])),
  proposer_address: "CD".repeat(20),
};

/** Answer of a followed node: a block and the commit for it. */
const FOLLOWED = JSON.stringify({
  block_id: ID,
  block: {
    header: HEADER,
    data: { txs: ["aGVsbG8="] },
    evidence: { evidence: [] },
    last_commit: COMMIT,
  },
  signed_header: { header: HEADER, commit: COMMIT },
});

export const decoders: readonly Decoder[] = [
  {
    ...textDecoder(
      "consensus: answer of a followed node",
      [FOLLOWED],
      [
        "FOLLOW_RESPONSE",
        "FOLLOW_EVIDENCE",
        "FOLLOW_HEIGHT",
        "FOLLOW_DATA_HASH",
        "FOLLOW_LAST_COMMIT",
        "FOLLOW_BLOCK_ID",
      ],
      (text) => {
        const answer = parseText(text);
        const { block, blockId } = parseBlockResult(answer);
        const decided = { sealed: sealBlock(block), seenCommit: parseCommitResult(answer).commit };
        sameMeaning("block", sealBlock(decodeBlock(decided.sealed.bytes)).blockId, decided.sealed.blockId);
        checkDecided(decided, blockId, block.header.height, DEFAULT_CONSENSUS_PARAMS);
      },
    ),
    // A header that fits its transactions has another hash than this one.
    refusesSeeds: true,
  },
  textDecoder(
    "consensus: news of a followed node",
    [JSON.stringify({ id: 0, result: { data: { value: { header: HEADER } } } }), '{"id":0,"result":{}}'],
    ["FOLLOW_RESPONSE", "FOLLOW_REFUSED"],
    (text) => {
      const height = parseHead(text);
      if (height !== undefined) sameMeaning("height", BigInt.asIntN(64, height), height);
    },
  ),
  record("results", recordSamples.results, encodeResults, decodeResults),
  record("a result", recordSamples.results.txResults[0] as ExecTxResult, encodeTxResult, decodeTxResult),
  record("a transaction", recordSamples.tx, encodeTxRecord, decodeTxRecord),
  record("validators", recordSamples.validators, encodeValidatorSet, decodeValidatorSet),
  record("a block", recordSamples.block, encodeStoredBlock, decodeStoredBlock),
  record("the engine's state", recordSamples.state, encodeState, decodeState),
  textDecoder("consensus: query", QUERIES, ["QUERY_SYNTAX"], (text) => {
    const query = parseQuery(text);
    sameMeaning("query", parseQuery(queryToText(query)), query);
    for (const condition of query.conditions) for (const value of VALUES) matchesCondition(condition, value);
  }),
  textDecoder("consensus: decimal", ["0", "-12.50", "9".repeat(128)], [], (text) => {
    const value = tryParseDecimal(text);
    if (value !== undefined) sameMeaning("decimal", compareDecimals(value, value), 0);
  }),
  textDecoder(
    "consensus: time",
    ["2026-01-02T03:04:05.000000006Z", "0001-01-01T00:00:00Z"],
    ["TIME_FORMAT"],
    (text) => {
      const time = parseRfc3339(text);
      sameMeaning("time", parseRfc3339(formatRfc3339(time)), time);
    },
  ),
  {
    name: "consensus: genesis document",
    seeds: fc.constant(genesis.bytes),
    refusals: ["GENESIS_INVALID"],
    attempt: (bytes) =>
      sameMeaning("app_state", typeof JSON.parse(Buffer.from(parseGenesis(bytes).appState).toString()), "object"),
  },
  textDecoder(
    "consensus: key of the validator",
    [validatorKeyJson(primitives, new Uint8Array(32).fill(3))],
    ["PRIVVAL_KEY"],
    (text) => void parseValidatorKey(primitives, text),
  ),
  textDecoder(
    "consensus: state of the validator",
    [
      signStateToJson({ height: 5n, round: 0, step: 3, signature: new Uint8Array(64), signBytes: utf8ToBytes("x") }),
      '{"height":"0","round":0,"step":0}',
    ],
    ["PRIVVAL_STATE"],
    (text) => {
      const state = parseSignState(text);
      sameMeaning("state", parseSignState(signStateToJson(state)), state);
    },
  ),
];
