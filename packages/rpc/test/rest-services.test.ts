/** Transactions and blocks: the rpcs that the node answers itself. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeBackend, fakeBackend, result, sha256, TRANSACTIONS, transaction } from "./support/fake-backend.ts";
import { ask, restServer } from "./support/servers.ts";

const TXS = "/cosmos/tx/v1beta1/txs";
const BLOCKS = "/cosmos/base/tendermint/v1beta1";

let server: Awaited<ReturnType<typeof restServer>>;
let backend: FakeBackend;
beforeAll(async () => {
  backend = fakeBackend();
  server = await restServer(backend);
});
afterAll(() => server.close());

async function get(url: string) {
  const answered = await ask(server, { method: "GET", url });
  return { status: answered.status, body: answered.json() };
}

async function post(url: string, body: object, on = server) {
  const answered = await ask(on, { method: "POST", url, payload: JSON.stringify(body) });
  return { status: answered.status, body: answered.json() };
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const upperHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex").toUpperCase();
const tx = transaction("new");
const NO_RESPONSE = {
  height: "0",
  txhash: upperHex(sha256(tx)),
  codespace: "",
  code: 0,
  data: "",
  raw_log: "",
  logs: [],
  info: "",
  gas_wanted: "0",
  gas_used: "0",
  tx: null,
  timestamp: "",
  events: [],
};

describe("broadcast", () => {
  it.each(["BROADCAST_MODE_SYNC", "BROADCAST_MODE_ASYNC", 2, 3])("in mode %s answers the hash", async (mode) => {
    backend.broadcasts.length = 0;
    expect(await post(TXS, { txBytes: base64(tx), mode })).toEqual({ status: 200, body: { tx_response: NO_RESPONSE } });
    expect(backend.broadcasts).toEqual([tx]);
  });

  it.each(["BROADCAST_MODE_BLOCK", "BROADCAST_MODE_UNSPECIFIED", undefined, 17])("has no mode %s", async (mode) => {
    expect(await post(TXS, { txBytes: base64(tx), mode })).toEqual({
      status: 500,
      body: { code: 2, message: "unsupported return type ; supported types: sync, async", details: [] },
    });
  });

  it("of nothing is refused", async () => {
    expect(await post(TXS, { mode: "BROADCAST_MODE_SYNC" })).toEqual({
      status: 400,
      body: { code: 3, message: "invalid empty tx", details: [] },
    });
  });

  it.each([
    ["sdk", 32, "account sequence mismatch"],
    ["sdk", 19, ""],
    ["sdk", 20, ""],
    ["sdk", 21, ""],
    ["other", 19, "of another space"],
  ])("shows the refusal %s %i with the log %j", async (codespace, code, shown) => {
    const log = shown === "" ? "the mempool's own words" : shown;
    const refusing = await restServer(fakeBackend({ broadcastTx: async () => result({ codespace, code, log }) }));
    const { status, body } = await post(TXS, { tx_bytes: base64(tx), mode: "BROADCAST_MODE_SYNC" }, refusing);
    await refusing.close();
    expect(status).toBe(200);
    expect(body.tx_response).toEqual({ ...NO_RESPONSE, codespace, code, raw_log: shown });
  });

  it("in async mode does not tell of a refusal, nor of a failure", async () => {
    const failing = async () => {
      throw new Error("gone");
    };
    const refusing = await restServer(fakeBackend({ broadcastTx: failing }));
    expect((await post(TXS, { tx_bytes: base64(tx), mode: "BROADCAST_MODE_ASYNC" }, refusing)).status).toBe(200);
    await refusing.close();
  });
});

describe("look-up", () => {
  it.each([upperHex, (bytes: Uint8Array) => upperHex(bytes).toLowerCase()])(
    "finds by hash in any case",
    async (text) => {
      const { status, body } = await get(`${TXS}/${text(sha256(TRANSACTIONS[1]!))}`);
      expect(status).toBe(200);
      expect(body.tx.body.memo).toBe("b");
      expect(body.tx_response).toMatchObject({
        height: "2",
        txhash: upperHex(sha256(TRANSACTIONS[1]!)),
        timestamp: "2023-11-14T22:13:22Z",
        gas_used: "4",
      });
      expect(body.tx_response.tx).toEqual({ "@type": "/cosmos.tx.v1beta1.Tx", ...body.tx });
    },
  );

  it.each(["AB".repeat(32), "AB", "zz"])("does not find %s", async (hash) => {
    expect(await get(`${TXS}/${hash}`)).toEqual({
      status: 404,
      body: { code: 5, message: `tx not found: ${hash}`, details: [] },
    });
  });
});

describe("search", () => {
  const memos = (body: { txs: { body: { memo: string } }[] }) => body.txs.map((one) => one.body.memo).join("");

  it.each([
    ["query=q", "abcde"],
    ["events=q", "abcde"],
    ["query=q&limit=2", "ab"],
    ["query=q&limit=2&page=2", "cd"],
    ["query=q&limit=2&page=3", "e"],
    ["query=q&pagination.limit=2", "ab"],
    ["query=q&pagination.limit=2&pagination.offset=1", "bc"],
    ["query=q&pagination.offset=4", "e"],
    ["query=q&pagination.reverse=true&limit=2", "ed"],
    ["query=q&pagination.reverse=true&order_by=ORDER_BY_ASC&limit=2", "ab"],
    ["query=q&pagination.offset=1&limit=2&page=2", "cd"],
    ["query=q&order_by=ORDER_BY_DESC&limit=2", "ed"],
    ["query=q&order_by=2&limit=2&page=3", "a"],
    ["query=q&limit=18446744073709551615", "abcde"],
    ["query=none", ""],
  ])("%s answers %j", async (search, expected) => {
    const { status, body } = await get(`${TXS}?${search}`);
    expect([status, memos(body), body.pagination]).toEqual([200, expected, null]);
    expect(body.total).toBe(expected === "" ? "0" : "5");
    expect(body.tx_responses).toHaveLength(expected.length);
  });

  it.each(["5", "18446744073709551615"])("from offset %s on is empty", async (offset) => {
    const { status, body } = await get(`${TXS}?query=q&pagination.offset=${offset}`);
    expect([status, body.txs, body.total]).toEqual([200, [], "5"]);
  });

  it.each([
    ["", "query cannot be empty"],
    ["query=bad", "failed to search for txs: expected an operator at position 3"],
    ["query=q&limit=2&page=4", "failed to search for txs: page should be within [1, 3] range, given 4"],
    ["query=none&page=2", "failed to search for txs: page should be within [1, 1] range, given 2"],
    [
      "query=q&page=18446744073709551615",
      "failed to search for txs: page should be within [1, 1] range, given 18446744073709551615",
    ],
  ])("%s fails", async (search, message) => {
    expect(await get(`${TXS}?${search}`)).toEqual({ status: 500, body: { code: 13, message, details: [] } });
  });
});

describe("decode and encode", () => {
  it("are inverse", async () => {
    const decoded = await post("/cosmos/tx/v1beta1/decode", { tx_bytes: base64(tx) });
    expect(decoded.body.tx.body.memo).toBe("new");
    const encoded = await post("/cosmos/tx/v1beta1/encode", { tx: decoded.body.tx });
    expect(encoded.body).toEqual({ tx_bytes: base64(tx) });
  });

  it("refuse nothing and nonsense", async () => {
    expect((await post("/cosmos/tx/v1beta1/decode", {})).status).toBe(400);
    expect((await post("/cosmos/tx/v1beta1/encode", {})).status).toBe(400);
    const { status, body } = await post("/cosmos/tx/v1beta1/decode", { tx_bytes: "////" });
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toMatch(/^codespace sdk code 2: tx parse error: /);
  });
});

describe("blocks", () => {
  it("come in both forms", async () => {
    const { body } = await get(`${BLOCKS}/blocks/2`);
    expect(body.block.header).toMatchObject({ height: "2", time: "2023-11-14T22:13:22.000000001Z" });
    expect(body.block.data.txs).toEqual(TRANSACTIONS.map(base64));
    expect(body.block.header.proposer_address).toBe(base64(new Uint8Array(20).fill(7)));
    expect(body.sdk_block.header.proposer_address).toBe(`cons${"07".repeat(20)}`);
    expect(body.sdk_block.header).not.toHaveProperty("encrypted_random");
    expect((await get(`${BLOCKS}/blocks/latest`)).body.block.header.height).toBe("3");
  });

  it("with transactions come in pages", async () => {
    const { body } = await get(`${TXS}/block/2?pagination.offset=1&pagination.limit=2`);
    expect(body.txs.map((one: { body: { memo: string } }) => one.body.memo)).toEqual(["b", "c"]);
    expect(body.pagination).toEqual({ next_key: null, total: "5" });
  });

  it.each([
    [
      `${BLOCKS}/blocks/4`,
      400,
      3,
      "rpc error: code = InvalidArgument desc = requested block height is bigger then the chain length: invalid request",
    ],
    [`${BLOCKS}/blocks/0`, 500, 2, "height must be greater than 0, but got 0: unknown request"],
    [`${BLOCKS}/blocks/-1`, 500, 2, "height must be greater than 0, but got -1: unknown request"],
    [
      `${BLOCKS}/validatorsets/4`,
      400,
      3,
      "rpc error: code = InvalidArgument desc = requested block height is bigger then the chain length: invalid request",
    ],
    [
      `${TXS}/block/4`,
      500,
      2,
      "codespace sdk code 26: invalid height: requested height 4 but height must not be less than 1 or greater than the current height 3",
    ],
    [`${BLOCKS}/abci_query`, 400, 3, "rpc error: code = InvalidArgument desc = empty query path: invalid request"],
    [
      `${BLOCKS}/abci_query?path=/a.B/C`,
      400,
      3,
      "rpc error: code = InvalidArgument desc = unsupported ABCI query path: /a.B/C: invalid request",
    ],
  ])("answer %s with %i %i %s", async (url, status, code, message) => {
    expect(await get(url)).toEqual({ status, body: { code, message, details: [] } });
  });
});

describe("the node", () => {
  it("tells its configuration", async () => {
    expect((await get("/cosmos/base/node/v1beta1/config")).body).toEqual({
      minimum_gas_price: "0.1uscrt",
      pruning_keep_recent: "0",
      pruning_interval: "0",
      halt_height: "0",
    });
  });

  it("tells the parameters of consensus", async () => {
    expect((await get("/cosmos/consensus/v1/params")).body).toEqual({
      params: {
        block: { max_bytes: "22020096", max_gas: "-1" },
        evidence: { max_age_num_blocks: "100000", max_age_duration: "172800s", max_bytes: "1048576" },
        validator: { pub_key_types: ["ed25519"] },
        version: { app: "0" },
        abci: { vote_extensions_enable_height: "0" },
      },
    });
  });

  it("tells its validators, in pages", async () => {
    const { body } = await get(`${BLOCKS}/validatorsets/latest`);
    expect(body.validators).toEqual([
      {
        address: `cons${"07".repeat(20)}`,
        pub_key: { "@type": "/cosmos.crypto.ed25519.PubKey", key: base64(new Uint8Array(32).fill(8)) },
        voting_power: "10",
        proposer_priority: "-1",
      },
    ]);
    const beyond = await get(`${BLOCKS}/validatorsets/2?pagination.offset=1`);
    expect([beyond.body.validators, beyond.body.pagination.total]).toEqual([[], "1"]);
  });

  it("passes raw queries on", async () => {
    await get(`${BLOCKS}/abci_query?path=/store/acc/key&data=AQ%3D%3D&height=2&prove=true`);
    expect(backend.queries.at(-1)).toEqual({
      path: "/store/acc/key",
      data: Uint8Array.of(1),
      height: 2n,
      prove: true,
    });
  });
});
