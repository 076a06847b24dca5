/**
 * The CometBFT genesis document: parse, validate, serialise (spec 05 §3.11). Its hash is SHA-256 of the exact bytes;
 * the enclave's keychain is bound to it, so a document that is read from a file is never re-serialised.
 *
 * Unlike CometBFT a missing genesis_time is refused: "now" would give every node its own chain.
 * @module
 */
import type { ConsensusParams } from "@enclavenet/abci";
import { bytesToUtf8, equalBytes, toBase64, toUpperHex, utf8ToBytes } from "@enclavenet/common";
import {
  asAminoKey,
  asArray,
  asHex,
  asInt64,
  asObject,
  asString,
  complainAs,
  type JsonObject,
  parseJsonObject,
} from "../base/json.ts";
import { formatRfc3339, tryParseRfc3339 } from "../base/rfc3339.ts";
import { sha256, validatorAddress } from "../base/sha256.ts";

/** A validator of the genesis document. */
export interface GenesisValidator {
  readonly publicKey: Uint8Array;
  readonly power: bigint;
  readonly name: string;
}

/** What a genesis document is made from. */
export interface GenesisContent {
  readonly genesisTimeNs: bigint;
  readonly chainId: string;
  readonly initialHeight: bigint;
  readonly consensusParams: ConsensusParams;
  readonly validators: readonly GenesisValidator[];
  /** Application state; JSON. */
  readonly appState: unknown;
}

/** A validated document together with its exact bytes and their SHA-256. */
export interface GenesisDocument extends Omit<GenesisContent, "appState"> {
  /** JSON bytes of app_state. */
  readonly appState: Uint8Array;
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

/** CometBFT's defaults: 21 MiB blocks, unlimited gas. */
export const DEFAULT_CONSENSUS_PARAMS: ConsensusParams = { blockMaxBytes: 22_020_096n, blockMaxGas: -1n };

/** Hard limit of a block's protobuf (spec 05 §3.4). */
export const MAX_BLOCK_SIZE_BYTES = 104_857_600n;

const MAX_CHAIN_ID_LENGTH = 50;
const PUBLIC_KEY_TYPE = "tendermint/PubKeyEd25519";
/** Total voting power may not exceed an eighth of the int64 range, or priorities could overflow. */
const MAX_TOTAL_POWER = (1n << 63n) / 8n;

const complain = complainAs(
  "GENESIS_INVALID",
  "create the genesis document anew, or restore the network's original one",
);

function parseParams(value: unknown): ConsensusParams {
  if (value === undefined || value === null) return DEFAULT_CONSENSUS_PARAMS;
  const params = asObject(value, "consensus_params", complain);
  const block = asObject(params.block, "consensus_params.block", complain);
  const blockMaxBytes = asInt64(block.max_bytes, "consensus_params.block.max_bytes", complain);
  const blockMaxGas = asInt64(block.max_gas, "consensus_params.block.max_gas", complain);
  if (blockMaxBytes === 0n || blockMaxBytes < -1n || blockMaxBytes > MAX_BLOCK_SIZE_BYTES) {
    throw complain("consensus_params.block.max_bytes is out of range");
  }
  if (blockMaxGas < -1n) throw complain("consensus_params.block.max_gas is out of range");
  return { blockMaxBytes, blockMaxGas };
}

function parseValidator(value: unknown, index: number): GenesisValidator {
  const path = `validators[${index}]`;
  const object = asObject(value, path, complain);
  const publicKey = asAminoKey(object.pub_key, PUBLIC_KEY_TYPE, 32, `${path}.pub_key`, complain);
  const power = asInt64(object.power, `${path}.power`, complain);
  if (power <= 0n) throw complain(`${path}.power is not positive`);
  if (object.address !== undefined && object.address !== "") {
    const address = asHex(object.address, `${path}.address`, complain);
    if (!equalBytes(address, validatorAddress(publicKey))) throw complain(`${path}.address does not match its key`);
  }
  return { publicKey, power, name: object.name === undefined ? "" : asString(object.name, `${path}.name`, complain) };
}

function parseValidators(value: unknown): readonly GenesisValidator[] {
  if (value === undefined || value === null) return [];
  const validators = asArray(value, "validators", complain).map(parseValidator);
  const seen = new Set(validators.map((v) => toUpperHex(v.publicKey)));
  if (seen.size !== validators.length) throw complain("validators holds a key twice");
  const total = validators.reduce((sum, v) => sum + v.power, 0n);
  if (total > MAX_TOTAL_POWER) throw complain("total voting power is too large");
  return validators;
}

function parseInitialHeight(value: unknown): bigint {
  const height = value === undefined ? 0n : asInt64(value, "initial_height", complain);
  if (height < 0n) throw complain("initial_height is negative");
  return height === 0n ? 1n : height;
}

function parseChainId(object: JsonObject): string {
  const chainId = asString(object.chain_id, "chain_id", complain);
  const { length } = utf8ToBytes(chainId);
  if (length < 1 || length > MAX_CHAIN_ID_LENGTH) throw complain("chain_id does not have 1 to 50 bytes");
  return chainId;
}

/** Parses and validates a document. Throws LocalError `GENESIS_INVALID`. */
export function parseGenesis(bytes: Uint8Array): GenesisDocument {
  let text: string;
  try {
    text = bytesToUtf8(bytes);
  } catch {
    throw complain("not UTF-8");
  }
  const object = parseJsonObject(text, complain);
  const chainId = parseChainId(object);
  const genesisTimeNs = tryParseRfc3339(asString(object.genesis_time, "genesis_time", complain));
  if (genesisTimeNs === undefined) throw complain("genesis_time is not an RFC 3339 time");
  if (object.app_hash !== undefined && asString(object.app_hash, "app_hash", complain) !== "") {
    throw complain("app_hash must be empty: the application computes it");
  }
  return {
    genesisTimeNs,
    chainId,
    initialHeight: parseInitialHeight(object.initial_height),
    consensusParams: parseParams(object.consensus_params),
    validators: parseValidators(object.validators),
    appState: utf8ToBytes(JSON.stringify(object.app_state ?? {})),
    bytes: Uint8Array.from(bytes),
    hash: sha256(bytes),
  };
}

function paramsToJson(params: ConsensusParams): JsonObject {
  return {
    block: { max_bytes: params.blockMaxBytes.toString(), max_gas: params.blockMaxGas.toString() },
    evidence: { max_age_num_blocks: "100000", max_age_duration: "172800000000000", max_bytes: "1048576" },
    validator: { pub_key_types: ["ed25519"] },
    version: { app: "0" },
    abci: { vote_extensions_enable_height: "0" },
  };
}

/** Writes a document and reads it back, so that what is returned has passed {@link parseGenesis}. */
export function createGenesis(content: GenesisContent): GenesisDocument {
  const json = {
    genesis_time: formatRfc3339(content.genesisTimeNs),
    chain_id: content.chainId,
    initial_height: content.initialHeight.toString(),
    consensus_params: paramsToJson(content.consensusParams),
    validators: content.validators.map((v) => ({
      address: toUpperHex(validatorAddress(v.publicKey)),
      pub_key: { type: PUBLIC_KEY_TYPE, value: toBase64(v.publicKey) },
      power: v.power.toString(),
      name: v.name,
    })),
    app_hash: "",
    app_state: content.appState,
  };
  return parseGenesis(utf8ToBytes(`${JSON.stringify(json, undefined, 2)}\n`));
}
