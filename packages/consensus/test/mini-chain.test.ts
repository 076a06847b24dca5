/** The two-block chain of spec 05 §3.13, made by the engine itself with a fixed clock and key. */
import { concatBytes, fromHex, toHex, utf8ToBytes } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import { openNode } from "./support/harness.ts";
import { sha256 } from "./support/kv-app.ts";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const PRECOMMIT_NS = 1_700_000_001_500_000_000n;

async function miniChain() {
  const node = await openNode({
    modules: { precommitTime: () => PRECOMMIT_NS },
    prepare: (app) => {
      app.appHash = (height) => sha256(`app-state-${height}`);
      app.prepareProposal = async ({ txs }) => (txs.length === 0 ? txs : [utf8ToBytes("hello")]);
    },
  });
  await node.engine.produceBlock();
  await node.engine.broadcastTx(utf8ToBytes("k=v"));
  await node.engine.produceBlock();
  return node;
}

describe("mini chain of spec 05 §3.13", () => {
  it("block 1: header, marshalled block, parts, hash", async () => {
    const { engine, app } = await miniChain();
    const { block, blockId } = engine.reader.block(1n)!;
    expect(toHex(block.header.validatorsHash)).toBe("46d0efb71c1da8a4e1640945bf1f32a6341aca471972a7daf0411360268d911f");
    expect(toHex(block.header.consensusHash)).toBe("048091bc7ddc283f77bfbf91d73c44da58c3df8a9cbc867405d8b7f3daada22f");
    expect(toHex(block.header.appHash)).toBe(EMPTY);
    expect(toHex(blockId.hash)).toBe("e29bf44a945f589afdde15df6947e5ffeecc998417280d1f4ed8eeef63f1c6cf");
    expect(blockId.partsTotal).toBe(1);
    expect(toHex(blockId.partsHash)).toBe("1fbfed9cf311fbec75643fb7f7e705051ccd6d613f73a166e2d2c69d891488df");
    const header = toHex(app.finality.get(1n)!.header);
    expect(header.startsWith("0a02080b120b7365637265746465762d31180122060880e2cfaa062a0212003220")).toBe(true);
    expect(header.endsWith("7214dc52d5cf8dfd1793d71038b342a29b01ad8a5d63")).toBe(true);
  });

  it("precommit 1: sign bytes and signature", async () => {
    const { engine, disk } = await miniChain();
    const [sig] = engine.reader.commit(1n)!.commit.signatures;
    expect(sig).toMatchObject({ blockIdFlag: 2, timestampNs: PRECOMMIT_NS });
    expect(toHex(sig!.signature)).toBe(
      "5bfe2f5b5c40d1b2af6930382b7f8d039cfaa02b7975c211add3ec30829e3c2dd197884158848fe169a6f6424acb3a06b50eaec7d928677c770421395ebb7b06",
    );
    expect(disk.signed.get("1/0")).toBe(
      "70080211010000000000000022480a20e29bf44a945f589afdde15df6947e5ffeecc998417280d1f4ed8eeef63f1c6cf1224080112201fbfed9cf311fbec75643fb7f7e705051ccd6d613f73a166e2d2c69d891488df2a0c0881e2cfaa061080cab5ee01320b7365637265746465762d31",
    );
  });

  it("block 2: everything that block 1 left behind", async () => {
    const { engine } = await miniChain();
    const { block, blockId, sizeBytes } = engine.reader.block(2n)!;
    expect(block.header.timeNs).toBe(PRECOMMIT_NS);
    expect(toHex(block.header.appHash)).toBe("3371038f12eea493da053cf3b00babee4da4fdc48838e794349cf6439fdd2c4a");
    expect(toHex(block.header.lastResultsHash)).toBe(EMPTY);
    expect(toHex(block.header.lastCommitHash)).toBe("790f3e2ac84ee128502c37e1e8d5def9a39a11e82c360cb8fb50e7b8d83974bd");
    expect(toHex(block.header.dataHash)).toBe("07636ca803346b2298b02d2c35146d6f18fb848e06b873d3367a51fa4c89b8a1");
    expect(toHex(blockId.hash)).toBe("a58d96fbf4db02bd39432b652bdfca2f2b6d555ba2793824cac341c391b2f7d5");
    expect(toHex(blockId.partsHash)).toBe("9673186d1eae90e36046917bfc46dc9eec0c334d055e5e09641949a8e0ea8c58");
    expect(sizeBytes).toBe(600);
    expect(concatBytes(...block.txs)).toEqual(fromHex("68656c6c6f"));
  });
});
