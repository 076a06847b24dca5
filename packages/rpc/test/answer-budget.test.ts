/** Answers have a bound, whatever the pages hold. */
import { utf8ToBytes } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import { answer, fakeBackend, result, sha256, transaction } from "./support/fake-backend.ts";
import { ask, restServer, rpcServer } from "./support/servers.ts";

const MEMO = "m".repeat(6 * 1024 * 1024);

/** A chain of ten transactions of six megabytes, each in a block of its own. */
function largeBackend() {
  const { engine, ...rest } = fakeBackend();
  const tx = transaction(MEMO);
  const positions = Array.from({ length: 10 }, (_, index) => ({ hash: sha256(tx), height: 2n, index }));
  const record = { hash: sha256(tx), height: 2n, index: 0, tx, result: result() };
  return {
    ...rest,
    engine: {
      ...engine,
      tx: () => record,
      searchTxs: async () => positions,
      searchBlocks: async () => positions.map(() => 2n),
      block: () => ({ ...engine.block(1n)!, sizeBytes: 20 * 1024 * 1024 }),
    },
  };
}

const TOO_LARGE = /the answer would hold more than \d+ bytes: ask for fewer at once$/;

describe("a page that is too large", () => {
  it.each(["tx_search", "block_search"])("is an error of %s, and a smaller one is not", async (method) => {
    const server = await rpcServer(largeBackend());
    const get = async (query: string) =>
      (await ask(server, { method: "GET", url: `/${method}?query=q&${query}` })).json();
    expect((await get("")).error).toMatchObject({ code: -32603, data: expect.stringMatching(TOO_LARGE) });
    expect((await get("per_page=1")).result.total_count).toBe("10");
    await server.close();
  });

  it("is an error of REST, and a smaller one is not", async () => {
    const server = await restServer(largeBackend());
    const get = async (query: string) =>
      (await ask(server, { method: "GET", url: `/cosmos/tx/v1beta1/txs?query=q&${query}` })).json();
    expect(await get("")).toMatchObject({ code: 13, message: expect.stringMatching(TOO_LARGE) });
    expect((await get("limit=1")).total).toBe("10");
    await server.close();
  });
});

describe("a batch whose answers are too large", () => {
  it("is answered as far as it goes", async () => {
    const value = utf8ToBytes("x".repeat(30 * 1024 * 1024));
    const server = await rpcServer(fakeBackend({ query: async () => answer({ value }) }));
    const calls = [1, 2, 3].map((id) => ({ jsonrpc: "2.0", id, method: id === 3 ? "health" : "abci_query" }));
    const answers = (await ask(server, { method: "POST", url: "/", payload: JSON.stringify(calls) })).json();
    expect(answers.map((one: { id: number }) => one.id)).toEqual([1, 2, 3]);
    expect(answers[0].result.response.code).toBe(0);
    expect(answers[1].error).toMatchObject({ code: -32603, data: expect.stringContaining("too large") });
    expect(answers[2].result).toEqual({});
    await server.close();
  });
});
