import type { Event } from "@enclavenet/abci";
import { toHex, toUpperHex } from "@enclavenet/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesCondition, parseQuery, type Query, type TxPosition } from "../src/index.ts";
import { hashOf, type Node, openNode, tx } from "./support/harness.ts";
import { event, result } from "./support/results.ts";

/** A chain whose application answers the given events: per block, per transaction. */
async function chainWith(
  blocks: readonly (readonly (readonly Event[])[])[],
  codes: Record<string, number> = {},
): Promise<Node> {
  const node = await openNode();
  const finalize = node.app.finalizeBlock.bind(node.app);
  node.app.finalizeBlock = async (request) => {
    const answer = await finalize(request);
    const block = blocks[Number(request.height) - 1] ?? [];
    const txResults = block.map((events, i) => result({ events, code: codes[`${request.height}/${i}`] ?? 0 }));
    return { ...answer, txResults };
  };
  for (let height = 1; height <= blocks.length; height++) {
    node.app.prepareProposal = async () => (blocks[height - 1] ?? []).map((_, i) => tx(`${height}/${i}=`));
    await node.engine.produceBlock();
  }
  return node;
}

const at = (positions: readonly TxPosition[]) => positions.map((p) => `${p.height}/${p.index}`);

describe("tx_search", () => {
  const long = `x${"y".repeat(300)}`;
  const blocks = [
    [[event("transfer", { sender: "alice", amount: "5" }), event("message", { action: "send" })], []],
    [[event("transfer", { sender: "bob", amount: "50" }), event("transfer", { sender: "alice", amount: "7" })]],
    [
      [event("transfer", { sender: "alice", amount: "50uscrt" }), event("hidden", { key: "v" }, false)],
      [event("wasm", { note: long }), event("", { a: "b" }), event("e", { "": "b" })],
    ],
  ];

  it.each([
    ["transfer.sender='alice'", ["1/0", "2/0", "3/0"]],
    ["transfer.sender='alice' AND transfer.amount='7'", ["2/0"]],
    // Both hold, but in different events of the transaction.
    ["transfer.sender='alice' AND transfer.amount='50'", []],
    ["transfer.sender='alice' AND message.action='send'", []],
    ["transfer.sender='alice' AND tx.height>1", ["2/0", "3/0"]],
    ["tx.height>1 AND transfer.sender='alice' AND tx.height<3", ["2/0"]],
    ["tx.height=1", ["1/0", "1/1"]],
    ["tx.height>=2", ["2/0", "3/0", "3/1"]],
    ["tx.height>99999999999999999999999", []],
    ["tx.height<-1", []],
    ["transfer.amount=50", ["2/0"]],
    ["transfer.amount>5", ["2/0"]],
    ["transfer.amount>5 AND transfer.amount<10", ["2/0"]],
    ["transfer.amount EXISTS", ["1/0", "2/0", "3/0"]],
    ["transfer.amount CONTAINS 'us'", ["3/0"]],
    ["hidden.key EXISTS", []],
    ["e.x EXISTS", []],
    [`wasm.note='${long}'`, ["3/1"]],
    ["wasm.note CONTAINS 'xyyy'", ["3/1"]],
    [`wasm.note='${long}z'`, []],
    ["transfer.send EXISTS", []],
    ["transfer.sender='ali'", []],
  ])("%s", async (query, expected) => {
    const { engine } = await chainWith(blocks);
    expect(at(await engine.reader.searchTxs(query))).toEqual(expected);
  });

  it("takes one hash for the whole question", async () => {
    const { engine } = await chainWith(blocks);
    const hash = hashOf(tx("2/0="));
    for (const text of [toHex(hash), toUpperHex(hash)]) {
      expect(at(await engine.reader.searchTxs(`tx.hash='${text}' AND tx.height=1`))).toEqual(["2/0"]);
    }
    expect(await engine.reader.searchTxs(`tx.hash='${toHex(hashOf(tx("none")))}'`)).toEqual([]);
    expect(await engine.reader.searchTxs("tx.hash='zz'")).toEqual([]);
  });

  it("refuses bad queries and searches without end", async () => {
    const { engine } = await chainWith(blocks);
    await expect(engine.reader.searchTxs("nonsense")).rejects.toMatchObject({ code: "QUERY_SYNTAX" });
    const narrow = await openNode({ engine: { search: { maxVisited: 2 } } });
    for (let i = 0; i < 3; i++) {
      await narrow.engine.broadcastTx(tx(`k${i}=v`));
      await narrow.engine.produceBlock();
    }
    await expect(narrow.engine.reader.searchTxs("kv.value='v'")).rejects.toMatchObject({ code: "SEARCH_TOO_BROAD" });
    await expect(narrow.engine.reader.searchTxs("tx.height>0")).rejects.toMatchObject({ code: "SEARCH_TOO_BROAD" });
    expect(at(await narrow.engine.reader.searchTxs("kv.key='k1'"))).toEqual(["2/0"]);
    expect(at(await narrow.engine.reader.searchTxs("tx.height=2"))).toEqual(["2/0"]);
  });

  it("agrees with a naive model", async () => {
    const attribute = fc.tuple(fc.constantFrom("k", "l"), fc.constantFrom("1", "2", "10", "a"));
    const anEvent = fc
      .tuple(fc.constantFrom("e", "f"), fc.array(attribute, { maxLength: 3 }))
      .map(([type, list]): Event => ({ type, attributes: list.map(([key, value]) => ({ key, value, index: true })) }));
    const chain = fc.array(fc.array(fc.array(anEvent, { maxLength: 3 }), { maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    });
    const condition = fc.oneof(
      fc.tuple(
        fc.constantFrom("e.k", "e.l", "f.k"),
        fc.constantFrom("=1", "='a'", ">1", "<=2", " EXISTS", " CONTAINS '1'"),
      ),
      fc.tuple(fc.constant("tx.height"), fc.constantFrom("=1", ">1", "<=2", " EXISTS")),
    );
    const query = fc
      .array(condition, { minLength: 1, maxLength: 3 })
      .map((c) => c.map((p) => p.join("")).join(" AND "));
    await fc.assert(
      fc.asyncProperty(chain, query, async (history, text) => {
        const { engine } = await chainWith(history);
        expect(at(await engine.reader.searchTxs(text))).toEqual(model(history, parseQuery(text)));
      }),
      { numRuns: 150 },
    );
  });
});

function model(history: readonly (readonly (readonly Event[])[])[], query: Query): string[] {
  const heights = query.conditions.filter((c) => c.key === "tx.height");
  const others = query.conditions.filter((c) => c.key !== "tx.height");
  const within = ({ type, attributes }: Event) =>
    others.every((c) => attributes.some((a) => `${type}.${a.key}` === c.key && matchesCondition(c, a.value)));
  return history.flatMap((block, b) =>
    heights.every((c) => matchesCondition(c, String(b + 1)))
      ? block.flatMap((events, i) => (others.length === 0 || events.some(within) ? [`${b + 1}/${i}`] : []))
      : [],
  );
}

describe("block_search", () => {
  it.each([
    ["block.parity='1'", [1n, 3n, 5n]],
    ["block.number>2 AND block.parity='0'", [4n]],
    ["block.height>=4", [4n, 5n]],
    ["block.height<3 AND block.parity='0'", [2n]],
    ["block.height=9", []],
    ["kv.key EXISTS", []],
  ])("%s", async (query, expected) => {
    const { engine } = await openNode();
    for (let i = 0; i < 5; i++) await engine.produceBlock();
    expect(await engine.reader.searchBlocks(query)).toEqual(expected);
  });

  it("is empty before the first block", async () => {
    const { engine } = await openNode();
    expect(await engine.reader.searchBlocks("block.height>0")).toEqual([]);
  });
});

describe("the same transaction twice", () => {
  const once = [[event("e", { k: "v" })]];

  async function twice(first: number, second: number): Promise<Node> {
    const node = await chainWith([once, once], { "1/0": first, "2/0": second });
    return node;
  }

  async function repeated(first: number, second: number) {
    const node = await openNode();
    const finalize = node.app.finalizeBlock.bind(node.app);
    node.app.finalizeBlock = async (request) => {
      const answer = await finalize(request);
      return { ...answer, txResults: [result({ code: request.height === 1n ? first : second, events: once[0]! })] };
    };
    node.app.prepareProposal = async () => [tx("same=tx")];
    await node.engine.produceBlock();
    await node.engine.produceBlock();
    return node.engine.reader;
  }

  it("a failure never hides a success", async () => {
    expect((await repeated(0, 5)).tx(hashOf(tx("same=tx")))).toMatchObject({ height: 1n, result: { code: 0 } });
    expect((await repeated(5, 0)).tx(hashOf(tx("same=tx")))).toMatchObject({ height: 2n, result: { code: 0 } });
    expect((await repeated(5, 6)).tx(hashOf(tx("same=tx")))).toMatchObject({ height: 2n, result: { code: 6 } });
    expect((await twice(5, 0)).engine.reader.tx(hashOf(tx("1/0=")))).toMatchObject({ result: { code: 5 } });
  });
});
