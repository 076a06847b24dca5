/** From path, query, body and headers to the rpc's request; and from the application's status to the body. */
import { LocalError } from "@enclavenet/common";
import { cosmosAuth, cosmosBank, cosmosTx, decode, secretCompute } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { answer, fakeBackend, transaction } from "./support/fake-backend.ts";
import { ask, type Inject, restServer } from "./support/servers.ts";

async function requestOf(request: Inject) {
  const backend = fakeBackend();
  const server = await restServer(backend);
  const answered = await ask(server, request);
  await server.close();
  return { answered, query: backend.queries[0] };
}

const get = (url: string, headers: Record<string, string> = {}) => requestOf({ method: "GET", url, headers });

describe("path and query", () => {
  it("fill the request of the rpc", async () => {
    const { query } = await get("/cosmos/bank/v1beta1/balances/acc01/by_denom?denom=uscrt");
    expect(query).toMatchObject({ path: "/cosmos.bank.v1beta1.Query/Balance", height: 0n, prove: false });
    expect(decode(cosmosBank.QueryBalanceRequestSchema, query!.data)).toMatchObject({
      address: "acc01",
      denom: "uscrt",
    });
  });

  it("decode percent escapes once, with slashes and percent signs inside", async () => {
    const label = "a label/with 100% ünï";
    const { query } = await get(`/compute/v1beta1/contract_address/${encodeURIComponent(label)}`);
    expect(decode(secretCompute.QueryByLabelRequestSchema, query!.data).label).toBe(label);
  });

  it("carry a label of 512 bytes", async () => {
    const label = "ü".repeat(256);
    const { query } = await get(`/compute/v1beta1/contract_address/${encodeURIComponent(label)}`);
    expect(decode(secretCompute.QueryByLabelRequestSchema, query!.data).label).toBe(label);
  });

  it.each(["%2B%2F8%3D", "-_8%3D", "-_8"])("read bytes %s in either alphabet", async (text) => {
    const { query } = await get(`/compute/v1beta1/query/acc01?query=${text}`);
    expect(decode(secretCompute.QuerySecretContractRequestSchema, query!.data).query).toEqual(
      Uint8Array.of(0xfb, 0xff),
    );
  });

  it("read pages by dotted and by camel-case names", async () => {
    const { query } = await get("/cosmos/auth/v1beta1/accounts?pagination.limit=3&pagination.countTotal=true");
    expect(decode(cosmosAuth.QueryAccountsRequestSchema, query!.data).pagination).toMatchObject({
      limit: 3n,
      countTotal: true,
    });
  });

  it.each([
    "/cosmos/auth/v1beta1/accounts?pagination.limit=x",
    "/cosmos/auth/v1beta1/accounts?pagination.limit=-1",
    "/cosmos/auth/v1beta1/accounts?pagination.limit=18446744073709551616",
    "/cosmos/auth/v1beta1/accounts?pagination.limit=1&pagination.limit=2",
    "/cosmos/auth/v1beta1/accounts?pagination.reverse=maybe",
    "/cosmos/auth/v1beta1/accounts?pagination=1",
    "/cosmos/auth/v1beta1/accounts?pagination.key=*",
    "/compute/v1beta1/code/abc",
    "/compute/v1beta1/query/acc01?query=*",
  ])("that do not fit are InvalidArgument: %s", async (url) => {
    const { answered, query } = await get(url);
    expect([answered.status, answered.json().code]).toEqual([400, 3]);
    expect(query).toBeUndefined();
  });
});

describe("the height header", () => {
  it.each(["x-cosmos-block-height", "grpc-metadata-x-cosmos-block-height"])("%s asks for a height", async (name) => {
    const { query } = await get("/cosmos/auth/v1beta1/params", { [name]: "2" });
    expect(query?.height).toBe(2n);
  });

  it.each(["-1", "abc", "1.5", "0x1", "99999999999999999999"])("does not take %s", async (value) => {
    const { answered } = await get("/cosmos/auth/v1beta1/params", { "x-cosmos-block-height": value });
    expect([answered.status, answered.json().code]).toEqual([400, 3]);
  });

  it.each([
    ["/cosmos/base/tendermint/v1beta1/blocks/latest", "cannot query with height in the future"],
    [
      "/cosmos/base/node/v1beta1/config",
      "codespace sdk code 26: invalid height: cannot query with height in the future",
    ],
  ])("of a height to come is refused by %s, which the node answers itself", async (url, text) => {
    const { answered } = await get(url, { "x-cosmos-block-height": "4" });
    const { code, message } = answered.json();
    expect([answered.status, code, message]).toEqual([500, 2, expect.stringMatching(`^${text}`)]);
    for (const [asked, read] of [
      [{ "x-cosmos-block-height": "2" }, "2"],
      [{}, "3"],
    ] as const) {
      const { status, headers } = (await get(url, asked)).answered;
      expect([status, headers["grpc-metadata-x-cosmos-block-height"]]).toEqual([200, read]);
    }
  });

  it("comes back with the height that was read", async () => {
    const { answered } = await get("/cosmos/auth/v1beta1/params");
    expect(answered.headers["grpc-metadata-x-cosmos-block-height"]).toBe("3");
  });
});

describe("a body", () => {
  const url = "/cosmos/tx/v1beta1/simulate";
  const post = (payload: string) => requestOf({ method: "POST", url, payload });
  const txBytes = Buffer.from(transaction("x")).toString("base64");

  it.each(["txBytes", "tx_bytes"])("names its field %s", async (name) => {
    const { query } = await post(JSON.stringify({ [name]: txBytes }));
    expect(decode(cosmosTx.SimulateRequestSchema, query!.data).txBytes).toEqual(transaction("x"));
  });

  it("may hold messages inline, by their type", async () => {
    const message = { "@type": "/cosmos.bank.v1beta1.MsgSend", from_address: "x", toAddress: "y", amount: [] };
    const { query } = await post(JSON.stringify({ tx: { body: { messages: [message] } } }));
    const [any] = decode(cosmosTx.SimulateRequestSchema, query!.data).tx!.body!.messages;
    expect(decode(cosmosBank.MsgSendSchema, any!.value)).toMatchObject({ fromAddress: "x", toAddress: "y" });
  });

  it.each(["", "null", "{}"])("%j is an empty request", async (payload) => {
    expect((await post(payload)).query?.data).toEqual(new Uint8Array(0));
  });

  it.each([
    ["{", "the body is not valid JSON"],
    ["[]", "bad value for cosmos.tx.v1beta1.SimulateRequest: expected an object"],
    ['{"x":1}', 'unknown field "x" in cosmos.tx.v1beta1.SimulateRequest'],
    ['{"__proto__":1}', 'unknown field "__proto__" in cosmos.tx.v1beta1.SimulateRequest'],
    ['{"txBytes":"A"}', "base64 length is not a multiple of four"],
    ['{"txBytes":1}', "bad value for tx_bytes: expected a string"],
    ['{"tx":{"body":{"messages":[{"@type":"/x.Y"}]}}}', "unable to resolve type URL /x.Y"],
    [
      '{"tx":{"body":{"messages":[{"@type":"/secret.compute.v1beta1.MsgExecuteContract","sender":"x"}]}}}',
      "not an address",
    ],
  ])("%s is InvalidArgument: %s", async (payload, message) => {
    const { answered, query } = await post(payload);
    expect([answered.status, answered.json()]).toEqual([400, { code: 3, message, details: [] }]);
    expect(query).toBeUndefined();
  });

  it("may not nest without end", async () => {
    const deep = '{"tx":{"body":{"messages":['.concat(
      '{"@type":"/cosmos.tx.v1beta1.Tx","body":{"messages":['.repeat(5000),
      "]}}".repeat(5000),
      "]}}}",
    );
    expect((await post(deep)).answered.json()).toMatchObject({ code: 3 });
    expect((await post("[".repeat(100_000))).answered.json()).toMatchObject({ code: 3 });
  });
});

describe("the application's error", () => {
  async function failing(url: string, fields: Parameters<typeof answer>[0], method: "GET" | "POST" = "GET") {
    const server = await restServer(fakeBackend({ query: async () => answer(fields) }));
    const answered = await ask(server, { method, url });
    await server.close();
    return [answered.status, answered.json()];
  }

  it.each([
    [2, 500],
    [3, 400],
    [5, 404],
    [9, 400],
    [16, 401],
    [99, 500],
  ])("with gRPC status %i has HTTP status %i", async (code, status) => {
    const fields = { code: 6, codespace: "sdk", log: "long", grpcStatus: { code, message: "short" } };
    expect(await failing("/cosmos/auth/v1beta1/params", fields)).toEqual([
      status,
      { code, message: "short", details: [] },
    ]);
  });

  it.each([
    [6, 2, 500],
    [18, 3, 400],
    [22, 5, 404],
    [4, 16, 401],
  ])("of a simulation, sdk %i, is told by its ABCI code: %i", async (code, grpc, status) => {
    const fields = { code, codespace: "sdk", log: "long", grpcStatus: { code: 7, message: "short" } };
    expect(await failing("/cosmos/tx/v1beta1/simulate", fields, "POST")).toEqual([
      status,
      { code: grpc, message: "long", details: [] },
    ]);
  });

  it("that nobody serves the method is that of a route that does not exist", async () => {
    const grpcStatus = { code: 12, message: "unknown method" };
    const fields = { code: 6, codespace: "sdk", log: "unknown query path: unknown request", grpcStatus };
    expect(await failing("/cosmos/auth/v1beta1/params", fields)).toEqual([
      501,
      { code: 12, message: "Not Implemented", details: [] },
    ]);
  });
});

describe("an engine that has stopped", () => {
  it("makes a broadcast unavailable", async () => {
    const stopped = async () => {
      throw new LocalError("ENGINE_STOPPED", "the node is stopping");
    };
    const server = await restServer(fakeBackend({ broadcastTx: stopped }));
    const payload = '{"tx_bytes":"AAAA","mode":"BROADCAST_MODE_SYNC"}';
    const answered = await ask(server, { method: "POST", url: "/cosmos/tx/v1beta1/txs", payload });
    await server.close();
    expect([answered.status, answered.json().code]).toEqual([503, 14]);
  });
});
