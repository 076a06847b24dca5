/** What the gateway's HTTP looks like around its routes: errors, CORS, types, targets. */
import { connect } from "node:net";
import { listen } from "@enclavenet/rpc";
import { afterEach, describe, expect, it } from "vitest";
import { fakeBackend } from "./support/fake-backend.ts";
import { ask, askSocket, type Inject, recordingLogger, restServer } from "./support/servers.ts";

const PARAMS = "/cosmos/auth/v1beta1/params";
const NOT_IMPLEMENTED = { code: 12, message: "Not Implemented", details: [] };

let server: Awaited<ReturnType<typeof restServer>>;
afterEach(() => server.close());

async function get(url: string, headers: Record<string, string> = {}) {
  server = await restServer(fakeBackend());
  return ask(server, { method: "GET", url, headers });
}

describe("targets", () => {
  it.each([
    PARAMS,
    `${PARAMS}?`,
    `${PARAMS}/`,
    `//////${PARAMS}`,
    `/cosmos//auth///v1beta1/params//`,
    `${PARAMS}?unknown=1&unknown=2`,
    "/cosmos/auth/v1beta1/%70arams",
  ])("finds %s", async (url) => {
    expect((await get(url)).status).toBe(200);
  });

  it.each([
    ...["/", "/nope", `${PARAMS}/x`, `/\\host${PARAMS}`, `/\\`, "/.", "//:0", "/a:b", `/x/../${PARAMS}`],
    `/${"a".repeat(8000)}`,
  ])("answers %s with 501", async (url) => {
    server = await restServer(fakeBackend());
    const port = await listen(server, { host: "127.0.0.1", port: 0 }, "--rest-port");
    const answered = await askSocket(port, { method: "GET", url });
    expect([answered.status, answered.json()]).toEqual([501, NOT_IMPLEMENTED]);
  });

  it("answers a path that cannot be decoded with 400", async () => {
    const answered = await get(`${PARAMS}%zz`);
    expect(answered.status).toBe(400);
    expect(answered.json()).toEqual({ code: 3, message: "malformed HTTP request", details: [] });
    expect(answered.headers["content-type"]).toBe("application/json");
  });
});

describe("verbs", () => {
  it.each(["POST", "PUT", "DELETE", "PATCH"] as const)("does not serve %s of a query", async (method) => {
    server = await restServer(fakeBackend());
    const answered = await ask(server, { method, url: PARAMS, payload: "{}" });
    expect([answered.status, answered.json()]).toEqual([501, NOT_IMPLEMENTED]);
  });

  it("does not serve HEAD", async () => {
    server = await restServer(fakeBackend());
    expect((await ask(server, { method: "HEAD", url: PARAMS })).status).toBe(501);
  });
});

describe("CORS", () => {
  it("answers a preflight with 204 and everything allowed", async () => {
    server = await restServer(fakeBackend());
    const headers = {
      origin: "http://app.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type, x-cosmos-block-height",
    };
    const answered = await ask(server, { method: "OPTIONS", url: "/cosmos/tx/v1beta1/txs", headers });
    expect([answered.status, answered.text]).toEqual([204, ""]);
    expect(answered.headers["access-control-allow-origin"]).toBe("*");
    expect(answered.headers["access-control-allow-methods"]).toBe("GET, POST, OPTIONS");
    expect(answered.headers["access-control-allow-headers"]).toBe(headers["access-control-request-headers"]);
  });

  it("answers any other OPTIONS with 204 too", async () => {
    server = await restServer(fakeBackend());
    expect((await ask(server, { method: "OPTIONS", url: "/nope" })).status).toBe(204);
  });

  it("lets scripts read answers, errors and the height", async () => {
    for (const url of [PARAMS, "/nope"]) {
      const answered = await get(url, { origin: "http://app.example" });
      expect(answered.headers["access-control-allow-origin"]).toBe("*");
      expect(answered.headers["access-control-expose-headers"]).toBe("Grpc-Metadata-X-Cosmos-Block-Height");
    }
  });
});

describe("content", () => {
  it("is application/json, without charset, also of errors", async () => {
    for (const url of [PARAMS, "/nope"]) expect((await get(url)).headers["content-type"]).toBe("application/json");
  });

  it.each(["application/json", "text/plain", "application/x-www-form-urlencoded", "image/png", ";;;", "ä"])(
    "of a body is JSON whatever its type %s says",
    async (type) => {
      server = await restServer(fakeBackend());
      const request: Inject = {
        method: "POST",
        url: "/cosmos/tx/v1beta1/txs",
        payload: `{"tx_bytes":"AAAA","mode":2}`,
        headers: { "content-type": type },
      };
      expect((await ask(server, request)).status).toBe(200);
    },
  );

  it("of a body may not exceed 8 MiB", async () => {
    server = await restServer(fakeBackend());
    const payload = "a".repeat(8 * 1024 * 1024 + 1);
    const answered = await ask(server, { method: "POST", url: "/cosmos/tx/v1beta1/txs", payload });
    expect([answered.status, answered.json()]).toEqual([
      400,
      { code: 3, message: "http: request body too large", details: [] },
    ]);
  });
});

describe("a body that is too large", () => {
  const MIB = 1024 * 1024;
  const target = "/cosmos/tx/v1beta1/txs";

  async function open(): Promise<number> {
    server = await restServer(fakeBackend());
    return await listen(server, { host: "127.0.0.1", port: 0 }, "--rest-port");
  }

  it("is read to its end, so that its sender reads the answer", async () => {
    const port = await open();
    const answered = await askSocket(port, { method: "POST", url: target, payload: "a".repeat(20 * MIB) });
    expect([answered.status, answered.json().message]).toEqual([400, "http: request body too large"]);
  });

  it("is not read for ever: after 32 MiB more the connection ends, whatever the sender has announced", async () => {
    const socket = connect(await open(), "127.0.0.1");
    let answer = "";
    const ended = new Promise<void>((resolve) => {
      socket.on("error", () => {}).on("close", () => resolve());
      socket.on("data", (chunk: Buffer) => {
        answer += chunk.toString();
      });
    });
    socket.write(`POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: ${1024 * MIB}\r\n\r\n`);
    const piece = Buffer.alloc(MIB, "a");
    // The rest never comes: only the server can end this.
    for (let sent = 0; sent < 64 && !socket.destroyed && answer === ""; sent++) {
      await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
    }
    await ended;
  });
});

describe("an unexpected exception", () => {
  it("is logged, and nothing of it is shown", async () => {
    const logger = recordingLogger();
    const failing = fakeBackend({
      query: async () => {
        throw new TypeError("secret detail");
      },
    });
    server = await restServer(failing, logger);
    const answered = await ask(server, { method: "GET", url: PARAMS });
    expect([answered.status, answered.json()]).toEqual([500, { code: 13, message: "internal error", details: [] }]);
    expect(logger.errors).toHaveLength(1);
  });

  it("of an answer that does not decode is the node's fault, not the client's", async () => {
    server = await restServer(
      fakeBackend({ query: async (q) => ({ ...(await fakeBackend().query(q)), value: Uint8Array.of(255) }) }),
    );
    expect((await ask(server, { method: "GET", url: PARAMS })).json()).toMatchObject({ code: 13 });
  });
});

describe("bytes that are not HTTP", () => {
  async function send(bytes: string): Promise<string> {
    server = await restServer(fakeBackend());
    const port = await listen(server, { host: "127.0.0.1", port: 0 }, "--rest-port");
    return new Promise((resolve, reject) => {
      let received = "";
      const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
      socket.on("data", (chunk) => {
        received += chunk;
      });
      socket.on("error", reject);
      socket.on("close", () => resolve(received));
    });
  }

  it("get a JSON error and a closed connection", async () => {
    const received = await send("nonsense\r\n\r\n");
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(received.split("\r\n\r\n")[1]!)).toEqual({
      code: 3,
      message: "malformed HTTP request",
      details: [],
    });
  });

  it("get 431 for headers beyond the limit", async () => {
    expect(await send(`GET / HTTP/1.1\r\nx: ${"a".repeat(200_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });
});
