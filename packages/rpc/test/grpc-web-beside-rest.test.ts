/** gRPC-web on the port of REST, as upstream has it; REST stays what it is. */
import { ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { cosmosBank, cosmosBaseTendermint, create, encode } from "@enclavenet/proto";
import { listen } from "@enclavenet/rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answer, fakeBackend } from "./support/fake-backend.ts";
import { restServer } from "./support/servers.ts";

let server: Awaited<ReturnType<typeof restServer>>;
let url: string;
beforeAll(async () => {
  const coin = create(cosmosBank.QueryBalanceResponseSchema, { balance: { denom: "uscrt", amount: "5" } });
  const value = encode(cosmosBank.QueryBalanceResponseSchema, coin);
  server = await restServer(fakeBackend({ query: async () => answer({ value }) }));
  const port = await listen(server, { host: "127.0.0.1", port: 0 }, "--rest-port");
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => server.close());

const PATH = "/cosmos.bank.v1beta1.Query/Balance";
const EMPTY_MESSAGE = Buffer.from([0, 0, 0, 0, 0]);

function post(type: string, body: Buffer | string = EMPTY_MESSAGE): Promise<Response> {
  const headers = { origin: "https://a.example", "content-type": type };
  return fetch(url + PATH, { method: "POST", headers, body });
}

describe("the port of REST", () => {
  it("answers a client of gRPC-web", async () => {
    const transport = createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1" });
    const request = { address: "acc01", denom: "uscrt" };
    expect((await createClient(cosmosBank.Query, transport).balance(request)).balance?.amount).toBe("5");
    const node = createClient(cosmosBaseTendermint.Service, transport);
    expect((await node.getLatestBlock({})).sdkBlock?.header?.height).toBe(3n);
    const refused = createClient(cosmosBank.Msg, transport).send({});
    const error = await refused.catch((caught: unknown) => ConnectError.from(caught));
    expect(error).toMatchObject({ rawMessage: "unknown service cosmos.bank.v1beta1.Msg" });
  });

  it("lets browsers ask for it from any page, and see the status", async () => {
    const headers = { origin: "https://a.example", "access-control-request-method": "POST" };
    const asked = "content-type,x-grpc-web";
    const preflight = await fetch(url + PATH, {
      method: "OPTIONS",
      headers: { ...headers, "access-control-request-headers": asked },
    });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
    expect(preflight.headers.get("access-control-allow-headers")).toBe(asked);
    const response = await post("application/grpc-web+proto");
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    expect(response.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("grpc-status");
    expect(Buffer.from(await response.arrayBuffer()).toString("latin1")).toContain("grpc-status: 0");
  });

  it("serves everything else as REST", async () => {
    const missing = { code: 12, message: "Not Implemented", details: [] };
    for (const type of ["application/json", "application/grpc", "text/plain"]) {
      const response = await post(type);
      expect([type, response.status, await response.json()]).toEqual([type, 501, missing]);
    }
    const get = await fetch(`${url}/cosmos/bank/v1beta1/balances/acc01/by_denom?denom=uscrt`, {
      headers: { "content-type": "application/grpc-web" },
    });
    expect(await get.json()).toEqual({ balance: { denom: "uscrt", amount: "5" } });
  });

  it("has its form in text", async () => {
    const response = await post("application/grpc-web-text", EMPTY_MESSAGE.toString("base64"));
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/grpc-web-text+proto"]);
    expect(await response.text()).toMatch(/^[A-Za-z0-9+/=]+$/);
  });
});
