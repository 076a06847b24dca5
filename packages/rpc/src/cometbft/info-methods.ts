/**
 * Methods about the node and the network: health, status, genesis, consensus parameters (spec 04 §5.2).
 * @module
 */
import { toBase64, toHex, toUpperHex } from "@enclavenet/common";
import type { EngineReader, EngineStatus } from "@enclavenet/consensus";
import type { RpcBackend } from "../backend.ts";
import { consensusParamsJson, genesisJson } from "../services/consensus-params.ts";
import { rpcError } from "./errors.ts";
import { ed25519Json, timeJson } from "./json.ts";
import { method, type RpcMethods } from "./method.ts";
import { integerParam, type RawParams } from "./params.ts";
import { found, nextHeight } from "./select.ts";

/** CometBFT's version of the protocol that clients look for (spec 04 §5.2). */
const COMETBFT_VERSION = "0.38.0";

/**
 * COMPAT(spec 04 §5.2): CosmJS refuses a node whose listen address or channels are empty. This node has no peers: the port is
 * none, and the channels are those that CometBFT's default reactors have.
 */
const NO_PEERS = { listen_addr: "tcp://127.0.0.1:0", channels: "40202122233038606100" };

/** Bytes of a part of the genesis document. */
const GENESIS_CHUNK_BYTES = 16 * 1024 * 1024;

function nodeInfoJson({ chainId, protocolVersion, validator }: EngineStatus, { nodeInfo }: RpcBackend) {
  return {
    protocol_version: {
      p2p: protocolVersion.p2p.toString(),
      block: protocolVersion.block.toString(),
      app: protocolVersion.app.toString(),
    },
    id: toHex(validator.address),
    listen_addr: NO_PEERS.listen_addr,
    network: chainId,
    version: COMETBFT_VERSION,
    channels: NO_PEERS.channels,
    moniker: nodeInfo.moniker,
    other: { tx_index: "on", rpc_address: `tcp://${nodeInfo.rpcAddress}`, ...nodeInfo.enclave() },
  };
}

function status(backend: RpcBackend) {
  const { engine } = backend;
  const now = engine.status();
  const { latest, earliest, validator } = now;
  // CometBFT prints the app hash of the header, which is the state before the block.
  const latestAppHash = engine.blockMeta(latest.height)?.header.appHash ?? new Uint8Array(0);
  return {
    node_info: nodeInfoJson(now, backend),
    sync_info: {
      latest_block_hash: toUpperHex(latest.blockHash),
      latest_app_hash: toUpperHex(latestAppHash),
      latest_block_height: latest.height.toString(),
      latest_block_time: timeJson(latest.timeNs),
      earliest_block_hash: toUpperHex(earliest.blockHash),
      earliest_app_hash: toUpperHex(earliest.appHash),
      earliest_block_height: earliest.height.toString(),
      earliest_block_time: timeJson(earliest.timeNs),
      catching_up: now.catchingUp,
    },
    validator_info: {
      address: toUpperHex(validator.address),
      pub_key: ed25519Json(validator.publicKey),
      voting_power: validator.power.toString(),
    },
  };
}

function genesisChunk({ genesis }: EngineReader, params: RawParams) {
  const total = Math.max(1, Math.ceil(genesis.bytes.length / GENESIS_CHUNK_BYTES));
  const chunk = integerParam(params, "chunk") ?? 0n;
  if (chunk < 0n || chunk >= BigInt(total)) {
    throw rpcError("internal", `there are ${total - 1} chunks, but chunk ${chunk} was requested`);
  }
  const start = Number(chunk) * GENESIS_CHUNK_BYTES;
  const data = genesis.bytes.subarray(start, start + GENESIS_CHUNK_BYTES);
  return { chunk: chunk.toString(), total: total.toString(), data: toBase64(data) };
}

function consensusParams({ engine }: RpcBackend, params: RawParams) {
  const height = nextHeight(engine, params);
  const current = found(engine.consensusParams(height), `could not find consensus params for height #${height}`);
  return { block_height: height.toString(), consensus_params: consensusParamsJson(engine.genesis, current) };
}

export const infoMethods: RpcMethods = {
  health: method([], () => ({})),
  status: method([], status),
  net_info: method([], () => ({ listening: false, listeners: [], n_peers: "0", peers: [] })),
  genesis: method([], ({ engine }) => ({ genesis: genesisJson(engine.genesis) })),
  genesis_chunked: method(["chunk"], ({ engine }, params) => genesisChunk(engine, params)),
  consensus_params: method(["height"], consensusParams),
};
