/** The CometBFT RPC as a client sees it, and its JSON as the types that light clients verify. */
import { fromBase64, fromHex } from "@enclavenet/common";
import type { BlockId, Commit, Header, ValidatorSet } from "@enclavenet/wire";
import type { AnyJson } from "./rest.ts";

const ZERO_TIME = "0001-01-01T00:00:00Z";

export interface RpcAnswer {
  readonly status: number;
  readonly body: AnyJson;
}

/** A client of one server. */
export class CometClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Posts a body as it is. */
  async post(body: unknown): Promise<RpcAnswer> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(this.url, { method: "POST", body: text });
    const answer = await response.text();
    return { status: response.status, body: answer === "" ? undefined : JSON.parse(answer) };
  }

  /** Result of a call by JSON-RPC; throws the error's data. */
  async call(method: string, params: object = {}): Promise<AnyJson> {
    const { body } = await this.post({ jsonrpc: "2.0", id: 1, method, params });
    if (body.error !== undefined) throw new Error(body.error.data);
    return body.result;
  }

  /** Answer to the URI form. */
  async get(target: string): Promise<RpcAnswer> {
    const response = await fetch(`${this.url}/${target}`);
    return { status: response.status, body: await response.json() };
  }
}

/** Nanoseconds of an RFC 3339 time with up to nine decimals. */
export function nanoseconds(time: string): bigint {
  const [whole = "", decimals = ""] = time.replace("Z", "").split(".");
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(decimals.padEnd(9, "0"));
}

export function blockIdOf(json: AnyJson): BlockId {
  return { hash: fromHex(json.hash), partSetHeader: { total: json.parts.total, hash: fromHex(json.parts.hash) } };
}

export function headerOf(json: AnyJson): Header {
  return {
    version: { block: BigInt(json.version.block), app: BigInt(json.version.app ?? 0) },
    chainId: json.chain_id,
    height: BigInt(json.height),
    timeNs: nanoseconds(json.time),
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

export function commitOf(json: AnyJson): Commit {
  return {
    height: BigInt(json.height),
    round: json.round,
    blockId: blockIdOf(json.block_id),
    signatures: json.signatures.map((entry: AnyJson) => ({
      blockIdFlag: entry.block_id_flag,
      validatorAddress: fromHex(entry.validator_address),
      timestampNs: entry.timestamp === ZERO_TIME ? undefined : nanoseconds(entry.timestamp),
      signature: fromBase64(entry.signature ?? ""),
    })),
  };
}

export function validatorSetOf(json: AnyJson): ValidatorSet {
  return {
    validators: json.validators.map((one: AnyJson) => ({
      address: fromHex(one.address),
      publicKey: fromBase64(one.pub_key.value),
      votingPower: BigInt(one.voting_power),
      proposerPriority: BigInt(one.proposer_priority),
    })),
  };
}
