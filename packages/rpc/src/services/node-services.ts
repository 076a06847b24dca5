/**
 * cosmos.base.tendermint.v1beta1.Service and cosmos.base.node.v1beta1.Service: blocks, validators, node facts
 * (spec 04 §2.3, §4.2).
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { BlockRecord } from "@enclavenet/consensus";
import {
  type AddressCodec,
  cosmosBaseNode,
  type cosmosBaseQuery,
  cosmosCryptoEd25519,
  create,
  encodeAny,
  cosmosBaseTendermint as tm,
} from "@enclavenet/proto";
import type { RpcBackend } from "../backend.ts";
import { blockIdMessage, blockMessage, commitMessage, headerFields, timestamp } from "./convert.ts";
import { type Handlers, handler } from "./handlers.ts";
import { pageBounds } from "./pages.ts";
import { GrpcCode, GrpcError } from "./status.ts";

/** The block in the SDK's form: the proposer as consensus address text. */
function sdkBlock({ block }: BlockRecord, consensusAddresses: AddressCodec) {
  const { header } = block;
  return create(tm.BlockSchema, {
    header: create(tm.HeaderSchema, {
      ...headerFields(header),
      proposerAddress: consensusAddresses.toText(header.proposerAddress),
    }),
    data: { txs: [...block.txs] },
    evidence: {},
    lastCommit: commitMessage(block.lastCommit),
  });
}

/** Throws for a height that has no block, in the words of the SDK and of CometBFT. */
function demandHeight({ engine }: RpcBackend, height: bigint): void {
  if (height > engine.latestHeight()) {
    throw new GrpcError(GrpcCode.invalidArgument, "requested block height is bigger then the chain length");
  }
  if (height <= 0n) throw new GrpcError(GrpcCode.unknown, `height must be greater than 0, but got ${height}`);
  const lowest = engine.earliestHeight();
  if (height < lowest) {
    throw new GrpcError(GrpcCode.unknown, `height ${height} is not available, lowest height is ${lowest}`);
  }
}

function blockAt(backend: RpcBackend, height: bigint): BlockRecord {
  demandHeight(backend, height);
  const record = backend.engine.block(height);
  if (record === undefined) throw new GrpcError(GrpcCode.unknown, `no block at height ${height}`);
  return record;
}

function validatorPage(
  backend: RpcBackend,
  height: bigint,
  pagination: cosmosBaseQuery.PageRequest | undefined,
  consensusAddresses: AddressCodec,
) {
  demandHeight(backend, height);
  const set = backend.engine.validators(height);
  if (set === undefined) throw new GrpcError(GrpcCode.unknown, `no validators at height ${height}`);
  const { start, end } = pageBounds(pagination);
  return {
    blockHeight: height,
    validators: set.validators.slice(start, end).map((validator) =>
      create(tm.ValidatorSchema, {
        address: consensusAddresses.toText(validator.address),
        pubKey: encodeAny(
          cosmosCryptoEd25519.PubKeySchema,
          create(cosmosCryptoEd25519.PubKeySchema, { key: validator.publicKey }),
        ),
        votingPower: validator.power,
        proposerPriority: validator.proposerPriority,
      }),
    ),
    pagination: { total: BigInt(set.validators.length) },
  };
}

function nodeInfo({ engine, nodeInfo }: RpcBackend) {
  const { chainId, protocolVersion, validator } = engine.status();
  return create(tm.GetNodeInfoResponseSchema, {
    defaultNodeInfo: {
      protocolVersion,
      defaultNodeId: toHex(validator.address),
      network: chainId,
      version: "0.38.0",
      moniker: nodeInfo.moniker,
      other: { txIndex: "on", rpcAddress: `tcp://${nodeInfo.rpcAddress}` },
    },
    applicationVersion: {
      name: "secret",
      appName: "enclavenet",
      version: nodeInfo.version,
      cosmosSdkVersion: "v0.50.0",
    },
  });
}

/** Prefixes of paths that are not methods: methods have routes of their own. */
const RAW_PREFIXES: ReadonlySet<string> = new Set(["app", "store", "p2p", "custom"]);

async function abciQuery(backend: RpcBackend, { path, data, height, prove }: tm.ABCIQueryRequest) {
  if (path === "") throw new GrpcError(GrpcCode.invalidArgument, "empty query path");
  const [prefix = ""] = path.replace(/^\//, "").split("/", 1);
  if (!RAW_PREFIXES.has(prefix)) {
    throw new GrpcError(GrpcCode.invalidArgument, `unsupported ABCI query path: ${path}`);
  }
  const response = await backend.query({ path, data, height, prove });
  return create(tm.ABCIQueryResponseSchema, {
    code: response.code,
    log: response.log,
    key: response.key,
    value: response.value,
    height: response.height,
    codespace: response.codespace,
    ...(response.proofOps.length === 0 ? {} : { proofOps: { ops: [...response.proofOps] } }),
  });
}

/** Handlers by full method name; `consensusAddresses` prints validators' addresses. */
export function nodeServices(consensusAddresses: AddressCodec): Handlers {
  const service = "/cosmos.base.tendermint.v1beta1.Service/";
  const blockOf = (record: BlockRecord) => ({
    blockId: blockIdMessage(record.blockId),
    block: blockMessage(record.block),
    sdkBlock: sdkBlock(record, consensusAddresses),
  });
  return {
    [`${service}GetNodeInfo`]: handler(tm.GetNodeInfoRequestSchema, nodeInfo),
    [`${service}GetSyncing`]: handler(tm.GetSyncingRequestSchema, ({ engine }) =>
      create(tm.GetSyncingResponseSchema, { syncing: engine.status().catchingUp }),
    ),
    [`${service}GetLatestBlock`]: handler(tm.GetLatestBlockRequestSchema, (backend) =>
      create(tm.GetLatestBlockResponseSchema, blockOf(blockAt(backend, backend.engine.latestHeight()))),
    ),
    [`${service}GetBlockByHeight`]: handler(tm.GetBlockByHeightRequestSchema, (backend, { height }) =>
      create(tm.GetBlockByHeightResponseSchema, blockOf(blockAt(backend, height))),
    ),
    [`${service}GetLatestValidatorSet`]: handler(tm.GetLatestValidatorSetRequestSchema, (backend, { pagination }) =>
      create(
        tm.GetLatestValidatorSetResponseSchema,
        validatorPage(backend, backend.engine.latestHeight(), pagination, consensusAddresses),
      ),
    ),
    [`${service}GetValidatorSetByHeight`]: handler(
      tm.GetValidatorSetByHeightRequestSchema,
      (backend, { height, pagination }) =>
        create(
          tm.GetValidatorSetByHeightResponseSchema,
          validatorPage(backend, height, pagination, consensusAddresses),
        ),
    ),
    [`${service}ABCIQuery`]: handler(tm.ABCIQueryRequestSchema, abciQuery),
    "/cosmos.base.node.v1beta1.Service/Config": handler(cosmosBaseNode.ConfigRequestSchema, (backend) =>
      create(cosmosBaseNode.ConfigResponseSchema, {
        minimumGasPrice: backend.nodeInfo.minimumGasPrice,
        pruningKeepRecent: "0",
        pruningInterval: "0",
        haltHeight: 0n,
      }),
    ),
    "/cosmos.base.node.v1beta1.Service/Status": handler(cosmosBaseNode.StatusRequestSchema, ({ engine }) => {
      const { latest, earliest } = engine.status();
      return create(cosmosBaseNode.StatusResponseSchema, {
        earliestStoreHeight: earliest.height,
        height: latest.height,
        timestamp: timestamp(latest.timeNs),
        appHash: latest.appHash,
        validatorHash: engine.blockMeta(latest.height)?.header.validatorsHash ?? new Uint8Array(0),
      });
    }),
  };
}
