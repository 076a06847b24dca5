/** JSON-RPC 2.0: requests, batches, notifications, errors (spec 04 §5.1). */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeBackend, fakeBackend } from "./support/fake-backend.ts";
import { ask, type Inject, recordingLogger, rpcServer } from "./support/servers.ts";

let server: Awaited<ReturnType<typeof rpcServer>>;
let backend: FakeBackend;
beforeAll(async () => {
  backend = fakeBackend();
  server = await rpcServer(backend);
});
afterAll(() => server.close());

async function post(body: unknown) {
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  const answered = await ask(server, { method: "POST", url: "/", payload });
  return { status: answered.status, body: answered.text === "" ? undefined : answered.json() };
}

const call = (id: unknown, method: unknown, params?: unknown) => ({ jsonrpc: "2.0", id, method, params });

describe("a request", () => {
  it.each([1, "one", 0, -1, 1.5, "", null])("with id %j gets it back", async (id) => {
    expect(await post(call(id, "health"))).toEqual({ status: 200, body: { jsonrpc: "2.0", id, result: {} } });
  });

  it.each([[{}], [[1]], [true]])("with id %j is invalid", async (id) => {
    expect((await post(call(id, "health"))).body).toMatchObject({ id: null, error: { code: -32600 } });
  });

  it.each([1, null, "text", true, {}, { id: 1 }, { id: 1, method: 5 }, [[]]])("%j is invalid", async (body) => {
    const { status, body: answer } = await post(JSON.stringify(body));
    expect(status).toBe(200);
    expect([answer].flat()[0]).toMatchObject({ error: { code: -32600, message: "Invalid Request" } });
  });

  it.each(["nope", "__proto__", "constructor", "toString", ""])(
    "for method %j is answered with -32601",
    async (name) => {
      expect((await post(call(1, name))).body).toEqual({
        jsonrpc: "2.0",
        id: 1,
        error: { code: -32601, message: "Method not found", data: "" },
      });
    },
  );

  it.each(["{", "", "[1,", "\u0000", "NaN", "[".repeat(100_000)])(
    "that is no JSON is -32700 and HTTP 500",
    async (text) => {
      expect(await post(text)).toEqual({
        status: 500,
        body: {
          jsonrpc: "2.0",
          id: null,
          error: { code: -32700, message: "Parse error", data: "the body is not valid JSON" },
        },
      });
    },
  );
});

describe("parameters", () => {
  it("come by name or by position", async () => {
    const named = await post(call(1, "block", { height: "2" }));
    expect(named.body.result.block.header.height).toBe("2");
    expect(await post(call(1, "block", ["2"]))).toEqual(named);
    expect(await post(call(1, "block", { height: 2, unknown: 1 }))).toEqual(named);
  });

  it("may be missing, null or empty", async () => {
    for (const params of [undefined, null, {}, [], { height: null }, { height: "" }]) {
      expect((await post(call(1, "block", params))).body.result.block.header.height).toBe("3");
    }
  });

  it.each([
    ["block", "text"],
    ["block", 1],
    ["block", ["1", "2"]],
    ["block", { height: "x" }],
    ["block", { height: '"1"' }],
    ["block", { height: 1.5 }],
    ["block", { height: {} }],
    ["block", { height: true }],
    ["block", { height: "9223372036854775808" }],
    ["block", { height: "99999999999999999999" }],
    ["tx", { hash: "!!" }],
    ["tx", { hash: 1 }],
    ["tx", { hash: "AA==", prove: "true" }],
    ["tx_search", { query: 1 }],
    ["abci_query", { data: "0" }],
    ["abci_query", { path: [] }],
    ["broadcast_tx_sync", { tx: "AAA" }],
    ["validators", { page: "one" }],
    ["unconfirmed_txs", { limit: [] }],
  ])("of %s that are %j are answered with -32602", async (name, params) => {
    const { status, body } = await post(call(1, name, params));
    expect([status, body.error.code, body.error.message]).toEqual([200, -32602, "Invalid params"]);
  });
});

describe("a batch", () => {
  it("is answered in its order, without its notifications", async () => {
    const { body } = await post([call(1, "health"), { method: "health" }, 5, call("x", "nope")]);
    expect(body.map((one: { id: unknown }) => one.id)).toEqual([1, null, "x"]);
  });

  it("of notifications is not answered", async () => {
    backend.broadcasts.length = 0;
    const notification = { jsonrpc: "2.0", method: "broadcast_tx_sync", params: { tx: "AA==" } };
    expect(await post([notification, notification])).toEqual({ status: 200, body: undefined });
    expect(await post(notification)).toEqual({ status: 200, body: undefined });
    expect(backend.broadcasts).toEqual([]);
  });

  it("of nothing, or of more than a hundred, is one invalid request", async () => {
    for (const batch of [[], Array.from({ length: 101 }, (_, id) => call(id, "health"))]) {
      expect((await post(batch)).body).toMatchObject({ id: null, error: { code: -32600 } });
    }
    const hundred = Array.from({ length: 100 }, (_, id) => call(id, "health"));
    expect((await post(hundred)).body).toHaveLength(100);
  });
});

describe("HTTP", () => {
  const at = (request: Inject) => ask(server, request);

  it("knows no other path and no other verb", async () => {
    expect((await at({ method: "POST", url: "/block", payload: "{}" })).status).toBe(404);
    expect((await at({ method: "GET", url: "/nope" })).json()).toMatchObject({ id: -1, error: { code: -32601 } });
    expect((await at({ method: "PUT", url: "/" })).status).toBe(404);
  });

  it("lists the methods at the root", async () => {
    const { text, headers } = await at({ method: "GET", url: "/" });
    expect(headers["content-type"]).toContain("text/html");
    for (const name of ["status", "abci_query", "tx_search"]) expect(text).toContain(`"/${name}"`);
  });

  it("allows every origin, and answers preflights", async () => {
    expect((await at({ method: "OPTIONS", url: "/" })).status).toBe(204);
    expect((await at({ method: "GET", url: "/health" })).headers["access-control-allow-origin"]).toBe("*");
  });

  it("is application/json, also where it fails", async () => {
    for (const url of ["/health", "/nope", "/block?height=x", "/block%zz"]) {
      expect((await at({ method: "GET", url })).headers["content-type"]).toBe("application/json");
    }
  });

  it("bounds the body", async () => {
    const answered = await at({ method: "POST", url: "/", payload: " ".repeat(8 * 1024 * 1024 + 1) });
    expect([answered.status, answered.json().error.code]).toEqual([400, -32600]);
  });
});

describe("an unexpected exception", () => {
  it("is logged and not shown", async () => {
    const logger = recordingLogger();
    const broken = await rpcServer(
      fakeBackend({
        info: async () => {
          throw new TypeError("secret detail");
        },
      }),
      logger,
    );
    const error = { code: -32603, message: "Internal error", data: "internal error" };
    const posted = await ask(broken, { method: "POST", url: "/", payload: JSON.stringify(call(1, "abci_info")) });
    expect([posted.status, posted.json()]).toEqual([200, { jsonrpc: "2.0", id: 1, error }]);
    const got = await ask(broken, { method: "GET", url: "/abci_info" });
    expect([got.status, got.json()]).toEqual([500, { jsonrpc: "2.0", id: -1, error }]);
    expect(logger.errors).toHaveLength(2);
    await broken.close();
  });
});
