/**
 * gRPC and gRPC-web of the real command, asked by clients that share no code with it: grpc-js, with the codecs of cosmjs-types
 * and secretjs (spec 04 §2.2, §3.1, §4.2).
 */
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { cosmosBank, rpcs, rpcsOfService, secretCompute, servedServices } from "@enclavenet/proto";
import { QueryAccountRequest, QueryAccountResponse, QueryParamsResponse } from "cosmjs-types/cosmos/auth/v1beta1/query";
import { QueryBalanceRequest, QueryBalanceResponse } from "cosmjs-types/cosmos/bank/v1beta1/query";
import { GetLatestBlockResponse } from "cosmjs-types/cosmos/base/tendermint/v1beta1/query";
import {
  BroadcastMode,
  BroadcastTxRequest,
  BroadcastTxResponse,
  GetBlockWithTxsRequest,
  GetBlockWithTxsResponse,
  GetTxRequest,
  GetTxResponse,
  GetTxsEventRequest,
  GetTxsEventResponse,
  SimulateRequest,
  SimulateResponse,
} from "cosmjs-types/cosmos/tx/v1beta1/service";
import { EncryptionUtilsImpl, fromBase64, fromUtf8, MsgSend } from "secretjs";
import {
  QueryByContractAddressRequest,
  QuerySecretContractRequest,
  QuerySecretContractResponse,
} from "secretjs/dist/protobuf/secret/compute/v1beta1/query.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../support/grpc-client.ts";
import { clientOf, type Deployed, deploy, FAST, type Localnet, MNEMONICS, startLocalnet } from "../support/localnet.ts";
import { portOf } from "../support/processes.ts";
import { RestClient } from "../support/rest.ts";

const TX = "/cosmos.tx.v1beta1.Service";
const EMPTY = new Uint8Array(0);
const NOBODY = "secret1z6sk34np3xhwh8ttcd4plvp9qg63awj82ykepa";
const ON_WEB = "secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne";

let net: Localnet;
let grpc: RawClient;
let rest: RestClient;
let a: ReturnType<typeof clientOf>;
let d: ReturnType<typeof clientOf>;
let counter: Deployed;
let keys: EncryptionUtilsImpl;

beforeAll(async () => {
  net = await startLocalnet();
  grpc = new RawClient(portOf(net.ready.grpc));
  rest = new RestClient(net.ready.rest);
  a = clientOf(net.ready, MNEMONICS.a);
  d = clientOf(net.ready, MNEMONICS.d);
  counter = await deploy(a, "counter", { count: 7 });
  keys = new EncryptionUtilsImpl(net.ready.rest);
});

afterAll(async () => {
  grpc?.close();
  await net?.stop();
});

/** Bytes of a call that succeeds. */
async function bytesOf(path: string, request: Uint8Array, metadata: Record<string, string> = {}): Promise<Uint8Array> {
  const { code, details, bytes } = await grpc.call(path, request, metadata);
  if (code !== 0 || bytes === undefined) throw new Error(`${path}: ${code} ${details}`);
  return bytes;
}

async function balanceOf(address: string, metadata: Record<string, string> = {}): Promise<string | undefined> {
  const request = QueryBalanceRequest.encode({ address, denom: "uscrt" }).finish();
  const bytes = await bytesOf("/cosmos.bank.v1beta1.Query/Balance", request, metadata);
  return QueryBalanceResponse.decode(bytes).balance?.amount;
}

const send = (amount: string, to: string = a.address) =>
  new MsgSend({ from_address: d.address, to_address: to, amount: [{ denom: "uscrt", amount }] });

/** Waits for a transaction by asking for it. */
async function found(hash: string): Promise<GetTxResponse> {
  const request = GetTxRequest.encode({ hash }).finish();
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const { code, details, bytes } = await grpc.call(`${TX}/GetTx`, request);
    if (code === 0) return GetTxResponse.decode(bytes as Uint8Array);
    expect([code, details]).toEqual([5, `tx not found: ${hash}`]);
  }
  throw new Error(`${hash} is not in a block`);
}

describe("a query", () => {
  it("reads the state of now and of then", async () => {
    const before = await grpc.call("/cosmos.base.tendermint.v1beta1.Service/GetLatestBlock", EMPTY);
    const then = String(GetLatestBlockResponse.decode(before.bytes as Uint8Array).sdkBlock?.header.height);
    const amount = BigInt((await balanceOf(NOBODY)) ?? "x");
    const tx = await d.tx.broadcast([send("5", NOBODY)], { gasLimit: 50_000, ...FAST });
    expect(tx.code).toBe(0);
    expect(await balanceOf(NOBODY)).toBe(String(amount + 5n));
    expect(await balanceOf(NOBODY, { "x-cosmos-block-height": then })).toBe(String(amount));
    const request = QueryBalanceRequest.encode({ address: NOBODY, denom: "uscrt" }).finish();
    const { header } = await grpc.call("/cosmos.bank.v1beta1.Query/Balance", request, {
      "x-cosmos-block-height": then,
    });
    expect(header.get("x-cosmos-block-height")).toEqual([then]);
  });

  it("finds an account as cosmjs-types reads it", async () => {
    const request = QueryAccountRequest.encode({ address: a.address }).finish();
    const { account } = QueryAccountResponse.decode(await bytesOf("/cosmos.auth.v1beta1.Query/Account", request));
    expect(account?.typeUrl).toBe("/cosmos.auth.v1beta1.BaseAccount");
  });

  it("is answered like over REST", async () => {
    const params = await rest.get("/cosmos/auth/v1beta1/params");
    const answered = QueryParamsResponse.decode(await bytesOf("/cosmos.auth.v1beta1.Query/Params", EMPTY));
    expect(String(answered.params?.txSigLimit)).toBe(params.params.tx_sig_limit);
  });
});

describe("a contract", () => {
  const path = "/secret.compute.v1beta1.Query/QuerySecretContract";

  async function ask(query: object) {
    const encrypted = await keys.encrypt(counter.codeHash, query);
    const request = QuerySecretContractRequest.encode({ contract_address: counter.address, query: encrypted });
    return { called: await grpc.call(path, request.finish()), nonce: encrypted.slice(0, 32) };
  }

  it("answers an encrypted query", async () => {
    const { called, nonce } = await ask({ get_count: {} });
    expect(called.code).toBe(0);
    const { data } = QuerySecretContractResponse.decode(called.bytes as Uint8Array);
    expect(Buffer.from(data).toString("latin1")).not.toContain("count");
    const text = fromUtf8(fromBase64(fromUtf8(await keys.decrypt(data, nonce))));
    expect(JSON.parse(text)).toEqual({ count: 7 });
  });

  it("answers an encrypted error, which only the sender reads", async () => {
    const { called, nonce } = await ask({ no_such_query: {} });
    expect(called.code).toBe(2);
    const [, text = ""] = /query contract failed: encrypted: ([\w+/=]+)$/.exec(called.details) ?? [];
    expect(text).not.toBe("");
    const plain = fromUtf8(await keys.decrypt(fromBase64(text), nonce));
    expect(plain).toContain("no_such_query");
  });
});

describe("a transaction", () => {
  it("is simulated, broadcast, found by hash and by event, and in its block", async () => {
    const txBytes = await d.tx.signTx([send("3")], { gasLimit: 50_000 });
    const simulated = await bytesOf(
      `${TX}/Simulate`,
      SimulateRequest.encode(SimulateRequest.fromPartial({ txBytes })).finish(),
    );
    expect(SimulateResponse.decode(simulated).gasInfo?.gasUsed).toBeGreaterThan(0n);

    const request = BroadcastTxRequest.encode({ txBytes, mode: BroadcastMode.BROADCAST_MODE_SYNC }).finish();
    const { txResponse } = BroadcastTxResponse.decode(await bytesOf(`${TX}/BroadcastTx`, request));
    expect([txResponse?.code, txResponse?.rawLog]).toEqual([0, ""]);
    const hash = txResponse?.txhash ?? "";
    const { txResponse: committed, tx } = await found(hash);
    expect([committed?.code, committed?.txhash]).toEqual([0, hash]);
    expect(tx?.body?.messages.map(({ typeUrl }) => typeUrl)).toEqual(["/cosmos.bank.v1beta1.MsgSend"]);

    const query = `tx.hash='${hash}'`;
    const search = GetTxsEventRequest.encode(GetTxsEventRequest.fromPartial({ query })).finish();
    const { txResponses, total } = GetTxsEventResponse.decode(await bytesOf(`${TX}/GetTxsEvent`, search));
    expect([txResponses.map(({ txhash }) => txhash), total]).toEqual([[hash], 1n]);

    const height = committed?.height ?? 0n;
    const block = GetBlockWithTxsRequest.encode(GetBlockWithTxsRequest.fromPartial({ height })).finish();
    const { txs, block: found2 } = GetBlockWithTxsResponse.decode(await bytesOf(`${TX}/GetBlockWithTxs`, block));
    expect([txs.length, found2?.header.height]).toEqual([1, height]);
  });

  it("that CheckTx refuses is an answer with its code, and bytes that are none too", async () => {
    const explicitSignerData = { accountNumber: 4, sequence: 999, chainId: net.ready.chain_id };
    const txBytes = await d.tx.signTx([send("1")], { gasLimit: 50_000, explicitSignerData });
    const broadcast = async (bytes: Uint8Array) => {
      const request = BroadcastTxRequest.encode({ txBytes: bytes, mode: BroadcastMode.BROADCAST_MODE_SYNC });
      const { txResponse } = BroadcastTxResponse.decode(await bytesOf(`${TX}/BroadcastTx`, request.finish()));
      return [txResponse?.codespace, txResponse?.code];
    };
    expect(await broadcast(txBytes)).toEqual(["sdk", 32]);
    expect(await broadcast(Uint8Array.of(255, 255))).toEqual(["sdk", 2]);
  });
});

describe("an error", () => {
  const account = (address: string) => QueryAccountRequest.encode({ address }).finish();
  const contract = QueryByContractAddressRequest.encode({ contract_address: NOBODY }).finish();
  const bad = BroadcastTxRequest.encode({ txBytes: EMPTY, mode: BroadcastMode.BROADCAST_MODE_SYNC }).finish();

  it.each([
    ["/cosmos.auth.v1beta1.Query/Account", account("secret1unknown"), 2, /^decoding bech32 failed/],
    ["/secret.compute.v1beta1.Query/ContractInfo", contract, 2, /^codespace compute code 9: not found$/],
    [`${TX}/BroadcastTx`, bad, 3, /^invalid empty tx$/],
    [`${TX}/GetTx`, EMPTY, 3, /^tx hash cannot be empty$/],
    [
      "/cosmos.bank.v1beta1.Query/Nothing",
      EMPTY,
      12,
      /^unknown method Nothing for service cosmos\.bank\.v1beta1\.Query$/,
    ],
    ["/cosmos.gov.v1.Query/Params", EMPTY, 12, /^unknown service cosmos\.gov\.v1\.Query$/],
  ])("of %s has upstream's status and text", async (path, request, code, text) => {
    const called = await grpc.call(path, request);
    expect(called.code).toBe(code);
    expect(called.details).toMatch(text);
  });

  it.each(["/cosmos.auth.v1beta1.Query/Params", "/cosmos.base.node.v1beta1.Service/Config"])(
    "is what %s answers at a height to come",
    async (path) => {
      const called = await grpc.call(path, EMPTY, { "x-cosmos-block-height": "1000000" });
      const reason = "cannot query with height in the future; please provide a valid height";
      expect([called.code, called.details]).toEqual([2, `codespace sdk code 26: invalid height: ${reason}`]);
    },
  );
});

describe("what is described", () => {
  it("is there: no method is unimplemented", async () => {
    const names = servedServices.flatMap(rpcsOfService).map(({ fullName }) => fullName);
    const codes = await Promise.all(names.map(async (name) => [name, (await grpc.call(name, EMPTY)).code] as const));
    expect(codes.filter(([, code]) => code === 12).map(([name]) => name)).toEqual([]);
    expect(codes.length).toBeGreaterThan(60);
  });

  it("is there: no operation of the OpenAPI document is unimplemented", async () => {
    const { paths } = await rest.get("/openapi.json");
    const operations = Object.entries(paths).flatMap(([path, verbs]) =>
      Object.keys(verbs as object).map((verb) => ({ path, verb: verb.toUpperCase() })),
    );
    expect(operations.length).toBeGreaterThan(50);
    for (const { path, verb } of operations) {
      const body = verb === "GET" ? {} : { body: "{}" };
      const answered = await rest.request(path.replace(/\{[^}]*\}/g, "1"), { method: verb, ...body });
      expect([path, answered.status]).not.toEqual([path, 501]);
    }
    expect(rpcs.size).toBeGreaterThan(operations.length);
  });
});

describe("gRPC-web", () => {
  const transport = () => createGrpcWebTransport({ baseUrl: net.ready.grpc_web, httpVersion: "1.1" });

  it("reads balances", async () => {
    const bank = createClient(cosmosBank.Query, transport());
    const { balance } = await bank.balance({ address: ON_WEB, denom: "uscrt" });
    expect(balance?.amount).toBe(await balanceOf(ON_WEB));
    const missing = await bank.denomMetadata({ denom: "nothing" }).catch((error: unknown) => ConnectError.from(error));
    expect(missing).toMatchObject({ code: Code.NotFound });
  });

  it("carries encrypted queries", async () => {
    const compute = createClient(secretCompute.Query, transport());
    const query = await keys.encrypt(counter.codeHash, { get_count: {} });
    const { data } = await compute.querySecretContract({ contractAddress: counter.address, query });
    const text = fromUtf8(fromBase64(fromUtf8(await keys.decrypt(data, query.slice(0, 32)))));
    expect(JSON.parse(text)).toEqual({ count: 7 });
  });
});
