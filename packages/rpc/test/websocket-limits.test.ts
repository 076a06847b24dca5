/** Websocket clients that do harm: too many, too large, too slow, silent, or not speaking the protocol. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { listen } from "@enclavenet/rpc";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type FakeBackend, fakeBackend } from "./support/fake-backend.ts";
import { askSocket, recordingLogger, rpcServer } from "./support/servers.ts";
import { connectWebsocket } from "./support/websocket-client.ts";

const LIMITS = { maxConnections: 3, maxMessageBytes: 2000, maxBufferedBytes: 100_000, maxPendingEvents: 20 };

/** How long to wait for what must come. */
const SOON = { timeout: 20_000 };

let backend: FakeBackend;
let logger: ReturnType<typeof recordingLogger>;
let server: Awaited<ReturnType<typeof rpcServer>>;
let port: number;

async function start(limits: Parameters<typeof rpcServer>[2] = LIMITS): Promise<void> {
  backend = fakeBackend();
  logger = recordingLogger();
  server = await rpcServer(backend, logger, limits);
  port = await listen(server, { host: "127.0.0.1", port: 0 }, "--rpc-port");
}

beforeEach(() => start());
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
  expect(logger.errors).toEqual([]);
});

/** The node serves on. */
async function expectAlive(): Promise<void> {
  expect((await askSocket(port, { method: "GET", url: "/health" })).json().result).toEqual({});
  const client = await connectWebsocket(port);
  expect((await client.call("health")).result).toEqual({});
  await client.close();
}

/** HTTP status of a refused handshake. */
async function refusedStatus(path = "/websocket"): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  socket.on("error", () => undefined);
  const [, response] = await once(socket, "unexpected-response");
  response.resume();
  return response.statusCode;
}

/** A raw connection that has done the handshake. */
async function handshaken(): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(
    `GET /websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  const [data] = await once(socket, "data");
  expect(String(data)).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

const bigBlock = () => {
  const { blockId, block } = backend.engine.block(2n)!;
  const results = backend.engine.blockResults(2n)!;
  return { type: "NewBlock", block: { blockId, block, sizeBytes: 9 }, results } as const;
};

describe("connections", () => {
  it("are few; a place becomes free with the end of one", async () => {
    const clients = [await connectWebsocket(port), await connectWebsocket(port), await connectWebsocket(port)];
    expect(await refusedStatus()).toBe(503);
    await clients[0]!.close();
    // The server may learn of the end a little later than the client.
    await vi.waitFor(async () => (await connectWebsocket(port)).socket, SOON);
    expect((await clients[1]!.call("health")).result).toEqual({});
  });

  it("begin at one path only, and with a handshake", async () => {
    expect(await refusedStatus("/other")).toBe(404);
    const plain = await askSocket(port, { method: "GET", url: "/websocket" });
    expect([plain.status, plain.text]).toEqual([400, "Bad Request\n"]);
    await (await connectWebsocket(port, "//websocket/?x=1")).close();
  });

  it("may hang up in the middle of the handshake", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    socket.destroy();
    await expectAlive();
  });
});

describe("the end of the server", () => {
  it("does not wait for clients that do not close their end", async () => {
    const deaf = await handshaken();
    const gone = once(deaf.resume(), "close");
    await server.close();
    await gone;
  });
});

describe("requests that offer another protocol", () => {
  const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABk" };

  it("are served as if they did not", async () => {
    const answered = await askSocket(port, { method: "GET", url: "/block?height=2", headers });
    expect([answered.status, answered.json().result.block.header.height]).toEqual([200, "2"]);
    const payload = JSON.stringify({ jsonrpc: "2.0", id: 5, method: "health" });
    const length = { "content-length": String(payload.length) };
    const posted = await askSocket(port, { method: "POST", url: "/", payload, headers: { ...headers, ...length } });
    expect([posted.status, posted.json()]).toEqual([200, { jsonrpc: "2.0", id: 5, result: {} }]);
  });

  it("may hang up at once", async () => {
    for (let i = 0; i < 50; i++) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write("GET /status HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
      if (i % 2 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }
    await expectAlive();
  });
});

describe("messages", () => {
  it("that are too large end the connection with 1009", async () => {
    const client = await connectWebsocket(port);
    const request = (length: number) => JSON.stringify({ id: 1, method: "health", params: { x: "y".repeat(length) } });
    client.send(request(1900));
    expect((await client.next()).result).toEqual({});
    client.send(request(2000));
    expect(await client.closed).toBe(1009);
    await expectAlive();
  });

  it.each([
    ["an unmasked frame", "810174"],
    ["reserved bits", "f180000000006161"],
    ["an unknown opcode", "8b8000000000"],
    ["a length of 2^63", "81ff8000000000000000"],
    ["a length beyond the limit", "81fe0bb8"],
    ["text that is no UTF-8", "818100000000ff"],
    ["a continuation of nothing", "808100000000aa"],
    ["a fragmented ping", "098000000000"],
    ["a close frame of one byte", "888100000000aa"],
    ["half a frame and nothing more", "81fe0010"],
  ])("%s ends at most its connection", async (_what, hex) => {
    const socket = await handshaken();
    socket.end(Buffer.from(hex, "hex"));
    await once(socket.resume(), "close");
    await expectAlive();
  });

  it("of any JSON get one answer or none, and the connection goes on", async () => {
    const client = await connectWebsocket(port);
    const method = fc.constantFrom("subscribe", "unsubscribe", "unsubscribe_all", "health", "tx_search", "__proto__");
    const request = fc.record({ id: fc.jsonValue(), method, params: fc.jsonValue() }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(fc.oneof(request, fc.jsonValue()), async (value) => {
        const text = JSON.stringify(value);
        fc.pre(text.length < LIMITS.maxMessageBytes);
        client.send(text);
        client.send('{"id":"after","method":"health"}');
        const frames = [await client.next()];
        while (frames.at(-1).id !== "after") frames.push(await client.next());
        expect(frames.length).toBeLessThanOrEqual(2);
        expect(frames.every((frame) => frame.jsonrpc === "2.0" && "result" in frame !== "error" in frame)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("of any bytes do no harm", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const socket = await handshaken();
        socket.end(bytes);
        await once(socket.resume(), "close");
      }),
      { numRuns: 60 },
    );
    await expectAlive();
  });
});

describe("clients that do not read", () => {
  it("get one pong at a time, and one for their last ping", async () => {
    const socket = await handshaken();
    const ping = (i: number) =>
      Buffer.concat([Buffer.from("898400000000", "hex"), Buffer.from(`${i}`.padStart(4, "0"))]);
    let received = "";
    socket.on("data", (data) => {
      received += data.toString("latin1");
    });
    socket.write(Buffer.concat(Array.from({ length: 5000 }, (_, i) => ping(i))));
    await expect.poll(() => received, SOON).toMatch(/4999$/);
    expect(received.length / ping(0).length).toBeLessThan(1000);
    socket.destroy();
  });

  it("lose their subscription, and others go on", async () => {
    const [slow, quick] = [await connectWebsocket(port), await connectWebsocket(port)];
    await slow.call("subscribe", { query: "tm.event='NewBlock'" }, "slow");
    const event = bigBlock();
    const tx = new Uint8Array(2_000_000);
    const large = { ...event, block: { ...event.block, block: { ...event.block.block, txs: [tx] } } };
    slow.socket.pause();
    // Some megabytes wait in the kernel's buffers before any wait in the server.
    for (let published = 0; backend.listeners.size > 0 && published < 40; published++) {
      backend.publish(large);
      expect((await quick.call("health")).result).toEqual({});
    }
    expect(backend.listeners.size).toBe(0);
    slow.socket.resume();
    let last = await slow.next();
    while (last.error === undefined) last = await slow.next();
    expect(last).toEqual({
      jsonrpc: "2.0",
      id: "slow",
      error: {
        code: -32000,
        message: "Server error",
        data: "subscription was canceled (reason: internal subscription event buffer is out of capacity)",
      },
    });
    expect((await slow.call("health")).result).toEqual({});
  });

  it("lose their subscription when events come faster than anybody could match them", async () => {
    const client = await connectWebsocket(port);
    await client.call("subscribe", { query: "tm.event='Tx'" }, 1);
    for (let i = 0; i < 20; i++) backend.publish(bigBlock());
    expect(backend.listeners.size).toBe(1);
    backend.publish(bigBlock());
    expect(backend.listeners.size).toBe(0);
    expect((await client.next()).error.data).toContain("out of capacity");
  });

  it("are disconnected when they are silent from one ping to the next; others are not", async () => {
    await server.close();
    vi.useFakeTimers({ toFake: ["setInterval"] });
    await start({});
    const client = await connectWebsocket(port);
    const silent = new WebSocket(`ws://127.0.0.1:${port}/websocket`, { autoPong: false });
    await once(silent, "open");
    const pings = [once(client.socket, "ping"), once(silent, "ping")];
    vi.advanceTimersByTime(27_000);
    await Promise.all(pings);
    const gone = once(silent, "close");
    // The pong was sent before this.
    expect((await client.call("health")).result).toEqual({});
    vi.advanceTimersByTime(27_000);
    expect((await gone)[0]).toBe(1006);
    expect((await client.call("health")).result).toEqual({});
  });
});
