import { CodedError } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import { ErrTxInMempoolCache, type ProductionMode } from "../src/index.ts";
import { GENESIS_TIME_NS, hashOf, type Node, openNode, settle, tx } from "./support/harness.ts";
import { verifyChain } from "./support/verify-chain.ts";

const auto: ProductionMode = { mode: "auto", batchWindowMs: 25, staleAfterMs: 250, proofDelayMs: 200 };

/** Numbers of transactions of all blocks from height 1. */
function shape(node: Node): number[] {
  const { reader } = node.engine;
  return Array.from({ length: Number(reader.latestHeight()) }, (_, i) => reader.block(BigInt(i + 1))!.block.txs.length);
}

async function idleNode(): Promise<Node> {
  const node = await openNode({ production: auto });
  node.engine.start();
  await node.time.advance(1_000);
  return node;
}

describe("production on demand", () => {
  it("makes the initial block and its proof, then no more", async () => {
    const node = await idleNode();
    expect(shape(node)).toEqual([0, 0]);
    expect(node.engine.reader.block(1n)!.block.header.timeNs).toBe(GENESIS_TIME_NS);
    await node.time.advance(3_600_000);
    expect(shape(node)).toEqual([0, 0]);
    await node.engine.stop();
  });

  it("puts two concurrent senders into one block, with the present time, and proves it", async () => {
    const node = await idleNode();
    await node.time.advance(60_000);
    const sentNs = node.time.clock.now();
    await node.engine.broadcastTx(tx("a=1"));
    await node.time.advance(20);
    // The clock block is there already; the window is still open.
    expect(shape(node)).toEqual([0, 0, 0]);
    await node.engine.broadcastTx(tx("b=2"));
    await node.time.advance(5);
    expect(shape(node)).toEqual([0, 0, 0, 2]);
    const { header } = node.engine.reader.block(4n)!.block;
    expect(header.timeNs).toBeGreaterThanOrEqual(sentNs);
    expect(header.timeNs - sentNs).toBeLessThan(50_000_000n);
    await node.time.advance(200);
    expect(shape(node)).toEqual([0, 0, 0, 2, 0]);
    await node.time.advance(100_000);
    expect(shape(node)).toEqual([0, 0, 0, 2, 0]);
    verifyChain(node.engine.reader);
    await node.engine.stop();
  });

  it("takes a transaction whose CheckTx still runs when the window ends", async () => {
    const node = await idleNode();
    const checkTx = node.app.checkTx.bind(node.app);
    let release = () => {};
    await node.engine.broadcastTx(tx("a=1"));
    await node.time.advance(5);
    node.app.checkTx = (request) =>
      new Promise((resolve) => {
        release = () => resolve(checkTx(request));
      });
    const slow = node.engine.broadcastTx(tx("b=2"));
    await node.time.advance(30);
    expect(shape(node)).toEqual([0, 0, 0]);
    release();
    await slow;
    await settle();
    expect(shape(node)).toEqual([0, 0, 0, 2]);
    await node.engine.stop();
  });

  it("needs neither clock nor proof blocks in a steady stream", async () => {
    const node = await idleNode();
    for (let i = 0; i < 20; i++) {
      await node.engine.broadcastTx(tx(`k=${i}`));
      await node.time.advance(100);
    }
    const blocks = shape(node);
    expect(blocks.slice(0, 3)).toEqual([0, 0, 0]);
    expect(blocks.slice(3)).toEqual(Array.from({ length: 20 }, () => 1));
    await node.engine.stop();
  });

  it("makes a clock block after a journey in time", async () => {
    const node = await idleNode();
    await node.engine.broadcastTx(tx("a=1"));
    await node.time.advance(25);
    node.time.travel(86_400_000);
    await node.engine.broadcastTx(tx("b=2"));
    await node.time.advance(25);
    const { reader } = node.engine;
    expect(shape(node)).toEqual([0, 0, 0, 1, 0, 1]);
    const travelled = reader.block(6n)!.block.header.timeNs - reader.block(4n)!.block.header.timeNs;
    expect(travelled).toBeGreaterThanOrEqual(86_400_000_000_000n);
    await node.engine.stop();
  });

  it("empties a mempool larger than a block without waiting", async () => {
    const node = await idleNode();
    const prepare = node.app.prepareProposal.bind(node.app);
    node.app.prepareProposal = async (request) => (await prepare(request)).slice(0, 2);
    await Promise.all(["a=1", "b=1", "c=1", "d=1", "e=1"].map((t) => node.engine.broadcastTx(tx(t))));
    await node.time.advance(25);
    expect(shape(node)).toEqual([0, 0, 0, 2, 2, 1]);
    await node.engine.stop();
  });

  it("does not spin when the application passes a transaction over", async () => {
    const node = await idleNode();
    node.app.prepareProposal = async () => [];
    await node.engine.broadcastTx(tx("a=1"));
    await node.time.advance(10_000);
    // At most a clock block and an attempt per second.
    expect(shape(node).length).toBeLessThan(25);
    await node.engine.stop();
  });

  it("keeps time strictly increasing with nine digits, also when the clock goes back", async () => {
    const node = await idleNode();
    for (let i = 0; i < 5; i++) {
      node.time.travel(-3_600_000);
      await node.engine.broadcastTx(tx(`k=${i}`));
      await node.time.advance(25);
    }
    const { reader } = node.engine;
    for (let height = 2n; height <= reader.latestHeight(); height++) {
      const time = reader.block(height)!.block.header.timeNs;
      expect(time - reader.block(height - 1n)!.block.header.timeNs).toBeGreaterThan(0n);
      expect(time % 10n).not.toBe(0n);
    }
    verifyChain(reader);
    await node.engine.stop();
  });

  it("proves the tip after a restart", async () => {
    const node = await idleNode();
    await node.engine.broadcastTx(tx("a=1"));
    await node.time.advance(25);
    await node.engine.stop();
    expect(shape(node)).toEqual([0, 0, 0, 1]);
    const again = await openNode({ disk: node.disk, production: auto });
    again.engine.start();
    await again.time.advance(200);
    expect(shape(again)).toEqual([0, 0, 0, 1, 0]);
    await again.engine.stop();
  });

  it("beats its heart when told to", async () => {
    const node = await openNode({ production: { mode: "auto", heartbeatMs: 5_000 } });
    node.engine.start();
    await node.time.advance(60_000);
    expect(shape(node).length).toBe(13);
    await node.engine.stop();
  });
});

describe("other modes", () => {
  it("interval makes a block per interval with whatever waits", async () => {
    const node = await openNode({ production: { mode: "interval", intervalMs: 1_000 } });
    node.engine.start();
    await node.time.advance(1_500);
    await node.engine.broadcastTx(tx("a=1"));
    await node.time.advance(3_000);
    expect(shape(node)).toEqual([0, 1, 0, 0]);
    await node.engine.stop();
  });

  it("manual makes a block per call", async () => {
    const node = await openNode();
    node.engine.start();
    await node.engine.broadcastTx(tx("a=1"));
    await node.time.advance(10_000);
    expect(shape(node)).toEqual([]);
    expect(await node.engine.produceBlock({ transactions: false })).toBe(1n);
    expect(await node.engine.produceBlock()).toBe(2n);
    expect(await Promise.all([node.engine.produceBlock(), node.engine.produceBlock()])).toEqual([3n, 4n]);
    expect(shape(node)).toEqual([0, 1, 0, 0]);
    await node.engine.stop();
  });
});

describe("transactions", () => {
  it("are waited for", async () => {
    const node = await idleNode();
    const waiting = node.engine.waitForTx(hashOf(tx("a=1")), 10_000);
    const expired = node.engine.waitForTx(hashOf(tx("never=1")), 10).catch((error: unknown) => error);
    await node.engine.broadcastTx(tx("a=1"));
    await node.time.advance(25);
    expect(await waiting).toMatchObject({ height: 4n, index: 0 });
    expect(await expired).toMatchObject({ code: "TX_TIMEOUT" });
    expect(await node.engine.waitForTx(hashOf(tx("a=1")), 1)).toMatchObject({ height: 4n });
    await node.engine.stop();
  });

  it("are refused a second time, before and after their block", async () => {
    const node = await idleNode();
    await node.engine.broadcastTx(tx("a=1"));
    for (let i = 0; i < 2; i++) {
      const error = await node.engine.broadcastTx(tx("a=1")).catch((e: unknown) => e);
      expect(CodedError.is(error, ErrTxInMempoolCache)).toBe(true);
      await node.time.advance(1_000);
    }
    await node.engine.stop();
  });

  it("of one account queue in sequence, a hundred and more, over several blocks", async () => {
    const node = await idleNode();
    const prepare = node.app.prepareProposal.bind(node.app);
    node.app.prepareProposal = async (request) => (await prepare(request)).slice(0, 40);
    const answers = await Promise.all(
      Array.from({ length: 150 }, (_, i) => node.engine.broadcastTx(tx(`k${i}=v#alice:${i}`))),
    );
    expect(answers.every((a) => a.code === 0)).toBe(true);
    await node.time.advance(25);
    expect(shape(node)).toEqual([0, 0, 0, 40, 40, 40, 30]);
    expect(node.engine.reader.unconfirmedTxs(10).total).toBe(0);
    const failed = await node.engine.broadcastTx(tx("again=v#alice:149"));
    expect(failed.code).toBe(32);
    await node.engine.stop();
  });
});

describe("the mempool after a block", () => {
  it("is checked again, so that sequences go on where the waiting transactions end", async () => {
    const node = await openNode();
    const prepare = node.app.prepareProposal.bind(node.app);
    node.app.prepareProposal = async (request) => (await prepare(request)).slice(0, 1);
    for (const text of ["a=1#alice:0", "b=1#alice:1"]) await node.engine.broadcastTx(tx(text));
    await node.engine.produceBlock();
    expect((await node.engine.broadcastTx(tx("c=1#alice:2"))).code).toBe(0);
    expect(node.engine.reader.unconfirmedTxs(10).total).toBe(2);
    await node.engine.stop();
  });

  it("no longer holds what the block made invalid", async () => {
    const node = await openNode();
    await node.engine.broadcastTx(tx("a=1#alice:0"));
    node.app.prepareProposal = async () => [tx("other=1#alice:0")];
    await node.engine.produceBlock();
    expect(node.engine.reader.unconfirmedTxs(10).total).toBe(0);
    await node.engine.stop();
  });
});

describe("events", () => {
  it("come in CometBFT's order, after everything is readable", async () => {
    const node = await openNode();
    const updates = [{ publicKey: node.validator.publicKey, power: 7n }];
    node.app.updates.set(1n, updates);
    const readable: boolean[] = [];
    node.engine.reader.subscribe((event) => {
      if (event.type === "Tx") readable.push(node.engine.reader.tx(event.tx.hash) !== undefined);
      if (event.type === "NewBlock")
        readable.push(node.engine.reader.latestHeight() === event.block.block.header.height);
    });
    node.engine.reader.subscribe(() => {
      throw new Error("a listener's defect");
    });
    await node.engine.broadcastTx(tx("a=1"));
    await node.engine.broadcastTx(tx("b=1"));
    await node.engine.produceBlock();
    expect(node.events.map((e) => e.type)).toEqual([
      "NewBlock",
      "NewBlockHeader",
      "NewBlockEvents",
      "Tx",
      "Tx",
      "ValidatorSetUpdates",
    ]);
    expect(readable).toEqual([true, true, true]);
    await node.engine.stop();
  });

  it("stop when the listener is removed", async () => {
    const node = await openNode();
    let count = 0;
    const remove = node.engine.reader.subscribe(() => {
      count++;
    });
    await node.engine.produceBlock();
    remove();
    await node.engine.produceBlock();
    expect(count).toBe(3);
    await node.engine.stop();
  });
});

describe("what stops production", () => {
  it("an application that is gone", async () => {
    const node = await idleNode();
    const waiting = node.engine.waitForTx(hashOf(tx("a=1")), 60_000).catch((error: unknown) => error);
    node.app.finalizeBlock = async () => {
      throw new Error("worker exited");
    };
    await node.engine.broadcastTx(tx("a=1"));
    await node.time.advance(25);
    expect(await node.engine.fatal).toMatchObject({ code: "APP_FAILED" });
    expect(await waiting).toMatchObject({ code: "APP_FAILED" });
    await expect(node.engine.broadcastTx(tx("b=1"))).rejects.toMatchObject({ code: "APP_FAILED" });
    await expect(node.engine.produceBlock()).rejects.toMatchObject({ code: "APP_FAILED" });
    expect(node.engine.reader.latestHeight()).toBe(2n);
    await node.engine.stop();
  });

  it("an application that is gone while the chain idles, found by the next CheckTx", async () => {
    const node = await idleNode();
    const gone = async () => {
      throw new Error("worker exited");
    };
    node.app.checkTx = gone;
    await expect(node.engine.broadcastTx(tx("a=1"))).rejects.toMatchObject({ code: "APP_FAILED" });
    expect((await node.engine.produceBlock()) > 0n).toBe(true);
    node.app.info = gone;
    await expect(node.engine.broadcastTx(tx("a=1"))).rejects.toMatchObject({ code: "APP_FAILED" });
    expect(await node.engine.fatal).toMatchObject({ code: "APP_FAILED" });
    await node.engine.stop();
  });

  it.each([
    [
      "a rejected own proposal",
      (node: Node) => {
        node.app.accepts = false;
      },
    ],
    [
      "too few results",
      (node: Node) => {
        const finalize = node.app.finalizeBlock.bind(node.app);
        node.app.finalizeBlock = async (request) => ({ ...(await finalize(request)), txResults: [] });
      },
    ],
    [
      "a proposal beyond the block's size",
      (node: Node) => {
        node.app.prepareProposal = async () => [new Uint8Array(23_000_000)];
      },
    ],
  ])("%s", async (_name, spoil) => {
    const node = await openNode();
    await node.engine.broadcastTx(tx("a=1"));
    spoil(node);
    await expect(node.engine.produceBlock()).rejects.toMatchObject({ code: "APP_MISBEHAVED" });
    expect(node.disk.app.height).toBe(0n);
  });

  it("validator updates that no engine accepts, before they are committed", async () => {
    const node = await openNode();
    node.app.updates.set(1n, [{ publicKey: node.validator.publicKey, power: 0n }]);
    await expect(node.engine.produceBlock()).rejects.toMatchObject({ code: "VALIDATOR_UPDATE" });
    expect(node.disk.app.height).toBe(0n);
  });

  it("validators that this key cannot outvote; blocks stay readable", async () => {
    const node = await openNode();
    node.app.updates.set(1n, [{ publicKey: new Uint8Array(32).fill(1), power: 499n }]);
    node.app.updates.set(2n, [{ publicKey: new Uint8Array(32).fill(2), power: 1n }]);
    for (let i = 0; i < 3; i++) await node.engine.produceBlock();
    verifyChain(node.engine.reader);
    await expect(node.engine.produceBlock()).rejects.toMatchObject({ code: "VALIDATOR_POWER_LOST" });
    expect(node.engine.reader.block(3n)).toBeDefined();
    const absent = node.engine.reader.commit(3n)!.commit.signatures[1]!;
    expect(absent).toMatchObject({ blockIdFlag: 1, timestampNs: undefined });
  });

  it("the end of the node: the running block is finished, waiters are told", async () => {
    const node = await idleNode();
    const waiting = node.engine.waitForTx(hashOf(tx("never=1")), 60_000).catch((error: unknown) => error);
    const block = node.engine.produceBlock();
    await node.engine.stop();
    await expect(block.catch((error: unknown) => (error as { code: string }).code)).resolves.toEqual(expect.anything());
    expect(await waiting).toMatchObject({ code: "ENGINE_STOPPED" });
    await expect(node.engine.broadcastTx(tx("b=1"))).rejects.toMatchObject({ code: "ENGINE_STOPPED" });
    expect(node.disk.app.height).toBe(node.engine.reader.latestHeight());
  });
});
