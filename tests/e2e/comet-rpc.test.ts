/**
 * The CometBFT RPC of the real command: each method in both forms, JSON-RPC, broadcast (spec 04 §5.1–5.4).
 * @module
 */
import { fromBase64, toBase64, toHex, toUpperHex, utf8ToBytes } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { cosmosAuth, cosmosBank, create, decode, decodeAny, encode } from "@enclavenet/proto";
import { MsgSend } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CometClient } from "../support/comet.ts";
import { clientOf, FAST, type Localnet, MNEMONICS, startLocalnet } from "../support/localnet.ts";
import type { AnyJson } from "../support/rest.ts";

const { sha256 } = createNodePrimitives();
const NOBODY = "secret1z6sk34np3xhwh8ttcd4plvp9qg63awj82ykepa";
/** Account number of b in every local network. */
const NUMBER_OF_B = 2;

let net: Localnet;
let comet: CometClient;
let b: ReturnType<typeof clientOf>;
let sequence = 0;
/** Two transactions that are in blocks. */
let first: Uint8Array;
let second: Uint8Array;

/** The next transaction of b, or one of another sequence. */
async function transfer(amount: string, at: number = sequence++): Promise<Uint8Array> {
  const explicitSignerData = { accountNumber: NUMBER_OF_B, sequence: at, chainId: net.ready.chain_id };
  const coins = [{ denom: "uscrt", amount }];
  const message = new MsgSend({ from_address: b.address, to_address: NOBODY, amount: coins });
  return b.tx.signTx([message], { gasLimit: 25_000, explicitSignerData });
}

beforeAll(async () => {
  net = await startLocalnet();
  comet = new CometClient(net.ready.rpc);
  b = clientOf(net.ready, MNEMONICS.b);
  [first, second] = [await transfer("1"), await transfer("2")];
  for (const tx of [first, second]) expect((await b.tx.broadcastSignedTx(tx, FAST)).code).toBe(0);
});

afterAll(async () => {
  await net?.stop();
});

const hashOf = (tx: Uint8Array) => toUpperHex(sha256(tx));
const quoted = (text: string) => encodeURIComponent(JSON.stringify(text));
const internal = (data: unknown) => ({ code: -32603, message: "Internal error", data });

/** Asks in both forms, which must agree, and returns the result. */
async function both(method: string, params: Record<string, string> = {}): Promise<AnyJson> {
  const search = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  const { status, body } = await comet.get(`${method}?${search.join("&")}`);
  expect([status, body.id]).toEqual([200, -1]);
  expect(await comet.call(method, params)).toEqual(body.result);
  return body.result;
}

describe("the node", () => {
  it("tells its status", async () => {
    const status = await comet.call("status");
    expect(status.node_info).toMatchObject({
      network: "secretdev-1",
      version: expect.stringMatching(/^0\.38\./),
      protocol_version: { p2p: "8", block: "11", app: "0" },
      other: { tx_index: "on", rpc_address: `tcp://${net.ready.rpc.slice("http://".length)}` },
    });
    const { header } = await both("header");
    expect(status.sync_info).toMatchObject({
      latest_block_height: header.height,
      latest_block_time: header.time,
      latest_app_hash: header.app_hash,
      earliest_block_height: "1",
      catching_up: false,
    });
    expect(status.validator_info).toEqual({
      address: header.proposer_address,
      pub_key: { type: "tendermint/PubKeyEd25519", value: expect.stringMatching(/^[\w+/]{43}=$/) },
      voting_power: "100000000000",
    });
  });

  it("is healthy, alone, and knows its application", async () => {
    expect(await both("health")).toEqual({});
    expect(await both("net_info")).toMatchObject({ n_peers: "0", peers: [] });
    const { height, app_hash } = (await both("header")).header;
    const { response } = await both("abci_info");
    expect(response).toMatchObject({ data: "secret", last_block_height: height });
    expect(toUpperHex(fromBase64(response.last_block_app_hash))).not.toBe(app_hash);
  });

  it("hands out its genesis document", async () => {
    const { genesis } = await both("genesis");
    expect(genesis).toMatchObject({ chain_id: "secretdev-1", initial_height: "1", app_hash: "" });
    expect(genesis.app_state.bank.balances).toHaveLength(5);
    const { data, total } = await both("genesis_chunked", { chunk: "0" });
    expect([JSON.parse(Buffer.from(data, "base64").toString()), total]).toEqual([genesis, "1"]);
  });

  it("has an empty mempool", async () => {
    expect(await both("unconfirmed_txs")).toEqual({ n_txs: "0", total: "0", total_bytes: "0", txs: [] });
    expect(await both("num_unconfirmed_txs")).toEqual({ n_txs: "0", total: "0", total_bytes: "0", txs: null });
  });
});

describe("blocks", () => {
  it("begin with one that has nothing before it", async () => {
    const { block, block_id } = await both("block", { height: "1" });
    expect(block.header.last_block_id).toEqual({ hash: "", parts: { total: 0, hash: "" } });
    expect(block.header.app_hash).toBe("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
    expect(block.last_commit).toMatchObject({ height: "0", signatures: [] });
    expect(await both("header", { height: "1" })).toEqual({ header: block.header });
    const byHash = await comet.get(`block_by_hash?hash=0x${block_id.hash}`);
    expect(byHash.body.result).toEqual({ block_id, block });
    const inBase64 = Buffer.from(block_id.hash, "hex").toString("base64");
    expect(await comet.call("block_by_hash", { hash: inBase64 })).toEqual({ block_id, block });
    expect(await comet.call("header_by_hash", { hash: block_id.hash })).toEqual({ header: block.header });
  });

  it("have commits: the tip's own is not in a block yet", async () => {
    const latest = await both("commit");
    expect(latest.canonical).toBe(false);
    const before = await both("commit", { height: "1" });
    expect(before.canonical).toBe(true);
    expect(before.signed_header.commit.signatures).toEqual([
      {
        block_id_flag: 2,
        validator_address: before.signed_header.header.proposer_address,
        timestamp: expect.stringMatching(/\.\d{9}Z$/),
        signature: expect.stringMatching(/^[\w+/]{86}==$/),
      },
    ]);
  });

  it("have validators, one block ahead", async () => {
    const { header } = await both("header");
    const set = await both("validators");
    expect(set).toMatchObject({ block_height: String(Number(header.height) + 1), count: "1", total: "1" });
    expect(set.validators[0]).toEqual({
      address: header.proposer_address,
      pub_key: { type: "tendermint/PubKeyEd25519", value: expect.any(String) },
      voting_power: "100000000000",
      proposer_priority: "0",
    });
    expect((await both("validators", { height: "1", page: "1", per_page: "1" })).block_height).toBe("1");
  });

  it("have results", async () => {
    const { height } = await comet.call("tx", { hash: toBase64(sha256(first)) });
    const results = await both("block_results", { height });
    expect(results).toMatchObject({ height, validator_updates: null, finalize_block_events: expect.any(Array) });
    expect(results.txs_results).toHaveLength(1);
    expect(results.txs_results[0]).toMatchObject({ code: 0, log: "", gas_wanted: "25000", codespace: "" });
    expect((await both("block_results", { height: "1" })).txs_results).toBeNull();
  });

  it("are listed and found, newest first", async () => {
    const { block_metas, last_height } = await both("blockchain", { minHeight: "1", maxHeight: "3" });
    expect(block_metas.map((meta: AnyJson) => meta.header.height)).toEqual(["3", "2", "1"]);
    expect(Number(last_height)).toBeGreaterThanOrEqual(3);
    expect(block_metas[2]).toMatchObject({ num_txs: "0", block_size: expect.stringMatching(/^\d+$/) });
    const found = await comet.call("block_search", { query: "block.height<=2", per_page: "1" });
    expect([found.total_count, found.blocks[0].block.header.height]).toEqual(["2", "2"]);
    const ascending = await comet.get(`block_search?query=${quoted("block.height<=2")}&order_by=${quoted("asc")}`);
    expect(ascending.body.result.blocks.map((one: AnyJson) => one.block.header.height)).toEqual(["1", "2"]);
  });

  it.each([
    ["block?height=999999", /^height 999999 must be less than or equal to the current blockchain height \d+$/],
    ["commit?height=0", /^height must be greater than 0, but got 0$/],
    ["validators?page=2", /^page should be within \[1, 1\] range, given 2$/],
    ["blockchain?minHeight=3&maxHeight=2", /^min height 3 can't be greater than max height 2$/],
  ])("do not answer %s", async (target, data) => {
    const { status, body } = await comet.get(target);
    expect([status, body.error]).toEqual([500, internal(expect.stringMatching(data))]);
  });
});

describe("transactions", () => {
  it("are found by hash: base64 in JSON, hexadecimal in the URI form", async () => {
    const result = await comet.call("tx", { hash: toBase64(sha256(first)) });
    expect(result).toMatchObject({ hash: hashOf(first), index: 0, tx: toBase64(first), tx_result: { code: 0 } });
    expect(result).not.toHaveProperty("proof");
    expect((await comet.get(`tx?hash=0x${hashOf(first)}`)).body.result).toEqual(result);
    const nothing = `0x${"00".repeat(32)}`;
    expect((await comet.get(`tx?hash=${nothing}`)).body.error).toEqual(internal(`tx (${"00".repeat(32)}) not found`));
  });

  it("are found by their events, in pages and orders", async () => {
    const query = `message.sender='${b.address}'`;
    const all = await comet.call("tx_search", { query });
    expect(all.txs.map((tx: AnyJson) => tx.hash).slice(0, 2)).toEqual([hashOf(first), hashOf(second)]);
    const search = `tx_search?query=${quoted(query)}`;
    expect((await comet.get(search)).body.result).toEqual(all);
    const page = await comet.get(`${search}&per_page=1&page=2&order_by=${quoted("asc")}&prove=true`);
    expect(page.body.result.total_count).toBe(all.total_count);
    expect(page.body.result.txs).toEqual([{ ...all.txs[1], proof: expect.any(Object) }]);
    const newest = await comet.call("tx_search", { query, order_by: "desc", per_page: 1 });
    expect(newest.txs).toEqual(all.txs.slice(-1));
    const byHash = await comet.call("tx_search", { query: `tx.hash='${hashOf(second)}'` });
    expect(byHash).toEqual({ txs: [all.txs[1]], total_count: "1" });
    expect(await comet.call("tx_search", { query: "transfer.amount='77uscrt'" })).toEqual({
      txs: [],
      total_count: "0",
    });
  });

  it.each(["", "x", "tx.height", "tx.height = ", "tx.height > 'a", "x".repeat(600)])(
    "are not found by %j, which is no query",
    async (query) => {
      const { body } = await comet.post({ id: 1, method: "tx_search", params: { query } });
      expect(body.error).toEqual(internal(expect.stringMatching(/position/)));
    },
  );
});

describe("broadcast", () => {
  const inBase64 = async (amount: string, at?: number) => toBase64(await transfer(amount, at));
  const accepted = (tx: string) => ({ code: 0, data: "", log: "", codespace: "", hash: hashOf(fromBase64(tx)) });

  it("answers what CheckTx said, and the same again with an error", async () => {
    const tx = await inBase64("3");
    expect(await comet.call("broadcast_tx_sync", { tx })).toEqual(accepted(tx));
    const again = await comet.post({ id: 1, method: "broadcast_tx_sync", params: { tx } });
    expect([again.status, again.body.error]).toEqual([200, internal("tx already exists in cache")]);
  });

  it("takes bytes as 0x in the URI form", async () => {
    const tx = await transfer("4");
    const { status, body } = await comet.get(`broadcast_tx_sync?tx=0x${toHex(tx)}`);
    expect([status, body.result]).toEqual([200, accepted(toBase64(tx))]);
  });

  it("waits for the block, if asked to; by then what went before is in a block, too", async () => {
    const before = await inBase64("5");
    expect(await comet.call("broadcast_tx_async", { tx: before })).toEqual(accepted(before));
    const tx = await inBase64("6");
    const { check_tx, tx_result, height, hash } = await comet.call("broadcast_tx_commit", { tx });
    expect([check_tx.code, tx_result.code, hash]).toEqual([0, 0, accepted(tx).hash]);
    const found = await comet.call("tx", { hash: toBase64(sha256(fromBase64(tx))) });
    expect([found.height, found.tx_result]).toEqual([height, tx_result]);
    expect((await comet.call("tx", { hash: toBase64(sha256(fromBase64(before))) })).tx_result.code).toBe(0);
  });

  it("does not wait for what CheckTx refuses", async () => {
    const tx = await inBase64("7", 999);
    const refused = await comet.call("broadcast_tx_commit", { tx });
    expect(refused).toMatchObject({ height: "0", check_tx: { code: 32, codespace: "sdk" }, tx_result: { code: 0 } });
    expect(refused.check_tx.log).toContain("account sequence mismatch, expected");
    const { code, codespace, log } = await comet.call("check_tx", { tx });
    expect([code, codespace, log]).toEqual([32, "sdk", refused.check_tx.log]);
  });
});

describe("abci_query", () => {
  const query = async (path: string, data: Uint8Array, height = "0") =>
    (await comet.call("abci_query", { path, data: toHex(data), height })).response;

  it("reaches every method of the application", async () => {
    const request = create(cosmosBank.QueryBalanceRequestSchema, { address: NOBODY, denom: "uscrt" });
    const bytes = encode(cosmosBank.QueryBalanceRequestSchema, request);
    const at = async (height?: string) => {
      const { code, value } = await query("/cosmos.bank.v1beta1.Query/Balance", bytes, height);
      expect(code).toBe(0);
      return decode(cosmosBank.QueryBalanceResponseSchema, fromBase64(value)).balance;
    };
    expect(await at("1")).toMatchObject({ denom: "uscrt", amount: "0" });
    expect(Number((await at())?.amount)).toBeGreaterThanOrEqual(3);
    const inUri = await comet.get(
      `abci_query?path=${quoted("/cosmos.bank.v1beta1.Query/Balance")}&data=0x${toHex(bytes)}&height=1`,
    );
    expect(inUri.body.result.response).toEqual(await query("/cosmos.bank.v1beta1.Query/Balance", bytes, "1"));
  });

  it("answers accounts in the words that clients look for", async () => {
    const account = (address: string) => {
      const request = create(cosmosAuth.QueryAccountRequestSchema, { address });
      return query("/cosmos.auth.v1beta1.Query/Account", encode(cosmosAuth.QueryAccountRequestSchema, request));
    };
    const { account: any } = decode(
      cosmosAuth.QueryAccountResponseSchema,
      fromBase64((await account(b.address)).value),
    );
    expect(decodeAny(any!).message).toMatchObject({ address: b.address, accountNumber: 2n });
    const stranger = "secret1tks3rxu2s025wsd68revh3vn4a8u5fnusqwkfe";
    expect(await account(stranger)).toMatchObject({
      code: 22,
      codespace: "sdk",
      log: `rpc error: code = NotFound desc = account ${stranger} not found: key not found`,
      value: null,
      proofOps: null,
    });
  });

  it.each([
    ["/nope", 6, "unknown query path: unknown request"],
    ["/x.Y/Z", 6, "unknown query path: unknown request"],
    ["", 6, "no query path provided: unknown request"],
    ["/cosmos.tx.v1beta1.Service/BroadcastTx", 18, "can't route a broadcast tx message: invalid request"],
  ])("answers path %j with sdk %i", async (path, code, log) => {
    expect(await query(path, utf8ToBytes(""))).toMatchObject({ code, codespace: "sdk", log });
  });

  it("cannot look into the future", async () => {
    expect(await query("/store/acc/key", Uint8Array.of(1), "999999")).toMatchObject({ code: 26, codespace: "sdk" });
  });
});

describe("JSON-RPC", () => {
  it("answers a batch in its order, without notifications", async () => {
    const { status, body } = await comet.post([
      { jsonrpc: "2.0", id: "x", method: "block", params: ["1"] },
      { jsonrpc: "2.0", method: "health" },
      { jsonrpc: "2.0", id: 2, method: "nope" },
      { jsonrpc: "2.0", id: 3, method: "block", params: { height: [] } },
    ]);
    expect(status).toBe(200);
    expect(body.map((one: AnyJson) => [one.jsonrpc, one.id])).toEqual([
      ["2.0", "x"],
      ["2.0", 2],
      ["2.0", 3],
    ]);
    expect(body[0].result.block.header.height).toBe("1");
    expect(body[1].error).toEqual({ code: -32601, message: "Method not found", data: "" });
    expect(body[2].error).toEqual({ code: -32602, message: "Invalid params", data: "height: is not an integer" });
  });

  it("answers nothing to a notification", async () => {
    expect(await comet.post({ jsonrpc: "2.0", method: "health" })).toEqual({ status: 200, body: undefined });
  });

  it("answers what is no JSON with a parse error, and nothing with a stack", async () => {
    const broken = await comet.post("{");
    expect([broken.status, broken.body.error.code]).toEqual([500, -32700]);
    for (const body of ["{", "[]", "null", '{"id":1,"method":5}', '{"id":1,"method":"tx","params":{"hash":7}}']) {
      const { body: answer } = await comet.post(body);
      expect(Object.keys(answer.error)).toEqual(["code", "message", "data"]);
      expect(JSON.stringify(answer)).not.toMatch(/\.[jt]s:\d|node_modules/);
    }
  });

  it("lists its methods at the root, and is open to every origin", async () => {
    const root = await fetch(comet.url, { headers: { origin: "http://x" } });
    expect(await root.text()).toContain('href="/abci_query"');
    expect(root.headers.get("access-control-allow-origin")).toBe("*");
    expect((await fetch(comet.url, { method: "OPTIONS" })).status).toBe(204);
  });
});
