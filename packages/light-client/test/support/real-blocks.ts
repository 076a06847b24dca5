/** Blocks of real networks: one written out from spec 05 §3.13, one read from the shared data. */
import { readFileSync } from "node:fs";
import { fromBase64, fromHex } from "@enclavenet/common";
import type { SignedHeader } from "@enclavenet/light-client";
import type { BlockId, Header } from "@enclavenet/wire";
import { sharedFile } from "../../../../tests/support/shared.ts";

const NOTHING = fromHex("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
const ZERO_TIME = "0001-01-01T00:00:00Z";

/** Nanoseconds of an RFC 3339 time with up to nine decimals. */
export function timeNs(time: string): bigint {
  const [whole = "", decimals = ""] = time.replace("Z", "").split(".");
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(decimals.padEnd(9, "0"));
}

/** Height 10 of the chain `ibc-0`. */
export const ibcHeader: Header = {
  version: { block: 11n, app: 0n },
  chainId: "ibc-0",
  height: 10n,
  timeNs: timeNs("2021-12-17T20:27:47.875954829Z"),
  lastBlockId: {
    hash: fromHex("CD0A81D2658C56FD65587E4502E4BC89955002B5B89F986C7D63A5AF184FBC92"),
    partSetHeader: { total: 1, hash: fromHex("6E41BBA804019240A672F9AC6625BAA6D40B3887D6F6BE3E64CF54D93F021B76") },
  },
  lastCommitHash: fromHex("3A9BEC015F1A923C17EF81007945F552AD4E35DDA445AFA91296564DCB748357"),
  dataHash: NOTHING,
  validatorsHash: fromHex("0A6CA9001DB07E985DF9043045B392588DF7C1C720E30EBAEFDC8A848C551D6A"),
  nextValidatorsHash: fromHex("0A6CA9001DB07E985DF9043045B392588DF7C1C720E30EBAEFDC8A848C551D6A"),
  consensusHash: fromHex("048091BC7DDC283F77BFBF91D73C44DA58C3DF8A9CBC867405D8B7F3DAADA22F"),
  appHash: fromHex("A7139E6F28A9506629C60E3FDFD1A325E99177A4A3C8FA131732B6170C113C8E"),
  lastResultsHash: NOTHING,
  evidenceHash: NOTHING,
  proposerAddress: fromHex("BB22AD764B674CC08753B24175E2FC61B22B1419"),
  encryptedRandom: undefined,
};

interface JsonBlockId {
  readonly hash: string;
  readonly parts: { readonly total: number; readonly hash: string };
}

interface JsonHeader {
  readonly version: { readonly block: string; readonly app?: string };
  readonly chain_id: string;
  readonly height: string;
  readonly time: string;
  readonly last_block_id: JsonBlockId;
  readonly last_commit_hash: string;
  readonly data_hash: string;
  readonly validators_hash: string;
  readonly next_validators_hash: string;
  readonly consensus_hash: string;
  readonly app_hash: string;
  readonly last_results_hash: string;
  readonly evidence_hash: string;
  readonly proposer_address: string;
}

interface JsonCommit {
  readonly signed_header: {
    readonly header: JsonHeader;
    readonly commit: {
      readonly height: string;
      readonly round: number;
      readonly block_id: JsonBlockId;
      readonly signatures: readonly {
        readonly block_id_flag: number;
        readonly validator_address: string;
        readonly timestamp: string;
        readonly signature: string | null;
      }[];
    };
  };
}

interface JsonValidators {
  readonly validators: readonly {
    readonly address: string;
    readonly pub_key: { readonly value: string };
    readonly voting_power: string;
    readonly proposer_priority: string;
  }[];
}

function blockIdOf({ hash, parts }: JsonBlockId): BlockId {
  return { hash: fromHex(hash), partSetHeader: { total: parts.total, hash: fromHex(parts.hash) } };
}

function headerOf(json: JsonHeader): Header {
  return {
    version: { block: BigInt(json.version.block), app: BigInt(json.version.app ?? 0) },
    chainId: json.chain_id,
    height: BigInt(json.height),
    timeNs: timeNs(json.time),
    lastBlockId: blockIdOf(json.last_block_id),
    lastCommitHash: fromHex(json.last_commit_hash),
    dataHash: fromHex(json.data_hash),
    validatorsHash: fromHex(json.validators_hash),
    nextValidatorsHash: fromHex(json.next_validators_hash),
    consensusHash: fromHex(json.consensus_hash),
    appHash: fromHex(json.app_hash),
    lastResultsHash: fromHex(json.last_results_hash),
    evidenceHash: fromHex(json.evidence_hash),
    proposerAddress: fromHex(json.proposer_address),
    encryptedRandom: undefined,
  };
}

/** Height 12 of a chain with four validators, or undefined when the shared data are not there. */
export function fourValidatorBlock(): SignedHeader | undefined {
  const commitPath = sharedFile("data", "cometbft", "commit-12.json");
  const validatorsPath = sharedFile("data", "cometbft", "validators-12.json");
  if (commitPath === undefined || validatorsPath === undefined) return undefined;
  const { header, commit } = (JSON.parse(readFileSync(commitPath, "utf8")) as JsonCommit).signed_header;
  const { validators } = JSON.parse(readFileSync(validatorsPath, "utf8")) as JsonValidators;
  return {
    header: headerOf(header),
    commit: {
      height: BigInt(commit.height),
      round: commit.round,
      blockId: blockIdOf(commit.block_id),
      signatures: commit.signatures.map((entry) => ({
        blockIdFlag: entry.block_id_flag,
        validatorAddress: fromHex(entry.validator_address),
        timestampNs: entry.timestamp === ZERO_TIME ? undefined : timeNs(entry.timestamp),
        signature: fromBase64(entry.signature ?? ""),
      })),
    },
    validators: {
      validators: validators.map((one) => ({
        address: fromHex(one.address),
        publicKey: fromBase64(one.pub_key.value),
        votingPower: BigInt(one.voting_power),
        proposerPriority: BigInt(one.proposer_priority),
      })),
    },
  };
}
