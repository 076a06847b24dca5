/** Service table and REST transcoding, against the calls that the unmodified secretjs gateway client makes. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { clone, type DescMessage, type Message, ScalarType, toBinary } from "@bufbuild/protobuf";
import {
  cosmosBank,
  cosmosTx,
  create,
  RestRouter,
  type Rpc,
  requestMessage,
  rpcs,
  rpcsOfService,
} from "@enclavenet/proto";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fieldValue, setFieldValue } from "../src/field-access.ts";
import { json } from "./support/addresses.ts";
import { anyMessage } from "./support/arbitrary.ts";

const require = createRequire(import.meta.url);
const gateway = join(dirname(require.resolve("secretjs")), "grpc_gateway");
const router = new RestRouter();

/** What a server gets of a `fetch`. */
function transcode(url: string, init: { method?: string; body?: string } = {}): { name: string; request: Message } {
  const { pathname, searchParams } = new URL(url.startsWith("/") ? `http://node${url}` : url);
  const match = router.match(init.method ?? "GET", pathname);
  if (match === undefined) throw new Error(`no route for ${pathname}`);
  const body = init.body === undefined ? undefined : (JSON.parse(init.body) as unknown);
  return { name: match.rpc.fullName, request: requestMessage(match, { query: searchParams, body }, json) };
}

/** The request object that the gateway client takes: snake_case, enums by name, 64-bit integers as text. */
function clientRequest(schema: DescMessage, message: Message): Record<string, unknown> {
  const convert = (field: DescMessage["fields"][number], value: unknown): unknown => {
    if (field.message !== undefined) return clientRequest(field.message, value as Message);
    if (field.enum !== undefined) return field.enum.value[value as number]?.name;
    return typeof value === "bigint" ? value.toString() : value;
  };
  const entries = schema.fields.flatMap((field) => {
    const value = fieldValue(message, field);
    if (value === undefined) return [];
    const shown =
      field.fieldKind === "list" ? (value as unknown[]).map((item) => convert(field, item)) : convert(field, value);
    return [[field.name, shown]];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

type ClientCall = (request: unknown, init: { pathPrefix: string }) => Promise<unknown>;

function clientCall(rpc: Rpc): ClientCall | undefined {
  const file = join(gateway, `${rpc.service.file.name}.pb.js`);
  if (!existsSync(file)) return undefined;
  const services = require(file) as Record<string, Record<string, ClientCall | undefined> | undefined>;
  return services[rpc.service.name]?.[rpc.method.name];
}

/** Path fields are put into the path raw by the client: no empty text and no characters that end a path segment. */
function fillPathFields(rpc: Rpc, message: Message): Message {
  for (const segment of rpc.routes[0]?.segments ?? []) {
    if (segment.kind === "literal") continue;
    const field = rpc.request.fields.find(({ name }) => name === segment.path);
    const properties = message as unknown as Record<string, unknown>;
    if (field?.scalar !== ScalarType.STRING) continue;
    properties[field.localName] = `a b ${String(properties[field.localName]).replace(/[^a-z0-9]/g, "")}`;
  }
  return message;
}

const without = new Set(["cosmos.tx.v1beta1.SimulateRequest.tx", "cosmos.tx.v1beta1.TxEncodeRequest.tx"]);
const withRoutes = [...rpcs.values()].filter((rpc) => rpc.routes.length > 0);
const called = withRoutes.filter((rpc) => clientCall(rpc) !== undefined);

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("every rpc that secretjs calls", () => {
  it("is all but the newer compute queries and our own services", () => {
    const upstream = withRoutes.filter(({ fullName }) => !fullName.includes("enclavenet."));
    expect(withRoutes.length - upstream.length).toBe(5);
    const newer = upstream.filter((rpc) => !called.includes(rpc)).map((rpc) => rpc.method.name);
    expect(called.length).toBeGreaterThan(50);
    expect(newer.sort()).toEqual([
      "AnalyzeCode",
      "AuthorizedAdminUpdate",
      "BlockCreateResults",
      "BlockTraces",
      "EcallRecord",
      "EcallRecords",
      "EncryptedSeed",
      "MachineIDProof",
      "NetworkPubkey",
    ]);
  });

  // Bytes in the path are interpolated by the client as comma-separated numbers; nothing calls these two.
  const bytesInPath = /AddressBytesToString$|registration.*EncryptedSeed$/;
  const sound = called.filter((rpc) => !bytesInPath.test(rpc.fullName));

  it.each(sound.map((rpc) => [rpc.fullName, rpc] as const))("%s", async (name, rpc) => {
    const call = clientCall(rpc) as ClientCall;
    let seen: { name: string; request: Message } | undefined;
    vi.stubGlobal("fetch", (url: string, init?: { method?: string; body?: string }) => {
      seen = transcode(url, init);
      return Promise.resolve({ ok: true, json: () => Promise.resolve({}) });
    });
    await fc.assert(
      fc.asyncProperty(anyMessage(rpc.request, { without }), async (random) => {
        const message = fillPathFields(rpc, random);
        await call(clientRequest(rpc.request, message), { pathPrefix: "http://node" });
        expect(seen?.name).toEqual(sharedPath(name));
        if (seen?.name !== name) return;
        expect(withoutEmpty(rpc.request, seen.request)).toEqual(withoutEmpty(rpc.request, message));
      }),
      { numRuns: 20 },
    );
  });
});

/** Auth has one path for both directions of bech32 conversion; which rpc serves it depends on the text. */
function sharedPath(name: string): unknown {
  return name.endsWith("/AddressStringToBytes")
    ? expect.stringMatching(/\/Address(StringToBytes|BytesToString)$/)
    : name;
}

/** The client does not send what is empty: an empty message and an unset one look alike. */
function withoutEmpty(schema: DescMessage, message: Message): Message {
  const copy = clone(schema, message);
  for (const field of schema.fields) {
    const value = fieldValue(copy, field);
    if (field.fieldKind !== "message" || value === undefined) continue;
    if (toBinary(field.message, value as Message).length === 0) setFieldValue(copy, field, undefined);
  }
  return copy;
}

describe("RestRouter", () => {
  it.each([
    ["/cosmos/auth/v1beta1/accounts/secret1abc?", "/cosmos.auth.v1beta1.Query/Account", { address: "secret1abc" }],
    [
      "//////cosmos/base/tendermint/v1beta1/blocks/latest",
      "/cosmos.base.tendermint.v1beta1.Service/GetLatestBlock",
      {},
    ],
    [
      "/cosmos/base/tendermint/v1beta1/blocks/12/",
      "/cosmos.base.tendermint.v1beta1.Service/GetBlockByHeight",
      { height: 12n },
    ],
    ["/cosmos/tx/v1beta1/txs/AB?", "/cosmos.tx.v1beta1.Service/GetTx", { hash: "AB" }],
    [
      "/cosmos/tx/v1beta1/txs?events=a%3D%27b%27&events=c&query=a%20AND%20c&pagination.limit=10&limit=10&page=1&order_by=ORDER_BY_ASC&unknown=1",
      "/cosmos.tx.v1beta1.Service/GetTxsEvent",
      { events: ["a='b'", "c"], query: "a AND c", limit: 10n, page: 1n, orderBy: 1, pagination: { limit: 10n } },
    ],
    [
      "/compute/v1beta1/query/secret1x?query=AQL%2B",
      "/secret.compute.v1beta1.Query/QuerySecretContract",
      { query: new Uint8Array([1, 2, 254]) },
    ],
    [
      "/compute/v1beta1/contract_address/my%20label",
      "/secret.compute.v1beta1.Query/AddressByLabel",
      { label: "my label" },
    ],
    ["/compute/v1beta1/code_hash/by_code_id/7", "/secret.compute.v1beta1.Query/CodeHashByCodeId", { codeId: 7n }],
    [
      "/cosmos/bank/v1beta1/balances/secret1x/by_denom?denom=uscrt",
      "/cosmos.bank.v1beta1.Query/Balance",
      { denom: "uscrt" },
    ],
    [
      "/cosmos/bank/v1beta1/denoms_metadata/ibc/AB12",
      "/cosmos.bank.v1beta1.Query/DenomMetadata",
      { denom: "ibc/AB12" },
    ],
    ["/registration/v1beta1/tx-key?", "/secret.registration.v1beta1.Query/TxKey", {}],
    ["/cosmos/auth/v1beta1/bech32/AQID", "/cosmos.auth.v1beta1.Query/AddressBytesToString", {}],
    ["/cosmos/auth/v1beta1/bech32/secret1abcd", "/cosmos.auth.v1beta1.Query/AddressStringToBytes", {}],
  ])("GET %s", (url, name, expected) => {
    const { name: found, request } = transcode(url);
    expect(found).toBe(name);
    expect(request).toMatchObject(expected);
  });

  it("accepts both alphabets of base64", () => {
    for (const text of ["%2B%2F8%3D", "-_8=", "-_8"]) {
      const { request } = transcode(`/compute/v1beta1/query/secret1x?query=${text}`);
      expect(request).toMatchObject({ query: new Uint8Array([251, 255]) });
    }
  });

  it("takes the request from the body for POST, and from there only", () => {
    const { name, request } = transcode("/cosmos/tx/v1beta1/txs?mode=1", {
      method: "POST",
      body: '{"txBytes":"AQID","mode":"BROADCAST_MODE_SYNC"}',
    });
    expect(name).toBe("/cosmos.tx.v1beta1.Service/BroadcastTx");
    const { BroadcastTxRequestSchema, BroadcastMode } = cosmosTx;
    expect(request).toEqual(
      create(BroadcastTxRequestSchema, { txBytes: new Uint8Array([1, 2, 3]), mode: BroadcastMode.SYNC }),
    );
  });

  it("knows no other path or verb", () => {
    expect(router.match("GET", "/no/such/route")).toBeUndefined();
    expect(router.match("GET", "/cosmos/auth/v1beta1/accounts/a/b")).toBeUndefined();
    expect(router.match("DELETE", "/cosmos/auth/v1beta1/params")).toBeUndefined();
    expect(router.match("GET", "/cosmos/auth/v1beta1/accounts/%E0%A4%A")).toBeUndefined();
    expect(new RestRouter(rpcsOfService(cosmosBank.Query)).match("GET", "/cosmos/auth/v1beta1/params")).toBeUndefined();
  });

  it.each([
    "/cosmos/base/tendermint/v1beta1/blocks/abc",
    "/cosmos/bank/v1beta1/supply?pagination.limit=-1",
    "/cosmos/bank/v1beta1/supply?pagination.limit=1&pagination.limit=2",
    "/cosmos/bank/v1beta1/supply?pagination.reverse=maybe",
    "/cosmos/bank/v1beta1/supply?pagination=1",
    "/cosmos/tx/v1beta1/txs?order_by=NOPE",
    "/registration/v1beta1/encrypted-seed/***",
  ])("refuses %s with PROTO_PARAMETER", (url) => {
    expect(() => transcode(url)).toThrow(expect.objectContaining({ code: "PROTO_PARAMETER" }));
  });
});

describe("service table", () => {
  it("names request and response of every rpc, and the routes of those that have some", () => {
    const send = rpcs.get("/cosmos.bank.v1beta1.Msg/Send");
    expect([send?.request, send?.response]).toEqual([cosmosBank.MsgSendSchema, cosmosBank.MsgSendResponseSchema]);
    expect(send?.routes).toEqual([]);
    const simulate = rpcs.get("/cosmos.tx.v1beta1.Service/Simulate");
    expect(simulate?.routes).toMatchObject([{ verb: "POST", template: "/cosmos/tx/v1beta1/simulate", hasBody: true }]);
    expect(rpcsOfService(cosmosBank.Query)).toHaveLength(13);
  });
});
