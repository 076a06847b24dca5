/**
 * A lying leader: what it shows, the code of the refusal, and the checks that stand in the way. Where the leader is said to
 * collude, more than two thirds of the power signed the lie, so that only the one check is left.
 */
import type { Edit } from "../../../../../tests/support/mutant.ts";
import { validatorAddress } from "../../../src/base/sha256.ts";
import { dataHash } from "../../../src/blocks/comet.ts";
import type { Block, Header } from "../../../src/index.ts";
import { tx } from "../harness.ts";
import {
  changed,
  commitOf,
  type Leader,
  type Lie,
  openLeader,
  resigned,
  SIGNERS,
  showing,
  twoValidators,
} from "./leader.ts";

/** The lie is told at this height; the leader's chain goes on to the next one. */
export const LIE_HEIGHT = 4n;

export interface LeaderAttack {
  readonly name: string;
  readonly code: string;
  readonly checks: readonly Edit[];
  readonly lie: (leader: Leader) => Lie | Promise<Lie>;
  /** The refusal is this node's end: the lie has the signatures, and contradicts what this node computed. */
  readonly fatal?: true;
}

const VERIFY = "packages/consensus/src/follow/verify-block.ts";
const SOURCE = "packages/consensus/src/follow/source/block-source.ts";
const LIGHT = "packages/light-client/src/comet/verify.ts";

const cut = (file: string, text: string, without = ""): Edit => ({ file, text, without });

const blockIdCheck = cut(
  VERIFY,
  "!sameBlockId(blockId, claimed) || !sameBlockId(blockId, seenCommit.blockId)",
  "false",
);
const dataHashCheck = cut(VERIFY, "!equalBytes(dataHash(block.txs), header.dataHash)", "false");
const headerHashCheck = cut(
  LIGHT,
  'if (!equalBytes(commit.blockId.hash, hash)) refuse("HEADER_HASH", "commit of another header");',
);
const signatureCheck = cut(LIGHT, 'refuse("COMMIT_SIGNATURE", "a signature does not verify");');
const lastCommitCheck = cut(
  VERIFY,
  "lastCommit.height !== state.height || !sameBlockId(lastCommit.blockId, state.blockId)",
  "false",
);
const forkCheck = cut(VERIFY, "!sameBlockId(header.lastBlockId, last.blockId)", "false");
const outcomeCheck = cut(VERIFY, "if (!equalBytes(own, theirs)) throw diverged(header.height, what, own, theirs);");
const validatorsCheck = cut(
  LIGHT,
  `if (!equalBytes(validatorSetHash(primitives, validators), header.validatorsHash)) {
    refuse("HEADER_VALIDATORS", "validators do not hash to the header's");
  }`,
);

const otherHash = new Uint8Array(32).fill(9);
const addressOf = (name: keyof typeof SIGNERS) => validatorAddress(SIGNERS[name].publicKey);

function withHeader(over: Partial<Header>): (block: Block) => Block {
  return (block) => ({ ...block, header: { ...block.header, ...over } });
}

/** A block that more than two thirds signed although its header is wrong. */
function colluding(name: string, code: string, check: Edit, over: Partial<Header>, fatal?: true): LeaderAttack {
  return {
    name: `a signed header with ${name}`,
    code,
    checks: [check],
    lie: (leader) => showing(leader, LIE_HEIGHT, resigned(leader.shown(LIE_HEIGHT), withHeader(over))),
    ...(fatal === undefined ? {} : { fatal }),
  };
}

/** The first block of a chain that is like the leader's up to `genesis` or what is in it. */
async function otherChain(genesis: Leader["genesis"], transaction: string): Promise<Leader> {
  const other = await openLeader({ genesis });
  await other.node.engine.produceBlock();
  await other.node.engine.broadcastTx(tx(transaction));
  for (let i = 0n; i < LIE_HEIGHT; i++) await other.node.engine.produceBlock();
  return other;
}

export const attacks: readonly LeaderAttack[] = [
  {
    name: "a header altered after it was signed",
    code: "FOLLOW_BLOCK_ID",
    checks: [blockIdCheck, headerHashCheck],
    lie: (leader) => {
      const shown = leader.shown(LIE_HEIGHT);
      return showing(leader, LIE_HEIGHT, {
        record: changed(shown, withHeader({ proposerAddress: addressOf("b") })),
        commit: shown.commit,
      });
    },
  },
  {
    name: "an altered header under its own block id, with the old signatures",
    code: "COMMIT_SIGNATURE",
    checks: [signatureCheck],
    lie: (leader) => {
      const shown = leader.shown(LIE_HEIGHT);
      const record = changed(shown, withHeader({ proposerAddress: addressOf("b") }));
      return showing(leader, LIE_HEIGHT, { record, commit: { ...shown.commit, blockId: record.blockId } });
    },
  },
  {
    name: "a commit of a minority",
    code: "COMMIT_POWER",
    checks: [
      cut(
        LIGHT,
        'if (signed <= (total * 2n) / 3n) refuse("COMMIT_POWER", "not more than two thirds of the power signed");',
      ),
    ],
    lie: (leader) =>
      showing(
        leader,
        LIE_HEIGHT,
        resigned(leader.shown(LIE_HEIGHT), (block) => block, ["b"]),
      ),
  },
  {
    name: "a commit of another chain for the same header",
    code: "COMMIT_SIGNATURE",
    checks: [signatureCheck],
    lie: (leader) => {
      const shown = leader.shown(LIE_HEIGHT);
      const { record } = resigned(shown, withHeader({ chainId: "another-chain-1" }));
      const { signatures } = commitOf(record, ["a", "b"]);
      return showing(leader, LIE_HEIGHT, { record: shown.record, commit: { ...shown.commit, signatures } });
    },
  },
  {
    name: "a block of another chain with the same validators",
    code: "HEADER_CHAIN",
    checks: [
      cut(LIGHT, 'if (header.chainId !== chainId) refuse("HEADER_CHAIN", "header of another chain");'),
      signatureCheck,
    ],
    lie: (leader) =>
      showing(leader, LIE_HEIGHT, resigned(leader.shown(LIE_HEIGHT), withHeader({ chainId: "another-chain-1" }))),
  },
  {
    name: "validators of its own",
    code: "HEADER_VALIDATORS",
    checks: [validatorsCheck],
    lie: (leader) =>
      showing(leader, LIE_HEIGHT, resigned(leader.shown(LIE_HEIGHT), withHeader({ validatorsHash: otherHash }))),
  },
  {
    name: "transactions in another order",
    code: "FOLLOW_DATA_HASH",
    checks: [dataHashCheck, blockIdCheck],
    lie: (leader) => {
      const shown = leader.shown(LIE_HEIGHT);
      const record = changed(shown, (block) => ({ ...block, txs: [...block.txs].reverse() }));
      return showing(leader, LIE_HEIGHT, { record, commit: shown.commit });
    },
  },
  {
    name: "another transaction in a signed block",
    code: "FOLLOW_DATA_HASH",
    checks: [dataHashCheck],
    lie: (leader) =>
      showing(
        leader,
        LIE_HEIGHT,
        resigned(leader.shown(LIE_HEIGHT), (block) => ({ ...block, txs: [tx("stolen=1")] })),
      ),
  },
  colluding("the data hash of other transactions", "FOLLOW_DATA_HASH", dataHashCheck, {
    dataHash: dataHash([tx("x=1")]),
  }),
  {
    name: "the block of another height",
    code: "FOLLOW_HEIGHT",
    checks: [
      cut(VERIFY, "header.height !== height || seenCommit.height !== height", "false"),
      cut(VERIFY, "if (header.height !== height) throw", "if (false) throw"),
    ],
    lie: (leader) =>
      showing(leader, LIE_HEIGHT, resigned(leader.shown(LIE_HEIGHT), withHeader({ height: LIE_HEIGHT + 1n }))),
  },
  {
    name: "a block id that is not the block's",
    code: "FOLLOW_BLOCK_ID",
    checks: [blockIdCheck],
    lie: (leader) => {
      const { record, commit } = leader.shown(LIE_HEIGHT);
      const blockId = { ...record.blockId, partsHash: otherHash };
      return showing(leader, LIE_HEIGHT, { record: { ...record, blockId }, commit });
    },
  },
  {
    name: "the block of a fork that the validators signed too",
    code: "FOLLOW_FORK",
    checks: [forkCheck, lastCommitCheck],
    lie: async (leader) => {
      const fork = await otherChain(leader.genesis, "key2=2");
      const [own, theirs] = [leader.shown(LIE_HEIGHT), fork.shown(LIE_HEIGHT)];
      const lie = resigned(own, (block) => ({
        ...block,
        header: {
          ...block.header,
          lastBlockId: theirs.record.block.header.lastBlockId,
          lastCommitHash: theirs.record.block.header.lastCommitHash,
          timeNs: theirs.record.block.header.timeNs,
        },
        lastCommit: theirs.record.block.lastCommit,
      }));
      return showing(leader, LIE_HEIGHT, lie);
    },
  },
  {
    name: "a last commit that the header does not have",
    code: "FOLLOW_LAST_COMMIT",
    checks: [cut(VERIFY, "!equalBytes(commitHash(block.lastCommit), header.lastCommitHash)", "false")],
    lie: (leader) =>
      showing(leader, LIE_HEIGHT, resigned(leader.shown(LIE_HEIGHT), withHeader({ lastCommitHash: otherHash }))),
  },
  colluding("a link to another block", "FOLLOW_FORK", forkCheck, {
    lastBlockId: { hash: otherHash, partsTotal: 1, partsHash: otherHash },
  }),
  colluding(
    "another block protocol",
    "FOLLOW_HEADER",
    cut(VERIFY, "header.versionBlock !== BLOCK_PROTOCOL || header.versionApp !== state.versionApp", "false"),
    { versionBlock: 12n },
  ),
  colluding(
    "other parameters",
    "FOLLOW_HEADER",
    cut(
      VERIFY,
      'if (!equalBytes(header.consensusHash, consensusHash(state.params))) throw wrongHeader(height, "other parameters");',
    ),
    { consensusHash: otherHash },
  ),
  colluding(
    "evidence that the block does not carry",
    "FOLLOW_HEADER",
    cut(VERIFY, 'if (!equalBytes(header.evidenceHash, EMPTY_HASH)) throw wrongHeader(height, "evidence");'),
    { evidenceHash: otherHash },
  ),
  colluding(
    "a proposer outside the set",
    "FOLLOW_HEADER",
    cut(
      VERIFY,
      'if (!isProposer(header.proposerAddress, state.validators)) throw wrongHeader(height, "a proposer outside the set");',
    ),
    { proposerAddress: new Uint8Array(20).fill(9) },
  ),
  colluding(
    "a time that its last commit does not give",
    "FOLLOW_HEADER",
    cut(
      VERIFY,
      'if (timeNs !== blockTime(state, lastCommit)) throw wrongHeader(height, "a time that its last commit does not give");',
    ),
    { timeNs: 1_900_000_000_000_000_001n },
  ),
  colluding("another app hash", "FOLLOW_DIVERGED", outcomeCheck, { appHash: otherHash }, true),
  colluding("other results", "FOLLOW_DIVERGED", outcomeCheck, { lastResultsHash: otherHash }, true),
  colluding("other next validators", "FOLLOW_DIVERGED", outcomeCheck, { nextValidatorsHash: otherHash }, true),
  {
    name: "a genesis document of another network with the same chain id",
    code: "FOLLOW_GENESIS",
    checks: [cut(SOURCE, "!equalBytes(hash, this.#genesis.hash)", "false")],
    lie: ({ genesis }) => ({ genesis: { ...genesis, bytes: tx("{}") } }),
  },
  {
    name: "the chain id of another network",
    code: "FOLLOW_GENESIS",
    checks: [cut(SOURCE, "network !== this.#genesis.chainId", "false")],
    lie: ({ node }) => ({ status: () => ({ ...node.engine.reader.status(), chainId: twoValidators.name }) }),
  },
];
