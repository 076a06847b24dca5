/**
 * A leader with two validators, of which one signs alone, and its RPC without a port. What it shows of its chain can be
 * replaced, so that a liar speaks the real server's JSON.
 */
import { createHash } from "node:crypto";
import { silentLogger } from "@enclavenet/common";
import { createCometRpcServer, type RpcBackend } from "@enclavenet/rpc";
import { validatorAddress } from "../../../src/base/sha256.ts";
import { precommitSignBytes, sealBlock } from "../../../src/blocks/comet.ts";
import {
  type Block,
  type BlockRecord,
  type Commit,
  type CommitSig,
  createGenesis,
  DEFAULT_CONSENSUS_PARAMS,
  type EngineReader,
  ed25519Signer,
  type GenesisDocument,
  type RpcTransport,
} from "../../../src/index.ts";
import { GENESIS_TIME_NS, type Node, openNode, SEED, tx } from "../harness.ts";
import type { KvApp } from "../kv-app.ts";
import { primitives } from "../primitives.ts";

const OTHER_SEED = new Uint8Array(createHash("sha256").update("the other validator").digest());

/** `a` has more than two thirds of the power, `b` less than one third. */
export const SIGNERS = { a: ed25519Signer(primitives, SEED), b: ed25519Signer(primitives, OTHER_SEED) } as const;
export type SignerName = keyof typeof SIGNERS;

export function twoValidators(over: { chainId?: string } = {}): GenesisDocument {
  return createGenesis({
    genesisTimeNs: GENESIS_TIME_NS,
    chainId: over.chainId ?? "secretdev-1",
    initialHeight: 1n,
    consensusParams: DEFAULT_CONSENSUS_PARAMS,
    validators: [
      { publicKey: SIGNERS.a.publicKey, power: 1000n, name: "a" },
      { publicKey: SIGNERS.b.publicKey, power: 400n, name: "b" },
    ],
    appState: {},
  });
}

/** A block with the commit that is shown for it. */
export interface Shown {
  readonly record: BlockRecord;
  readonly commit: Commit;
}

/** What a leader may show otherwise than it is. */
export type Lie = Partial<Pick<EngineReader, "block" | "commit" | "status" | "genesis">>;

export interface Leader {
  readonly node: Node;
  readonly genesis: GenesisDocument;
  /** Makes blocks, each with one transaction, those of even height with a second one that fails. */
  grow(blocks: number): Promise<void>;
  /** Its RPC; `lie` replaces what the reader says. */
  source(lie?: Lie, broadcastTx?: RpcBackend["broadcastTx"]): Promise<RpcTransport>;
  /** Its RPC on a port. */
  listen(): Promise<{ readonly url: string; close(): Promise<void> }>;
  shown(height: bigint): Shown;
}

function readerWith(reader: EngineReader, lie: Lie): EngineReader {
  return new Proxy(reader, {
    get(target, name) {
      if (name in lie) return lie[name as keyof Lie];
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** A transport that asks the server in this process. */
async function inject(url: string, backend: RpcBackend): Promise<RpcTransport> {
  const server = await createCometRpcServer(backend, silentLogger);
  return {
    url,
    async post(body) {
      return (await server.inject({ method: "POST", url: "/", payload: body })).payload;
    },
  };
}

let leaders = 0;

export async function openLeader(
  options: { genesis?: GenesisDocument; prepare?: (app: KvApp) => void } = {},
): Promise<Leader> {
  const { genesis = twoValidators(), prepare } = options;
  const node = await openNode({ genesis, ...(prepare === undefined ? {} : { prepare }) });
  const { reader } = node.engine;
  const name = `http://leader-${++leaders}`;
  let sources = 0;
  const backend = (lie: Lie, broadcastTx: RpcBackend["broadcastTx"]) =>
    ({
      engine: readerWith(reader, lie),
      broadcastTx,
      hash: primitives.sha256,
      nodeInfo: NODE_INFO,
    }) as unknown as RpcBackend;
  const broadcast: RpcBackend["broadcastTx"] = (bytes) => node.engine.broadcastTx(bytes);
  return {
    node,
    genesis,
    async listen() {
      const server = await createCometRpcServer(backend({}, broadcast), silentLogger);
      const url = await server.listen({ port: 0, host: "127.0.0.1" });
      return { url, close: () => server.close() };
    },
    async grow(blocks) {
      for (let i = 0; i < blocks; i++) {
        const height = reader.latestHeight() + 1n;
        await node.engine.broadcastTx(tx(`key${height % 7n}=${height}`));
        if (height % 2n === 0n) await node.engine.broadcastTx(tx(`bad${height}=bad`));
        await node.engine.produceBlock();
      }
    },
    source: (lie = {}, broadcastTx = broadcast) => inject(`${name}/${++sources}`, backend(lie, broadcastTx)),
    shown: (height) => ({ record: reader.block(height)!, commit: reader.commit(height)!.commit }),
  };
}

const NODE_INFO = {
  moniker: "leader",
  version: "0",
  rpcAddress: "127.0.0.1:0",
  minimumGasPrice: "0uscrt",
  enclave: () => ({}),
};

const ABSENT: CommitSig = {
  blockIdFlag: 1,
  validatorAddress: new Uint8Array(0),
  timestampNs: undefined,
  signature: new Uint8Array(0),
};

/** A commit for the block, signed by the named validators. */
export function commitOf(record: BlockRecord, by: readonly SignerName[]): Commit {
  const { header } = record.block;
  const { blockId } = record;
  const timestampNs = header.timeNs + 1_000_001n;
  const vote = (name: SignerName): CommitSig => {
    if (!by.includes(name)) return ABSENT;
    const { chainId, height } = header;
    const message = precommitSignBytes({ chainId, height, round: 0, blockId, timestampNs });
    const signer = SIGNERS[name];
    const signature = signer.sign(message);
    return { blockIdFlag: 2, validatorAddress: validatorAddress(signer.publicKey), timestampNs, signature };
  };
  return { height: header.height, round: 0, blockId, signatures: [vote("a"), vote("b")] };
}

/** The block, changed, with its own hash and parts. */
export function changed({ record }: Shown, change: (block: Block) => Block): BlockRecord {
  const sealed = sealBlock(change(record.block));
  return { block: sealed.block, blockId: sealed.blockId, sizeBytes: sealed.bytes.length };
}

/** The block, changed and signed again: by those who hold more than two thirds, unless told otherwise. */
export function resigned(shown: Shown, change: (block: Block) => Block, by: readonly SignerName[] = ["a"]): Shown {
  const record = changed(shown, change);
  return { record, commit: commitOf(record, by) };
}

/** Shows `lie` instead of the block at its height. */
export function showing(leader: Leader, height: bigint, lie: Shown): Lie {
  const { reader } = leader.node.engine;
  return {
    block: (at) => (at === height ? lie.record : reader.block(at)),
    commit: (at) =>
      at === height ? { header: lie.record.block.header, commit: lie.commit, canonical: true } : reader.commit(at),
  };
}
