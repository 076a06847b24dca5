/** What the chain has shown to clients, and the check that it is still there. */
import { isDeepStrictEqual } from "node:util";
import { rpc } from "../../../bench/lib/nodes.mjs";

/** Blocks that `blockchain` lists at most. */
const PAGE = 20;

function demand(condition, message) {
  if (!condition) throw new Error(message);
}

/** Remembers every answer that told a client of a block or of a transaction's result. */
export class Ledger {
  /** By hash of the transaction: how it was shown, with the answer itself. */
  #txs = new Map();
  /** By height: hash of the block. */
  #blocks = new Map();
  #tip = 0;

  get shownTxs() {
    return this.#txs.size;
  }

  get shownBlocks() {
    return this.#blocks.size;
  }

  /** Answer of `broadcast_tx_commit`. */
  noteCommit({ hash, height, tx_result }) {
    this.#tip = Math.max(this.#tip, Number(height));
    this.#txs.set(hash, { height, tx_result });
  }

  /** Answer of REST to a transaction by hash. */
  noteRest(hash, body) {
    this.#tip = Math.max(this.#tip, Number(body.tx_response.height));
    this.#txs.set(hash, { body });
  }

  /** Answer of `block`. */
  noteBlock({ block, block_id }) {
    const height = Number(block.header.height);
    const known = this.#blocks.get(height);
    demand(known === undefined || known === block_id.hash, `two blocks were shown at height ${height}`);
    this.#blocks.set(height, block_id.hash);
    this.#tip = Math.max(this.#tip, height);
  }

  /** Fails unless the node still shows the last `count` transactions and blocks; all without a count. */
  async expectShown(node, count = Number.POSITIVE_INFINITY) {
    const { sync_info } = await rpc(node, "status");
    const height = Number(sync_info.latest_block_height);
    demand(height >= this.#tip, `height ${this.#tip} was shown, the node is at ${height}`);
    const txs = [...this.#txs].slice(-count);
    for (const [hash, shown] of txs) await expectTx(node, hash, shown);
    const blocks = [...this.#blocks].sort(([a], [b]) => a - b).slice(-count);
    if (blocks.length === 0) return;
    const hashes = await blockHashes(node, blocks[0][0], height);
    for (const [at, hash] of blocks) demand(hashes.get(at) === hash, `block ${at} is not the one that was shown`);
  }
}

async function expectTx(node, hash, { body, height, tx_result }) {
  if (body !== undefined) {
    const response = await fetch(`${node.rest}/cosmos/tx/v1beta1/txs/${hash}`);
    demand(isDeepStrictEqual(await response.json(), body), `REST shows another answer for ${hash}`);
    return;
  }
  const found = await rpc(node, "tx", { hash: Buffer.from(hash, "hex").toString("base64") });
  const same = found.height === height && isDeepStrictEqual(found.tx_result, tx_result);
  demand(same, `the result of ${hash} is not the one that was shown`);
}

/** Hashes of the blocks from `first` to `last`. */
async function blockHashes(node, first, last) {
  const hashes = new Map();
  for (let max = last; max >= first; max -= PAGE) {
    const minHeight = String(Math.max(first, max - PAGE + 1));
    const { block_metas } = await rpc(node, "blockchain", { minHeight, maxHeight: String(max) });
    for (const { header, block_id } of block_metas) hashes.set(Number(header.height), block_id.hash);
  }
  return hashes;
}
