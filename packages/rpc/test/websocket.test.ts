/** The websocket: JSON-RPC, subscriptions, event frames (spec 04 §5.1, §5.4). */
import { toBase64, toUpperHex } from "@enclavenet/common";
import type { EngineEvent } from "@enclavenet/consensus";
import { listen } from "@enclavenet/rpc";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeBackend, fakeBackend, result, TRANSACTIONS, txRecord } from "./support/fake-backend.ts";
import { rpcServer } from "./support/servers.ts";
import { connectWebsocket, type WebsocketClient } from "./support/websocket-client.ts";

let backend: FakeBackend;
let server: Awaited<ReturnType<typeof rpcServer>>;
let port: number;
let client: WebsocketClient;

beforeEach(async () => {
  backend = fakeBackend();
  server = await rpcServer(backend, undefined, { maxClients: 2, maxSubscriptionsPerClient: 3 });
  port = await listen(server, { host: "127.0.0.1", port: 0 }, "--rpc-port");
  client = await connectWebsocket(port);
});
afterEach(() => server.close());

const ok = (id: unknown, value: unknown = {}) => ({ jsonrpc: "2.0", id, result: value });
const internal = (id: unknown, data: string) => ({
  jsonrpc: "2.0",
  id,
  error: { code: -32603, message: "Internal error", data },
});

/** A transaction with one transfer. */
function txEvent(index = 0, amount = "5uscrt"): EngineEvent {
  const attributes = [
    { key: "recipient", value: "bob", index: true },
    { key: "amount", value: amount, index: true },
  ];
  const record = txRecord(TRANSACTIONS[index]!, index);
  return { type: "Tx", tx: { ...record, result: result({ events: [{ type: "transfer", attributes }] }) } };
}

function blockEvent(height = 2n): EngineEvent {
  const block = backend.engine.block(height)!;
  const events = [{ type: "mint", attributes: [{ key: "mode", value: "BeginBlock", index: true }] }];
  return { type: "NewBlock", block, results: { ...backend.engine.blockResults(height)!, events } };
}

describe("requests", () => {
  it("reach all methods of the RPC", async () => {
    expect(await client.call("health", undefined, "one")).toEqual(ok("one"));
    const { result: status } = await client.call("status");
    expect(status.node_info.network).toBe("fake-1");
    expect((await client.call("block", { height: "2" }, 7)).result.block.data.txs).toHaveLength(5);
    expect((await client.call("block", ["9"], 8)).error.data).toMatch(/^height 9 must be less than/);
  });

  it("are answered in their order, however fast they come", async () => {
    for (let id = 0; id < 500; id++) client.send(JSON.stringify({ id, method: "health" }));
    for (let id = 0; id < 500; id++) expect(await client.next()).toEqual(ok(id));
  });

  it("may be binary frames, and get no answer without an id", async () => {
    client.send(JSON.stringify({ jsonrpc: "2.0", method: "health" }));
    client.send(new TextEncoder().encode(JSON.stringify({ id: 3, method: "health" })));
    expect(await client.next()).toEqual(ok(3));
    expect(client.waiting).toEqual([]);
  });

  it("that are no requests are answered, and the connection goes on", async () => {
    for (const [text, code] of [
      ["{", -32700],
      ["", -32700],
      ["[".repeat(100_000), -32700],
      ["null", -32600],
      ["[]", -32600],
      ['{"id":1}', -32600],
      ['{"id":1,"method":"nope"}', -32601],
      ['{"id":1,"method":"__proto__"}', -32601],
      ['{"id":1,"method":"subscribe","params":["a","b"]}', -32602],
      ['{"id":1,"method":"subscribe","params":{"query":7}}', -32602],
    ] as const) {
      client.send(text);
      expect((await client.next()).error.code).toBe(code);
    }
    expect(await client.call("health")).toEqual(ok(1));
  });
});

describe("a subscription", () => {
  it("gets the transactions that its query matches, under the id of its request", async () => {
    const query = "tm.event='Tx' AND transfer.amount='5uscrt'";
    expect(await client.call("subscribe", { query }, "my id")).toEqual(ok("my id"));
    backend.publish(txEvent(0, "6uscrt"));
    backend.publish(blockEvent());
    backend.publish(txEvent(1));
    const { tx, hash } = txRecord(TRANSACTIONS[1]!, 1);
    expect(await client.next()).toEqual(
      ok("my id", {
        query,
        data: {
          type: "tendermint/event/Tx",
          value: {
            TxResult: {
              height: "2",
              index: 1,
              tx: toBase64(tx),
              result: expect.objectContaining({ code: 0, data: null, gas_used: "0", codespace: "" }),
            },
          },
        },
        events: {
          "tm.event": ["Tx"],
          "transfer.amount": ["5uscrt"],
          "transfer.recipient": ["bob"],
          "tx.hash": [toUpperHex(hash)],
          "tx.height": ["2"],
        },
      }),
    );
    expect(client.waiting).toEqual([]);
  });

  it("leaves out the index of a block's first transaction, as Go does", async () => {
    await client.call("subscribe", { query: "tm.event='Tx'" });
    backend.publish(txEvent(0));
    expect(Object.keys((await client.next()).result.data.value.TxResult)).toEqual(["height", "tx", "result"]);
  });

  it("gets blocks, headers, block events and validator sets in their shapes", async () => {
    await client.call("subscribe", { query: "tm.event EXISTS" });
    const { header } = backend.engine.block(2n)!.block;
    const key = new Uint8Array(32).fill(3);
    const validator = { address: new Uint8Array(20).fill(4), publicKey: key, power: 5n, proposerPriority: 0n };
    backend.publish(blockEvent());
    backend.publish({ type: "NewBlockHeader", header });
    backend.publish({ type: "NewBlockEvents", height: 2n, numTxs: 5, events: [] });
    backend.publish({ type: "ValidatorSetUpdates", validators: [validator] });
    const frames = [await client.next(), await client.next(), await client.next(), await client.next()];
    const [block, head, events, validators] = frames.map(({ result: one }) => one);
    const shown = (await client.call("block", { height: "2" })).result;
    expect(block.data).toEqual({
      type: "tendermint/event/NewBlock",
      value: {
        ...shown,
        result_finalize_block: {
          events: [{ type: "mint", attributes: [{ key: "mode", value: "BeginBlock", index: true }] }],
          tx_results: expect.any(Array),
          validator_updates: null,
          consensus_param_updates: { block: { max_bytes: expect.any(String), max_gas: expect.any(String) } },
          app_hash: expect.any(String),
        },
      },
    });
    expect(block.events).toEqual({ "mint.mode": ["BeginBlock"], "tm.event": ["NewBlock"] });
    expect(head.data).toEqual({ type: "tendermint/event/NewBlockHeader", value: { header: shown.block.header } });
    expect(events.data).toEqual({
      type: "tendermint/event/NewBlockEvents",
      value: { height: "2", events: [], num_txs: "5" },
    });
    expect(validators.data.value.validator_updates).toEqual([
      {
        address: "04".repeat(20),
        pub_key: { type: "tendermint/PubKeyEd25519", value: toBase64(key) },
        voting_power: "5",
        proposer_priority: "0",
      },
    ]);
  });

  it("does not see what was published before it, and ends with unsubscribe", async () => {
    await client.call("subscribe", { query: "tm.event='NewBlock'" }, 1);
    const other = await connectWebsocket(port);
    backend.publish(txEvent(0));
    await other.call("subscribe", { query: "tm.event = 'Tx'" }, 2);
    backend.publish(txEvent(1));
    expect((await other.next()).result.data.value.TxResult.index).toBe(1);
    // Canonical text decides, not how it was written.
    expect(await other.call("unsubscribe", { query: "tm.event='Tx'" }, 3)).toEqual(ok(3));
    backend.publish(txEvent(2));
    expect(await other.call("health")).toEqual(ok(1));
    expect(await other.call("unsubscribe", { query: "tm.event='Tx'" }, 4)).toEqual(
      internal(4, "subscription not found"),
    );
    await other.close();
  });

  it("is refused in CometBFT's words", async () => {
    const one = { query: "tm.event='Tx'" };
    await client.call("subscribe", one);
    expect(await client.call("subscribe", { query: " tm.event =  'Tx'" }, 2)).toEqual(
      internal(2, "already subscribed"),
    );
    const bad = await client.call("subscribe", { query: "tm.event=" }, 3);
    expect([bad.error.code, bad.error.data]).toEqual([-32603, expect.stringMatching(/^failed to parse query: /)]);
    expect((await client.call("subscribe", {})).error.data).toMatch(/^failed to parse query: /);
    const long = { query: `a.b='${"x".repeat(512)}'` };
    expect(await client.call("subscribe", long, 4)).toEqual(internal(4, "maximum query length exceeded"));
    expect(await client.call("unsubscribe", { query: "tm.event='NewBlock'" }, 5)).toEqual(
      internal(5, "subscription not found"),
    );
    expect(await client.call("unsubscribe_all", {}, 6)).toEqual(ok(6));
    expect(await client.call("unsubscribe_all", {}, 7)).toEqual(internal(7, "subscription not found"));
    expect(await client.call("subscribe", one, 8)).toEqual(ok(8));
  });

  it("is one of few per client, and clients are few", async () => {
    for (const n of [1, 2, 3]) expect(await client.call("subscribe", { query: `a.b=${n}` }, n)).toEqual(ok(n));
    const data = "max_subscriptions_per_client 3 reached";
    expect(await client.call("subscribe", { query: "a.b=4" }, 4)).toEqual(internal(4, data));
    const [second, third] = [await connectWebsocket(port), await connectWebsocket(port)];
    expect(await second.call("subscribe", { query: "a.b=1" })).toEqual(ok(1));
    const refused = internal(1, "max_subscription_clients 2 reached");
    expect(await third.call("subscribe", { query: "a.b=1" })).toEqual(refused);
    await second.call("unsubscribe_all");
    expect(await third.call("subscribe", { query: "a.b=1" })).toEqual(ok(1));
  });

  it("ends with its connection, and the engine is listened to only while there is one", async () => {
    expect(backend.listeners.size).toBe(0);
    await client.call("subscribe", { query: "tm.event='Tx'" });
    expect(backend.listeners.size).toBe(1);
    await client.close();
    await expect.poll(() => backend.listeners.size, { timeout: 20_000 }).toBe(0);
  });

  it("is no method of HTTP", async () => {
    const { statusCode, payload } = await server.inject({
      method: "POST",
      url: "/",
      payload: JSON.stringify({ id: 1, method: "subscribe", params: { query: "tm.event='Tx'" } }),
    });
    expect([statusCode, JSON.parse(payload).error.code]).toEqual([200, -32601]);
    expect((await server.inject({ method: "GET", url: "/subscribe?query=%22a%22" })).statusCode).toBe(404);
  });

  it("is told when the node stops", async () => {
    await client.call("subscribe", { query: "tm.event='Tx'" }, 5);
    await server.close();
    expect((await client.next()).error).toEqual({
      code: -32000,
      message: "Server error",
      data: "subscription was canceled (reason: CometBFT exited)",
    });
    expect(await client.closed).toBe(1001);
  });
});
