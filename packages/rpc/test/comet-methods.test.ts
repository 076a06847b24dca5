/** Methods in the URI form, and what they do with heights, pages and hashes (spec 04 §5.2). */
import { LocalError } from "@enclavenet/common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  answer,
  type FakeBackend,
  fakeBackend,
  GENESIS,
  result,
  sha256,
  TRANSACTIONS,
} from "./support/fake-backend.ts";
import { ask, rpcServer } from "./support/servers.ts";

let server: Awaited<ReturnType<typeof rpcServer>>;
let backend: FakeBackend;
beforeAll(async () => {
  backend = fakeBackend();
  server = await rpcServer(backend);
});
afterAll(() => server.close());

async function get(target: string, on = server) {
  const answered = await ask(on, { method: "GET", url: `/${target}` });
  return { status: answered.status, ...answered.json() };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex").toUpperCase();
const quoted = (text: string) => encodeURIComponent(JSON.stringify(text));
/** Spec 05 §8; those of the websocket are in `websocket.test.ts`. */
const METHODS = [
  ...["abci_info", "abci_query", "block", "block_by_hash", "block_results", "block_search", "blockchain"],
  ...["broadcast_evidence", "broadcast_tx_async", "broadcast_tx_commit", "broadcast_tx_sync", "check_tx", "commit"],
  ...["consensus_params", "consensus_state", "dump_consensus_state", "genesis", "genesis_chunked", "header"],
  ...["header_by_hash", "health", "net_info", "num_unconfirmed_txs", "status", "tx", "tx_search"],
  ...["unconfirmed_txs", "validators"],
];

it("every method is there, and no other", async () => {
  // A call without its parameters may be refused, but it is no unknown path.
  for (const name of METHODS) expect([name, (await get(name)).status]).not.toEqual([name, 404]);
  expect((await get("no_such_method")).status).toBe(404);
});

const internal = (data: string) => ({ code: -32603, message: "Internal error", data });

describe("heights", () => {
  it.each(["block", "header", "commit", "block_results"])("of %s are the tip by default", async (name) => {
    const { result: tip } = await get(name);
    expect(tip).toEqual((await get(`${name}?height=3`)).result);
    expect(tip).toEqual((await get(`${name}?height="3"`)).result);
    expect(tip).not.toEqual((await get(`${name}?height=2`)).result);
  });

  it.each(["block", "header", "commit", "block_results"])("of %s end at the tip and begin at one", async (name) => {
    const above = internal("height 4 must be less than or equal to the current blockchain height 3");
    expect(await get(`${name}?height=4`)).toEqual({ status: 500, jsonrpc: "2.0", id: -1, error: above });
    for (const height of [0, -1]) {
      const below = internal(`height must be greater than 0, but got ${height}`);
      expect((await get(`${name}?height=${height}`)).error).toEqual(below);
    }
  });

  it.each(["validators", "consensus_params"])("of %s reach one block further", async (name) => {
    expect((await get(name)).result.block_height).toBe("4");
    expect((await get(`${name}?height=1`)).result.block_height).toBe("1");
    expect((await get(`${name}?height=5`)).error.data).toContain("current blockchain height 4");
  });

  it("below the first kept block are not available", async () => {
    const pruned = fakeBackend();
    const { engine } = pruned;
    const on = await rpcServer({ ...pruned, engine: { ...engine, earliestHeight: () => 2n } });
    expect((await get("block?height=1", on)).error).toEqual(internal("height 1 is not available, lowest height is 2"));
    await on.close();
  });
});

describe("blockchain", () => {
  const heights = async (query: string) =>
    (await get(`blockchain?${query}`)).result.block_metas.map((meta: { header: { height: string } }) =>
      Number(meta.header.height),
    );

  it.each([
    ["", [3, 2, 1]],
    ["minHeight=2", [3, 2]],
    ["maxHeight=2", [2, 1]],
    ["minHeight=2&maxHeight=2", [2]],
    ["minHeight=0&maxHeight=99", [3, 2, 1]],
  ])("with %s shows %j", async (query, expected) => {
    expect(await heights(query)).toEqual(expected);
  });

  it("refuses what makes no sense", async () => {
    expect((await get("blockchain?minHeight=-1")).error).toEqual(internal("heights must be non-negative"));
    expect((await get("blockchain?minHeight=3&maxHeight=2")).error).toEqual(
      internal("min height 3 can't be greater than max height 2"),
    );
  });
});

describe("hashes", () => {
  it("of transactions are 0x… in the URI form", async () => {
    const hash = hex(sha256(TRANSACTIONS[3]!));
    for (const form of [`0x${hash}`, `0X${hash.toLowerCase()}`]) {
      expect((await get(`tx?hash=${form}`)).result).toMatchObject({ hash, height: "2", index: 3 });
    }
    expect((await get("tx?hash=0xAB")).error).toEqual(internal("tx (AB) not found"));
    expect((await get(`tx?hash=${hash}`)).error.code).toBe(-32602);
    expect((await get("tx?hash=0xABC")).error.code).toBe(-32602);
  });

  it("of blocks find blocks and headers, or nothing", async () => {
    const { block_id, block } = (await get("block?height=2")).result;
    expect((await get(`block_by_hash?hash=0x${block_id.hash}`)).result).toEqual({ block_id, block });
    expect((await get(`header_by_hash?hash=0x${block_id.hash}`)).result).toEqual({ header: block.header });
    expect((await get("header_by_hash?hash=0x00")).result).toEqual({ header: null });
    expect((await get("block_by_hash?hash=0x00")).result).toEqual({
      block_id: { hash: "", parts: { total: 0, hash: "" } },
      block: null,
    });
  });
});

describe("pages and orders", () => {
  const indexes = async (query: string) =>
    (await get(`tx_search?query=${quoted("q")}&${query}`)).result.txs.map((one: { index: number }) => one.index);

  it.each([
    ["", [0, 1, 2, 3, 4]],
    ["per_page=2", [0, 1]],
    ["per_page=2&page=3", [4]],
    ["order_by=%22desc%22&per_page=2", [4, 3]],
    ["order_by=%22asc%22&per_page=1", [0]],
    ["per_page=0", [0, 1, 2, 3, 4]],
    ["per_page=1000", [0, 1, 2, 3, 4]],
  ])("of transactions, %s: %j", async (query, expected) => {
    expect(await indexes(query)).toEqual(expected);
  });

  it("of blocks begin with the newest", async () => {
    const found = async (query: string) =>
      (await get(`block_search?query=${quoted("q")}&${query}`)).result.blocks.map(
        (one: { block: { header: { height: string } } }) => one.block.header.height,
      );
    expect(await found("")).toEqual(["3", "2", "1"]);
    expect(await found("order_by=%22asc%22&per_page=2")).toEqual(["1", "2"]);
  });

  it.each(["page=0", "page=4", "page=-1", "page=9223372036854775807"])(
    "end where the results end: %s",
    async (query) => {
      const given = query.slice("page=".length);
      expect((await get(`tx_search?query=${quoted("q")}&per_page=2&${query}`)).error).toEqual(
        internal(`page should be within [1, 3] range, given ${given}`),
      );
    },
  );

  it("know asc and desc only", async () => {
    expect((await get(`tx_search?query=${quoted("q")}&order_by=%22up%22`)).error.data).toContain("order_by");
  });

  it("of a bad query are an error in words", async () => {
    expect((await get(`tx_search?query=${quoted("bad")}`)).error).toEqual(
      internal("expected an operator at position 3"),
    );
  });
});

describe("text and bytes of the URI form", () => {
  it("are JSON strings", async () => {
    await get(`abci_query?path=${quoted("/a/b")}&data=${quoted("ké\n")}&prove=true&height=2`);
    expect(backend.queries.at(-1)).toEqual({
      path: "/a/b",
      data: new Uint8Array(Buffer.from("ké\n")),
      height: 2n,
      prove: true,
    });
  });

  it("are hexadecimal after 0x", async () => {
    await get(`abci_query?path=/a/b&data=0x0aFF`);
    expect(backend.queries.at(-1)).toMatchObject({ path: "/a/b", data: Uint8Array.of(10, 255), height: 0n });
  });

  it("are hexadecimal without quotes in JSON", async () => {
    const request = { id: 1, method: "abci_query", params: { path: "/a/b", data: "0aFF" } };
    await ask(server, { method: "POST", url: "/", payload: JSON.stringify(request) });
    expect(backend.queries.at(-1)).toMatchObject({ data: Uint8Array.of(10, 255) });
  });

  it("count once: the first of a name", async () => {
    expect((await get("block?height=1&height=2")).result.block.header.height).toBe("1");
  });

  it.each(["data=0a", "data=%22a", "data=0x0", "path=%22%5C%22", "prove=yes", "height=1e1", "height=-1"])(
    "are refused when malformed: %s",
    async (query) => {
      expect((await get(`abci_query?${query}`)).status).toBe(500);
    },
  );
});

describe("status", () => {
  it("shows the app hash of the tip's header, as CometBFT does", async () => {
    const { sync_info, node_info } = (await get("status")).result;
    expect(sync_info.latest_app_hash).toBe((await get("header")).result.header.app_hash);
    expect(node_info.version).toMatch(/^0\.38\./);
    expect(node_info.other).toEqual({ tx_index: "on", rpc_address: "tcp://127.0.0.1:1", enclave: "none" });
    expect(sync_info.earliest_block_time).toBe("0001-01-01T00:00:00Z");
  });
});

describe("genesis", () => {
  it("is the document itself, whole or in parts", async () => {
    const document = JSON.parse(Buffer.from(GENESIS.bytes).toString());
    expect((await get("genesis")).result).toEqual({ genesis: document });
    const { chunk, total, data } = (await get("genesis_chunked?chunk=0")).result;
    expect([chunk, total]).toEqual(["0", "1"]);
    expect(new Uint8Array(Buffer.from(data, "base64"))).toEqual(GENESIS.bytes);
    expect((await get("genesis_chunked?chunk=1")).error).toEqual(
      internal("there are 0 chunks, but chunk 1 was requested"),
    );
  });

  it("holds the consensus parameters", async () => {
    const { consensus_params } = (await get("consensus_params")).result;
    expect(consensus_params).toEqual((await get("genesis")).result.genesis.consensus_params);
  });
});

describe("broadcast", () => {
  const TX = "tx=0x0102";
  const hash = hex(sha256(Uint8Array.of(1, 2)));
  const on = async (target: string, ...[overrides]: Parameters<typeof fakeBackend>) => {
    const other = await rpcServer(fakeBackend(overrides));
    const answered = await get(target, other);
    await other.close();
    return answered;
  };
  const refusing = (codespace: string, code: number) => ({
    broadcastTx: async () => result({ codespace, code, log: "words", data: Uint8Array.of(0xab) }),
  });

  it.each(["broadcast_tx_sync", "broadcast_tx_async"])("%s answers the hash", async (name) => {
    expect((await get(`${name}?${TX}`)).result).toEqual({ code: 0, data: "", log: "", codespace: "", hash });
  });

  it("answers what CheckTx said", async () => {
    expect((await on(`broadcast_tx_sync?${TX}`, refusing("sdk", 32))).result).toEqual({
      code: 32,
      data: "AB",
      log: "words",
      codespace: "sdk",
      hash,
    });
  });

  it.each([19, 20, 21])("answers the mempool's refusal %i with an error", async (code) => {
    expect((await on(`broadcast_tx_sync?${TX}`, refusing("sdk", code))).error).toEqual(internal("words"));
    expect((await on(`broadcast_tx_commit?${TX}`, refusing("sdk", code))).error).toEqual(
      internal("error on broadcastTxCommit: words"),
    );
    expect((await on(`broadcast_tx_sync?${TX}`, refusing("other", code))).result.code).toBe(code);
  });

  it("waits for the block", async () => {
    const { result: committed } = await get(`broadcast_tx_commit?${TX}`);
    expect(committed).toMatchObject({ height: "2", hash, check_tx: { code: 0 }, tx_result: { gas_used: "4" } });
  });

  it("does not wait for what CheckTx refused", async () => {
    const { result: refused } = await on(`broadcast_tx_commit?${TX}`, refusing("sdk", 5));
    expect(refused).toMatchObject({ height: "0", check_tx: { code: 5 }, tx_result: { code: 0, events: [] } });
  });

  it("gives up after a while", async () => {
    const waitForTx = async () => {
      throw new LocalError("TX_TIMEOUT", "too long");
    };
    expect((await on(`broadcast_tx_commit?${TX}`, { waitForTx })).error).toEqual(
      internal("timed out waiting for tx to be included in a block"),
    );
  });

  it("asks CheckTx alone", async () => {
    expect((await get(`check_tx?${TX}`)).result).toMatchObject({ code: 0, gas_wanted: "0", events: [], data: null });
  });
});

describe("the mempool", () => {
  it("is shown in part and counted in full", async () => {
    expect((await get("unconfirmed_txs?limit=2")).result).toMatchObject({ n_txs: "2", total: "5", total_bytes: "99" });
    expect((await get("num_unconfirmed_txs")).result).toEqual({ n_txs: "5", total: "5", total_bytes: "99", txs: null });
  });
});

describe("abci_query", () => {
  it("prints the answer as jsonpb", async () => {
    const ops = [{ type: "ics23:iavl", key: Uint8Array.of(1), data: Uint8Array.of(2) }];
    const other = await rpcServer(
      fakeBackend({ query: async () => answer({ key: Uint8Array.of(1), proofOps: ops, codespace: "sdk", code: 6 }) }),
    );
    expect((await get("abci_query", other)).result.response).toEqual({
      code: 6,
      log: "",
      info: "",
      index: "0",
      key: "AQ==",
      value: null,
      proofOps: { ops: [{ type: "ics23:iavl", key: "AQ==", data: "Ag==" }] },
      height: "3",
      codespace: "sdk",
    });
    await other.close();
  });
});

describe("blocks by hand", () => {
  it("are refused where the node makes them itself", async () => {
    expect((await get("unsafe_produce_block")).error.data).toContain("--block-time manual");
  });

  it("tell their height", async () => {
    const on = await rpcServer(fakeBackend({ produceBlock: async () => 4n }));
    expect((await get("unsafe_produce_block", on)).result).toEqual({ height: "4" });
    await on.close();
  });
});
