/** gRPC-web as pages use it: Connect's client, and the requests of a browser around it. */
import { request } from "node:http";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { cosmosAuth, cosmosBank, cosmosBaseTendermint, create, encode, grpcHealth } from "@enclavenet/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CallBudget } from "../src/grpc/limits.ts";
import { answer, EMPTY, fakeBackend } from "./support/fake-backend.ts";
import { type Running, startGrpcWeb } from "./support/grpc.ts";

let running: Running;
let url: string;
beforeAll(async () => {
  const coin = create(cosmosBank.QueryBalanceResponseSchema, { balance: { denom: "uscrt", amount: "5" } });
  const value = encode(cosmosBank.QueryBalanceResponseSchema, coin);
  const grpcStatus = { code: 5, message: "account x not found: 100 %" };
  const backend = fakeBackend({
    query: async ({ path }) =>
      path.endsWith("/Account") ? answer({ code: 22, codespace: "sdk", log: "", grpcStatus }) : answer({ value }),
  });
  running = await startGrpcWeb(backend);
  url = `http://127.0.0.1:${running.port}`;
});
afterAll(() => running.close());

const transport = () => createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1" });

describe("a client of gRPC-web", () => {
  it("gets answers, heights and blocks", async () => {
    let height: string | null = null;
    const bank = createClient(cosmosBank.Query, transport());
    const request = { address: "acc01", denom: "uscrt" };
    const answered = await bank.balance(request, {
      headers: { "x-cosmos-block-height": "2" },
      onHeader: (headers) => {
        height = headers.get("x-cosmos-block-height");
      },
    });
    expect(answered.balance).toMatchObject({ denom: "uscrt", amount: "5" });
    expect([height, running.backend.queries.at(-1)?.height]).toEqual(["3", 2n]);
    const node = createClient(cosmosBaseTendermint.Service, transport());
    expect((await node.getLatestBlock({})).sdkBlock?.header?.height).toBe(3n);
  });

  it("gets the status of an error", async () => {
    const auth = createClient(cosmosAuth.Query, transport());
    const error = await auth.account({ address: "x" }).catch((caught: unknown) => ConnectError.from(caught));
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: "account x not found: 100 %" });
  });

  it("is told what nobody serves", async () => {
    const bank = createClient(cosmosBank.Msg, transport());
    const error = await bank.send({}).catch((caught: unknown) => ConnectError.from(caught));
    expect(error).toMatchObject({ code: Code.Unimplemented, rawMessage: "unknown service cosmos.bank.v1beta1.Msg" });
  });

  it("may watch the server's health", async () => {
    const health = createClient(grpcHealth.Health, transport());
    const states: number[] = [];
    for await (const { status } of health.watch({ service: "cosmos.bank.v1beta1.Query" })) {
      states.push(status);
      break;
    }
    expect(states).toEqual([grpcHealth.HealthCheckResponse_ServingStatus.SERVING]);
  });

  it("is told that the server is busy", async () => {
    const busy = await startGrpcWeb(fakeBackend(), { budget: new CallBudget(0) });
    const bank = createClient(
      cosmosBank.Query,
      createGrpcWebTransport({ baseUrl: `http://127.0.0.1:${busy.port}`, httpVersion: "1.1" }),
    );
    const error = await bank.params({}).catch((caught: unknown) => ConnectError.from(caught));
    expect(error).toMatchObject({ code: Code.ResourceExhausted });
    await busy.close();
  });
});

describe("a browser", () => {
  const path = "/cosmos.bank.v1beta1.Query/Balance";
  const head = Buffer.from([0, 0, 0, 0, 0]);

  it("may ask from any page, with any header", async () => {
    const asked = "content-type,x-grpc-web,x-cosmos-block-height,x-anything";
    const response = await fetch(url + path, {
      method: "OPTIONS",
      headers: {
        origin: "https://a.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": asked,
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-allow-methods")).toContain("POST");
    expect(response.headers.get("access-control-allow-headers")).toBe(asked);
  });

  it("may see status and height", async () => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { origin: "https://a.example", "content-type": "application/grpc-web+proto" },
      body: head,
    });
    const exposed = response.headers.get("access-control-expose-headers")?.toLowerCase().split(", ");
    expect(exposed).toEqual(expect.arrayContaining(["grpc-status", "grpc-message", "x-cosmos-block-height"]));
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("x-cosmos-block-height")).toBe("3");
    const body = Buffer.from(await response.arrayBuffer()).toString("latin1");
    expect(body).toContain("grpc-status: 0");
  });

  it.each([
    ["GET", undefined, 405],
    ["POST", "application/json", 415],
    ["POST", "application/grpc", 415],
    ["POST", "application/grpc-web+json", 415],
  ])("that sends %s of type %s gets %i", async (method, type, status) => {
    const response = await fetch(url + path, {
      method,
      ...(type === undefined ? {} : { headers: { "content-type": type }, body: EMPTY }),
    });
    expect(response.status).toBe(status);
  });

  it("has no conversations: reflection needs HTTP/2", async () => {
    const response = await fetch(`${url}/grpc.reflection.v1.ServerReflection/ServerReflectionInfo`, {
      method: "POST",
      headers: { "content-type": "application/grpc-web" },
      body: head,
    });
    expect([response.status, response.headers.get("grpc-status")]).toEqual([200, "12"]);
  });
});

describe("a client that speaks base64", () => {
  const path = "/cosmos.bank.v1beta1.Query/Balance";
  const message = encode(
    cosmosBank.QueryBalanceRequestSchema,
    create(cosmosBank.QueryBalanceRequestSchema, { address: "acc01", denom: "uscrt" }),
  );
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
  const base64 = frame.toString("base64");

  /** Sends the pieces one after another, each by itself. */
  function send(type: string, pieces: readonly (string | Buffer)[]): Promise<{ type: string; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const sent = request(url + path, { method: "POST", headers: { "content-type": type } }, (response) => {
        const body: Buffer[] = [];
        response.on("data", (chunk: Buffer) => body.push(chunk));
        response.on("end", () =>
          resolve({ type: String(response.headers["content-type"]), body: Buffer.concat(body) }),
        );
      });
      sent.on("error", reject);
      for (const piece of pieces) sent.write(piece);
      sent.end();
    });
  }

  /** Every piece of an answer is base64 by itself. */
  const opened = (body: Buffer): Buffer =>
    Buffer.concat((body.toString("latin1").match(/[^=]+={0,2}/g) ?? []).map((piece) => Buffer.from(piece, "base64")));

  it.each<[string, readonly string[]]>([
    ["whole", [base64]],
    ["cut inside of a group", [base64.slice(0, 5), base64.slice(5, 6), base64.slice(6)]],
    [
      "in pieces with padding of their own",
      [frame.subarray(0, 7), frame.subarray(7)].map((one) => one.toString("base64")),
    ],
  ])("gets what the binary form gives: %s", async (_what, pieces) => {
    const binary = await send("application/grpc-web+proto", [frame]);
    const text = await send("application/grpc-web-text", pieces);
    expect(text.type).toBe("application/grpc-web-text+proto");
    expect(opened(text.body)).toEqual(binary.body);
    expect(opened(text.body).toString("latin1")).toContain("grpc-status: 0");
  });

  it.each(["%%%%", "AAA", "A===", "AAAA=AAA", "\u00e9\u00e9"])("is told that %s is no base64", async (body) => {
    const { body: answered } = await send("application/grpc-web-text+proto", [body]);
    const trailers = opened(answered).toString("latin1");
    expect(trailers).toContain("grpc-status: 3");
    expect(decodeURIComponent(trailers)).toContain("grpc-message: the request is not base64");
  });
});
