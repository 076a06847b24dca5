/**
 * Headers, commits and transactions that are not the block's.
 * @module
 */
import type { EcallRequest } from "@enclavenet/enclave-api";
import { encodeValidatorSet } from "@enclavenet/wire";
import { cut } from "../../../../../tests/support/checks.ts";
import { type Block, signers, signTx, TestChain } from "../chain.ts";
import type { World } from "../world.ts";
import { type Attack, attack, type Steps } from "./attack.ts";

const otherHash = new Uint8Array(32).fill(9);

type BlockRequest = EcallRequest<"beginBlock">;

/** Hands in one block, and then the one that it should have been. */
function instead(world: World, lie: BlockRequest, honest: BlockRequest): Steps {
  const begin = (request: BlockRequest) => () => world.enclave.call("beginBlock", request);
  return { lie: begin(lie), honest: begin(honest) };
}

function begins(world: World, options: Parameters<World["chain"]["build"]>[1]): Steps {
  return instead(world, world.chain.build([], options).request, world.chain.build([]).request);
}

/** The host hands over other transactions than `made` makes, which are those of the header. */
function handsOver(
  name: string,
  made: (world: World) => readonly Uint8Array[],
  change: (txs: readonly Uint8Array[], world: World) => readonly Uint8Array[],
): Attack {
  const check = cut("header-transactions");
  return attack(name, "BlockRejected", check, (world) => {
    const txs = made(world);
    const honest = world.chain.build(txs).request;
    return instead(world, { ...honest, transactions: change(txs, world) }, honest);
  });
}

const transfer = (world: World, gasLimit: bigint): Uint8Array => signTx(world.bob, [], { gasLimit });
const twoTransfers = (world: World) => [transfer(world, 1n), transfer(world, 2n)];

export const blocks: readonly Attack[] = [
  attack("a header altered after it was signed", "BlockRejected", cut("commit-of-block"), (world) => {
    const honest = world.chain.build([]);
    const altered = world.chain.build([], { header: { appHash: otherHash } });
    return instead(world, { ...altered.request, commit: honest.request.commit }, honest.request);
  }),
  attack("a header of another chain", "BlockRejected", cut("header-chain-id"), (world) =>
    begins(world, { header: { chainId: "another-chain-1" } }),
  ),
  attack("a commit of half the power", "BlockRejected", cut("commit-power"), (world) =>
    begins(world, { absent: [0, 1] }),
  ),
  attack("a commit with forged signatures", "BlockRejected", cut("commit-signature"), (world) =>
    begins(world, {
      commit: (commit) => ({
        ...commit,
        signatures: commit.signatures.map((entry) => ({ ...entry, signature: new Uint8Array(64) })),
      }),
    }),
  ),
  attack("a commit signed for another chain", "BlockRejected", cut("commit-signature"), (world) =>
    begins(world, { signChainId: "another-chain-1" }),
  ),
  attack("signatures in the places of other validators", "BlockRejected", cut("commit-address"), (world) =>
    begins(world, {
      commit: (commit) => ({
        ...commit,
        signatures: commit.signatures.map((entry) => ({ ...entry, validatorAddress: new Uint8Array(20) })),
      }),
    }),
  ),
  attack("a header that names another validator set", "BlockRejected", cut("header-validators"), (world) =>
    begins(world, { header: { validatorsHash: otherHash } }),
  ),
  attack(
    "a next validator set that the header does not announce",
    "BlockRejected",
    cut("header-next-validators"),
    (world) => {
      const { request } = world.chain.build([]);
      const mine = encodeValidatorSet(new TestChain(world.primitives, 1).validators);
      return instead(world, { ...request, nextValidatorSet: mine }, request);
    },
  ),
  attack(
    "a block signed by validators that were replaced",
    "BlockRejected",
    cut("signing-validators", "return last.validatorSet;"),
    (world) => {
      const { primitives, chain } = world;
      world.begin([], { next: signers(primitives, 4, "new validator") });
      world.end();
      const former = new TestChain(primitives);
      former.adopt({ ...(chain.last as Block), next: signers(primitives, 4) });
      return instead(world, former.build([]).request, chain.build([]).request);
    },
  ),
  attack("transactions that are not those of the header", "BlockRejected", cut("header-transactions"), (world) =>
    begins(world, { handedOver: [signTx(world.bob, [])] }),
  ),
  handsOver("a transaction in the place of another", twoTransfers, ([first], world) => [
    first as Uint8Array,
    transfer(world, 3n),
  ]),
  handsOver("the block's transactions in another order", twoTransfers, (txs) => txs.toReversed()),
  handsOver("a block without one of its transactions", twoTransfers, (txs) => txs.slice(1)),
  handsOver("a transaction twice", twoTransfers, (txs) => [...txs, txs[0] as Uint8Array]),
  handsOver(
    "a transaction of the block before, once more",
    (world) => {
      world.begin(twoTransfers(world));
      return [];
    },
    (_txs, { chain }) => chain.last?.request.transactions.slice(0, 1) ?? [],
  ),
  attack("the commit of the block before", "BlockRejected", cut("commit-of-block"), (world) => {
    const { request } = world.chain.build([]);
    const before = world.chain.last?.request.commit ?? new Uint8Array(0);
    return instead(world, { ...request, commit: before }, request);
  }),
  attack("votes for nothing counted as votes for the block", "BlockRejected", cut("commit-power"), (world) =>
    begins(world, {
      commit: (commit) => ({
        ...commit,
        signatures: commit.signatures.map((entry, i) => (i < 2 ? { ...entry, blockIdFlag: 3 } : entry)),
      }),
    }),
  ),
  attack("another block at the height that was executed", "HeightRejected", cut("height-executed"), (world) => {
    const fork = world.chain.build([], { header: { appHash: otherHash } });
    const block = world.chain.build([]);
    world.begin([]);
    return instead(world, fork.request, block.request);
  }),
  attack(
    "a lower height",
    "HeightRejected",
    cut("height-next", "if (header.height !== last.height + 1n) return false;"),
    (world) => {
      const old = world.chain.build([]);
      world.begin([]);
      world.begin([]);
      return instead(world, old.request, world.chain.build([]).request);
    },
  ),
  attack("a time that does not increase", "BlockRejected", cut("header-time"), (world) =>
    begins(world, { header: { timeNs: world.chain.last?.header.timeNs ?? 0n } }),
  ),
  attack("a block on another predecessor", "BlockRejected", cut("header-predecessor"), (world) =>
    begins(world, { header: { lastBlockId: { hash: otherHash, partSetHeader: { total: 1, hash: otherHash } } } }),
  ),
];
