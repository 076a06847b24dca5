/**
 * cosmos.base.tendermint.v1beta1.Service and cosmos.base.node.v1beta1.Service: blocks, validators, node facts
 * (spec 04 §2.3, §4.2).
 * @module
 */

import type { BlockRecord, ValidatorSet } from "@enclavenet/consensus";
import {
  type AddressCodec,
  cosmosBaseNode,
  cosmosBaseTendermint,
  cosmosCryptoEd25519,
  create,
  encodeAny,
} from "@enclavenet/proto";
import type { RpcBackend } from "../backend.ts";
import { blockIdMessage, blockMessage, commitMessage, timestamp } from "./convert.ts";
import { GrpcCode, GrpcError } from "./errors.ts";
import { type Handlers, handler } from "./handlers.ts";

const tm = cosmosBaseTendermint;

/** The block in the SDK's form: the proposer as consensus address text. */
function sdkBlock({ block }: BlockRecord, consensusAddresses: AddressCodec) {
  const { header } = block;
  return create(tm.BlockSchema, {
    header: create(tm.HeaderSchema, {
      version: { block: header.versionBlock, app: header.versionApp },
      chainId: header.chainId,
      height: header.height,
      time: timestamp(header.timeNs),
      lastBlockId: blockIdMessage(header.lastBlockId),
      lastCommitHash: header.lastCommitHash,
      dataHash: header.dataHash,
      validatorsHash: header.validatorsHash,
      nextValidatorsHash: header.nextValidatorsHash,
      consensusHash: header.consensusHash,
      appHash: header.appHash,
      lastResultsHash: header.lastResultsHash,
      evidenceHash: header.evidenceHash,
      proposerAddress: consensusAddresses.toText(header.proposerAddress),
    }),
    data: { txs: [...block.txs] },
    evidence: {},
    lastCommit: commitMessage(block.lastCommit),
  });
}

function blockAt({ engine }: RpcBackend, height: bigint): BlockRecord {
  if (height <= 0n) throw new GrpcError(GrpcCode.invalidArgument, "block height must be greater than 0");
  const record = engine.block(height);
  if (record !== undefined) return record;
  throw new GrpcError(GrpcCode.invalidArgument, "requested block height is bigger then the chain length");
}

function validatorPage(backend: RpcBackend, height: bigint, consensusAddresses: AddressCodec) {
  const set: ValidatorSet | undefined = backend.engine.validators(height);
  if (set === undefined) {
    throw new GrpcError(GrpcCode.invalidArgument, "requested block height is bigger then the chain length");
  }
  return {
    blockHeight: height,
    validators: set.validators.map((validator) =>
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
      defaultNodeId: Buffer.from(validator.address).toString("hex"),
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
    [`${service}GetLatestValidatorSet`]: handler(tm.GetLatestValidatorSetRequestSchema, (backend) =>
      create(
        tm.GetLatestValidatorSetResponseSchema,
        validatorPage(backend, backend.engine.latestHeight(), consensusAddresses),
      ),
    ),
    [`${service}GetValidatorSetByHeight`]: handler(tm.GetValidatorSetByHeightRequestSchema, (backend, { height }) =>
      create(tm.GetValidatorSetByHeightResponseSchema, validatorPage(backend, height, consensusAddresses)),
    ),
    [`${service}ABCIQuery`]: handler(tm.ABCIQueryRequestSchema, async (backend, request) => {
      const { path, data, height, prove } = request;
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
    }),
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
