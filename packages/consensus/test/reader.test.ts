import { toHex } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import { compositeKeys } from "../src/index.ts";
import { genesisFor, hashOf, openNode, tx } from "./support/harness.ts";

async function chain() {
  const node = await openNode();
  await node.engine.produceBlock();
  for (const text of ["a=1", "b=2", "c=bad"]) await node.engine.broadcastTx(tx(text));
  await node.engine.produceBlock();
  await node.engine.produceBlock();
  return node;
}

describe("reader", () => {
  it("answers nothing before the first block", async () => {
    const { engine } = await openNode();
    const { reader } = engine;
    expect(reader.latestHeight()).toBe(0n);
    expect(reader.earliestHeight()).toBe(0n);
    expect(reader.block(0n)).toBeUndefined();
    expect(reader.block(1n)).toBeUndefined();
    expect(reader.commit(0n)).toBeUndefined();
    expect(reader.validators(1n)?.validators).toHaveLength(1);
    expect(reader.status()).toMatchObject({ latest: { height: 0n, timeNs: undefined }, earliest: { height: 0n } });
  });

  it("links blocks, commits and results", async () => {
    const { reader } = (await chain()).engine;
    for (const height of [1n, 2n, 3n]) {
      const record = reader.block(height)!;
      expect(reader.blockByHash(record.blockId.hash)).toEqual(record);
      expect(reader.blockMeta(height)).toMatchObject({ blockId: record.blockId, numTxs: record.block.txs.length });
      expect(reader.commit(height)).toMatchObject({
        canonical: height < 3n,
        commit: { height, round: 0, blockId: record.blockId },
      });
      const next = reader.block(height + 1n);
      if (next === undefined) continue;
      expect(next.block.header.lastBlockId).toEqual(record.blockId);
      expect(next.block.lastCommit).toEqual(reader.commit(height)!.commit);
      expect(next.block.header.appHash).toEqual(reader.blockResults(height)!.appHash);
    }
    expect(reader.block(4n)).toBeUndefined();
    expect(reader.blockByHash(new Uint8Array(32))).toBeUndefined();
    expect(reader.blockResults(2n)).toMatchObject({
      txResults: [{ code: 0 }, { code: 0 }, { code: 5, codespace: "kv" }],
      events: [{ type: "block" }],
      consensusParams: { blockMaxGas: -1n },
    });
  });

  it("finds transactions and proves that they are in their block", async () => {
    const { reader } = (await chain()).engine;
    const record = reader.tx(hashOf(tx("b=2")))!;
    expect(record).toMatchObject({ height: 2n, index: 1, result: { code: 0, gasUsed: 1n } });
    expect(record.tx).toEqual(tx("b=2"));
    const proof = reader.txProof(record.hash)!;
    expect(proof).toMatchObject({ total: 3, index: 1, data: tx("b=2") });
    expect(toHex(proof.rootHash)).toBe(toHex(reader.block(2n)!.block.header.dataHash));
    expect(proof.aunts).toHaveLength(2);
    expect(reader.tx(new Uint8Array(32))).toBeUndefined();
    expect(reader.txProof(new Uint8Array(32))).toBeUndefined();
  });

  it("knows validators and parameters of the heights that have them", async () => {
    const node = await openNode({ genesis: genesisFor({ initialHeight: 10n }) });
    node.app.updates.set(10n, [{ publicKey: node.validator.publicKey, power: 7n }]);
    await node.engine.produceBlock();
    const { reader } = node.engine;
    expect(reader.validators(9n)).toBeUndefined();
    expect(reader.validators(10n)?.validators[0]?.power).toBe(1000n);
    expect(reader.validators(11n)?.validators[0]?.power).toBe(1000n);
    expect(reader.validators(12n)?.validators[0]?.power).toBe(7n);
    expect(reader.validators(13n)).toBeUndefined();
    expect(reader.consensusParams(9n)).toBeUndefined();
    expect(reader.consensusParams(11n)?.blockMaxBytes).toBe(22_020_096n);
    expect(reader.consensusParams(12n)).toBeUndefined();
    expect(reader.status()).toMatchObject({
      chainId: "secretdev-1",
      protocolVersion: { p2p: 8n, block: 11n, app: 0n },
      latest: { height: 10n },
      earliest: { height: 10n },
      validator: { power: 1000n },
    });
  });

  it("shows the mempool", async () => {
    const { engine } = await openNode();
    for (const text of ["a=1", "bb=2"]) await engine.broadcastTx(tx(text));
    expect(engine.reader.unconfirmedTxs(1)).toEqual({ txs: [tx("a=1")], total: 2, totalBytes: 7 });
  });

  it("gives events the keys that subscriptions match on", async () => {
    const node = await chain();
    const txEvent = node.events.find((e) => e.type === "Tx")!;
    expect(Object.fromEntries(compositeKeys(txEvent))).toEqual({
      "tm.event": ["Tx"],
      "tx.hash": [toHex(hashOf(tx("a=1"))).toUpperCase()],
      "tx.height": ["2"],
      "kv.key": ["a"],
      "kv.value": ["1"],
      "other.key": ["a"],
    });
    const keysOf = (type: string) => Object.fromEntries(compositeKeys(node.events.find((e) => e.type === type)!));
    expect(keysOf("NewBlock")).toEqual({ "tm.event": ["NewBlock"], "block.parity": ["1"], "block.number": ["1"] });
    expect(keysOf("NewBlockHeader")).toEqual({ "tm.event": ["NewBlockHeader"] });
  });
});
