/** Calls over gRPC as an independent client makes them: bytes, heights, statuses. */
import { toUpperHex } from "@enclavenet/common";
import {
  cosmosAuth,
  cosmosBank,
  cosmosBaseNode,
  cosmosBaseTendermint,
  cosmosTx,
  create,
  decode,
  encode,
  grpcHealth,
  rpcsOfService,
  servedServices,
} from "@enclavenet/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../../../tests/support/grpc-client.ts";
import { answer, EMPTY, fakeBackend, sha256, TRANSACTIONS, transaction } from "./support/fake-backend.ts";
import { type Running, startGrpc } from "./support/grpc.ts";

const BALANCE = "/cosmos.bank.v1beta1.Query/Balance";
const PARAMS = "/cosmos.auth.v1beta1.Query/Params";
const TX = "/cosmos.tx.v1beta1.Service";
const NODE = "/cosmos.base.tendermint.v1beta1.Service";

let running: Running;
let client: RawClient;
beforeAll(async () => {
  running = await startGrpc();
  client = new RawClient(running.port);
});
afterAll(async () => {
  client.close();
  await running.close();
});

/** One call on a server whose application answers `fields`. */
async function onApplication(fields: Parameters<typeof answer>[0], path = PARAMS, metadata = {}) {
  const own = await startGrpc(fakeBackend({ query: async () => answer(fields) }));
  const ownClient = new RawClient(own.port);
  try {
    return { ...(await ownClient.call(path, EMPTY, metadata)), errors: own.errors };
  } finally {
    ownClient.close();
    await own.close();
  }
}

describe("a method of the application", () => {
  it("carries the bytes of request and answer", async () => {
    const coin = create(cosmosBank.QueryBalanceResponseSchema, { balance: { denom: "uscrt", amount: "5" } });
    const backend = fakeBackend({
      query: async () => answer({ value: encode(cosmosBank.QueryBalanceResponseSchema, coin) }),
    });
    const own = await startGrpc(backend);
    const ownClient = new RawClient(own.port);
    const request = create(cosmosBank.QueryBalanceRequestSchema, { address: "acc01", denom: "uscrt" });
    const data = encode(cosmosBank.QueryBalanceRequestSchema, request);
    const called = await ownClient.call(BALANCE, data);
    expect([called.code, called.bytes]).toEqual([0, encode(cosmosBank.QueryBalanceResponseSchema, coin)]);
    expect(backend.queries).toEqual([{ path: BALANCE, data, height: 0n, prove: false }]);
    ownClient.close();
    await own.close();
  });

  it("has what Go cannot leave out", async () => {
    const { bytes } = await onApplication({ value: EMPTY }, "/cosmos.auth.v1beta1.Query/Params");
    const inGo = encode(cosmosAuth.QueryParamsResponseSchema, create(cosmosAuth.QueryParamsResponseSchema));
    expect(inGo.length).toBeGreaterThan(0);
    expect(bytes).toEqual(inGo);
  });

  it.each([2, 3, 5, 9, 12, 13, 16])("shows status %i as it is", async (code) => {
    const fields = { code: 6, codespace: "sdk", log: "of ABCI", grpcStatus: { code, message: "süß: 100 %" } };
    expect(await onApplication(fields)).toMatchObject({ code, details: "süß: 100 %", errors: [] });
  });

  it("survives a text that is not well-formed", async () => {
    const fields = { code: 6, codespace: "sdk", log: "", grpcStatus: { code: 2, message: "a\ud800b\n" } };
    expect(await onApplication(fields)).toMatchObject({ code: 2, details: "a\ufffdb\n" });
  });

  it("has the text of an error without a status", async () => {
    expect(await onApplication({ code: 6, codespace: "sdk", log: "long" })).toMatchObject({ code: 2, details: "long" });
  });

  it("does not take the path of ABCI, not even for a simulation", async () => {
    const grpcStatus = { code: 2, message: "no with gas used: '7'" };
    const fields = { code: 6, codespace: "sdk", log: "no with gas used: '7': unknown request", grpcStatus };
    expect(await onApplication(fields, `${TX}/Simulate`)).toMatchObject({ code: 2, details: grpcStatus.message });
  });

  it("shows nothing of an answer that does not decode", async () => {
    const called = await onApplication({ value: Uint8Array.of(255) });
    expect(called).toMatchObject({ code: 13, details: "internal error" });
    expect(called.errors).toHaveLength(1);
  });
});

describe("the height", () => {
  const wanted = async (height: string) => {
    running.backend.queries.length = 0;
    const called = await client.call(PARAMS, EMPTY, { "x-cosmos-block-height": height });
    return { ...called, asked: running.backend.queries.map((query) => query.height) };
  };

  it.each([
    ["2", 2n],
    ["0", 0n],
    ["+1", 1n],
    ["0002", 2n],
    ["9223372036854775807", 9223372036854775807n],
  ])("%s reaches the application", async (text, height) => {
    expect((await wanted(text)).asked).toEqual([height]);
  });

  it.each([
    ["abc", 'invalid height header "x-cosmos-block-height": strconv.ParseInt: parsing "abc": invalid syntax'],
    ["1.5", 'parsing "1.5": invalid syntax'],
    ["0x1", 'parsing "0x1": invalid syntax'],
    ["9223372036854775808", 'parsing "9223372036854775808": value out of range'],
    ["9".repeat(5000), "value out of range"],
    ["-1", "codespace sdk code 18: invalid request: cannot query with height < 0; please provide a valid height"],
  ])("%s is refused", async (text, reason) => {
    const { code, details, asked } = await wanted(text);
    expect([code, asked]).toEqual([2, []]);
    expect(details).toContain(reason);
  });

  it("comes back with the answer, and with an error", async () => {
    const heightOf = ({ header }: { header: { get(name: string): unknown[] } }) => header.get("x-cosmos-block-height");
    expect(heightOf(await client.call(PARAMS, EMPTY))).toEqual(["3"]);
    expect(heightOf(await client.call(`${NODE}/GetSyncing`, EMPTY))).toEqual(["3"]);
    expect(heightOf(await client.call(`${NODE}/GetSyncing`, EMPTY, { "x-cosmos-block-height": "1" }))).toEqual(["1"]);
    const fields = { code: 6, codespace: "sdk", log: "x", height: 2n, grpcStatus: { code: 5, message: "x" } };
    expect(heightOf(await onApplication(fields))).toEqual(["2"]);
  });

  it("may not be in the future, also where the node answers", async () => {
    const called = await client.call(`${NODE}/GetSyncing`, EMPTY, { "x-cosmos-block-height": "4" });
    const reason = "cannot query with height in the future; please provide a valid height";
    expect(called).toMatchObject({ code: 2, details: `codespace sdk code 26: invalid height: ${reason}` });
  });
});

describe("a method of the node", () => {
  it("finds a transaction", async () => {
    const hash = toUpperHex(sha256(TRANSACTIONS[1]!));
    const request = encode(cosmosTx.GetTxRequestSchema, create(cosmosTx.GetTxRequestSchema, { hash }));
    const { code, bytes } = await client.call(`${TX}/GetTx`, request);
    expect(code).toBe(0);
    const { txResponse, tx } = decode(cosmosTx.GetTxResponseSchema, bytes!);
    expect([txResponse?.txhash, txResponse?.height, tx?.body?.memo]).toEqual([hash, 2n, "b"]);
  });

  it("does not find one, and says so without ABCI's words", async () => {
    const request = encode(cosmosTx.GetTxRequestSchema, create(cosmosTx.GetTxRequestSchema, { hash: "AB" }));
    expect(await client.call(`${TX}/GetTx`, request)).toMatchObject({ code: 5, details: "tx not found: AB" });
    const empty = await client.call(`${NODE}/ABCIQuery`, EMPTY);
    expect([empty.code, empty.details]).toEqual([3, "empty query path"]);
  });

  it("broadcasts", async () => {
    running.backend.broadcasts.length = 0;
    const txBytes = transaction("over gRPC");
    const message = create(cosmosTx.BroadcastTxRequestSchema, { txBytes, mode: cosmosTx.BroadcastMode.SYNC });
    const { bytes } = await client.call(`${TX}/BroadcastTx`, encode(cosmosTx.BroadcastTxRequestSchema, message));
    const { txResponse } = decode(cosmosTx.BroadcastTxResponseSchema, bytes!);
    expect(txResponse?.txhash).toBe(toUpperHex(sha256(txBytes)));
    expect(running.backend.broadcasts).toEqual([txBytes]);
  });

  it("tells of blocks and of itself", async () => {
    const latest = await client.call(`${NODE}/GetLatestBlock`, EMPTY);
    const { sdkBlock } = decode(cosmosBaseTendermint.GetLatestBlockResponseSchema, latest.bytes!);
    expect(sdkBlock?.header).toMatchObject({ height: 3n, proposerAddress: `cons${"07".repeat(20)}` });
    const config = await client.call("/cosmos.base.node.v1beta1.Service/Config", EMPTY);
    expect(decode(cosmosBaseNode.ConfigResponseSchema, config.bytes!).minimumGasPrice).toBe("0.1uscrt");
  });

  it("shows nothing of an exception, and logs it", async () => {
    const failing = async () => {
      throw new TypeError("secret of the machine");
    };
    const own = await startGrpc(fakeBackend({ broadcastTx: failing }));
    const ownClient = new RawClient(own.port);
    const message = create(cosmosTx.BroadcastTxRequestSchema, { txBytes: Uint8Array.of(1), mode: 2 });
    const called = await ownClient.call(`${TX}/BroadcastTx`, encode(cosmosTx.BroadcastTxRequestSchema, message));
    expect([called.code, called.details, own.errors.length]).toEqual([13, "internal error", 1]);
    ownClient.close();
    await own.close();
  });
});

describe("every served service", () => {
  const all = servedServices.flatMap(rpcsOfService);

  it.each(all.map(({ fullName }) => fullName))("answers %s", async (fullName) => {
    const { code } = await client.call(fullName, EMPTY);
    expect([0, 2, 3, 5, 13]).toContain(code);
  });

  it("is none of messages, and all of queries", () => {
    const names = servedServices.map(({ typeName }) => typeName);
    expect(names).toContain("secret.compute.v1beta1.Query");
    expect(names.filter((name) => name.endsWith(".Msg") || name.startsWith("grpc."))).toEqual([]);
  });
});

describe("what nobody serves", () => {
  it.each([
    ["/cosmos.bank.v1beta1.Query/Nothing", "unknown method Nothing for service cosmos.bank.v1beta1.Query"],
    ["/cosmos.bank.v1beta1.Msg/Send", "unknown service cosmos.bank.v1beta1.Msg"],
    ["/a.B/C", "unknown service a.B"],
    ["/grpc.health.v1.Health/List", "unknown method List for service grpc.health.v1.Health"],
    ["/a/b/c", 'malformed method name: "/a/b/c"'],
  ])("is unimplemented: %s", async (path, details) => {
    expect(await client.call(path, EMPTY)).toMatchObject({ code: 12, details });
  });
});

describe("health", () => {
  const check = (service: string) => {
    const request = create(grpcHealth.HealthCheckRequestSchema, { service });
    return client.call("/grpc.health.v1.Health/Check", encode(grpcHealth.HealthCheckRequestSchema, request));
  };

  it.each(["", "cosmos.bank.v1beta1.Query", "grpc.health.v1.Health"])("of %j is known", async (service) => {
    const { bytes } = await check(service);
    expect(decode(grpcHealth.HealthCheckResponseSchema, bytes!).status).toBe(1);
  });

  it("of another service is not found", async () => {
    expect(await check("a.B")).toMatchObject({ code: 5, details: "unknown service" });
  });
});
