/** What a client may not do: too much, too slowly, or in no protocol at all. The server answers others all the while. */
import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { cosmosTx, create, encode } from "@enclavenet/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../../../tests/support/grpc-client.ts";
import { CallBudget } from "../src/grpc/limits.ts";
import { EMPTY, fakeBackend } from "./support/fake-backend.ts";
import { type Running, startGrpc, startGrpcWeb } from "./support/grpc.ts";

const PARAMS = "/cosmos.auth.v1beta1.Query/Params";
const BROADCAST = "/cosmos.tx.v1beta1.Service/BroadcastTx";
const MAX = 10 * 1024 * 1024;

let running: Running;
let client: RawClient;
beforeAll(async () => {
  running = await startGrpc();
  client = new RawClient(running.port);
});
afterAll(async () => {
  client.close();
  await running.close();
  expect(running.errors).toEqual([]);
});

/** A broadcast whose message has exactly `size` bytes. */
function broadcastOf(size: number): Uint8Array {
  const schema = cosmosTx.BroadcastTxRequestSchema;
  const message = (length: number) =>
    encode(schema, create(schema, { txBytes: new Uint8Array(length), mode: cosmosTx.BroadcastMode.SYNC }));
  const extra = message(size).length - size;
  return message(size - extra);
}

async function withServer<T>(
  options: Parameters<typeof startGrpc>[1],
  backend: Parameters<typeof fakeBackend>[0],
  run: (own: Running, ownClient: RawClient) => Promise<T>,
): Promise<T> {
  const own = await startGrpc(fakeBackend(backend), options);
  const ownClient = new RawClient(own.port);
  try {
    return await run(own, ownClient);
  } finally {
    ownClient.close();
    await own.close();
  }
}

/** A query that waits until it is let go. */
function held() {
  let letGo: () => void = () => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const entered = { count: 0 };
  const query = async () => {
    entered.count++;
    await until;
    return { code: 0, codespace: "", log: "", key: EMPTY, value: EMPTY, proofOps: [], height: 3n };
  };
  return { query, letGo, entered };
}

/** One call by hand, so that it can be late or incomplete. Resolves with the status in the trailers. */
function openCall(port: number, path: string, headers: Record<string, string> = {}) {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: "POST",
    [constants.HTTP2_HEADER_PATH]: path,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  stream.on("error", () => undefined);
  stream.resume();
  const status = new Promise<string | undefined>((resolve) => {
    stream.on("trailers", (trailers) => resolve(String(trailers["grpc-status"])));
    stream.on("close", () => resolve(undefined));
  }).finally(() => session.destroy());
  const httpStatus = once(stream, "response").then(([response]) => Number(response[":status"]));
  httpStatus.catch(() => undefined);
  return { stream, status, httpStatus };
}

function envelope(message: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

describe("a message", () => {
  it("of 10 MiB arrives", async () => {
    const request = broadcastOf(MAX);
    expect(request.length).toBe(MAX);
    expect(await client.call(BROADCAST, request)).toMatchObject({ code: 0 });
    expect(running.backend.broadcasts.at(-1)?.length).toBeGreaterThan(MAX - 32);
  });

  it("of one byte more does not", async () => {
    const seen = running.backend.broadcasts.length;
    expect(await client.call(BROADCAST, broadcastOf(MAX + 1))).toMatchObject({ code: 8 });
    expect(running.backend.broadcasts.length).toBe(seen);
  });

  it("that unpacks to more does not", async () => {
    const packed = envelope(gzipSync(Buffer.alloc(MAX + 1)), 1);
    expect(packed.length).toBeLessThan(MAX / 100);
    const { stream, status } = openCall(running.port, BROADCAST, { "grpc-encoding": "gzip" });
    stream.end(packed);
    expect(await status).toBe("8");
  });

  it("that is compressed within the limit arrives", async () => {
    const { stream, status } = openCall(running.port, PARAMS, { "grpc-encoding": "gzip" });
    stream.end(envelope(gzipSync(EMPTY), 1));
    expect(await status).toBe("0");
  });

  it("that is promised and does not come is told so", async () => {
    const { stream, status } = openCall(running.port, PARAMS);
    stream.end(Buffer.from([0, 0, 0, 0, 9, 1]));
    expect(await status).toBe("3");
  });

  it("that is not protobuf is told so", async () => {
    const called = await client.call(PARAMS, Uint8Array.of(0xff, 0xff));
    expect([called.code, running.errors]).toEqual([13, []]);
  });

  it("of reflection is short", async () => {
    const path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    await expect(client.converse(path, [new Uint8Array(64 * 1024 + 1)])).rejects.toMatchObject({ code: 8 });
  });
});

describe("the calls at one time", () => {
  it("are limited, and one more is told to try later", async () => {
    const { query, letGo, entered } = held();
    await withServer({ budget: new CallBudget(2) }, { query }, async (_own, ownClient) => {
      const first = [ownClient.call(PARAMS, EMPTY), ownClient.call(PARAMS, EMPTY)];
      while (entered.count < 2) await new Promise(setImmediate);
      expect(await ownClient.call(PARAMS, EMPTY)).toMatchObject({ code: 8, details: "the server runs too many calls" });
      letGo();
      expect(await Promise.all(first)).toMatchObject([{ code: 0 }, { code: 0 }]);
      expect(await ownClient.call(PARAMS, EMPTY)).toMatchObject({ code: 0 });
    });
  });

  it("hold a limited number of bytes, which come free again", async () => {
    await withServer({ budget: new CallBudget(100, 5000) }, {}, async (_own, ownClient) => {
      const large = new Uint8Array(6000);
      expect(await ownClient.call(BROADCAST, large)).toMatchObject({ code: 8 });
      for (let i = 0; i < 4; i++) expect(await ownClient.call(BROADCAST, broadcastOf(3000))).toMatchObject({ code: 0 });
    });
  });

  it("of one connection are at most a hundred", async () => {
    const session = connectHttp2(`http://127.0.0.1:${running.port}`);
    await once(session, "remoteSettings");
    expect(session.remoteSettings.maxConcurrentStreams).toBe(100);
    session.destroy();
  });
});

describe("time", () => {
  it("of the client's own deadline ends a call that does not come back", async () => {
    const { query, letGo } = held();
    await withServer({}, { query }, async ({ port }) => {
      const { stream, status } = openCall(port, PARAMS, { "grpc-timeout": "50m" });
      stream.end(envelope(EMPTY));
      expect(await status).toBe("4");
      letGo();
    });
  });

  it.each(["", "1", "1x", "-1S", "123456789S"])("of %j is no deadline", async (timeout) => {
    const { stream, status } = openCall(running.port, PARAMS, { "grpc-timeout": timeout });
    stream.end(envelope(EMPTY));
    expect(await status).toBe("3");
  });

  it("to send a message is limited", async () => {
    await withServer({ timeouts: { requestMs: 50, idleMs: 10_000 } }, {}, async ({ port }) => {
      const { stream, status } = openCall(port, PARAMS);
      stream.write(Buffer.from([0, 0]));
      expect(await status).toBe("4");
    });
  });
});

describe("a request that is not gRPC", () => {
  it.each([
    ["application/json", 415],
    ["application/grpc+json", 415],
    ["application/grpc-web", 415],
    ["application/grpc; charset=utf-8", 415],
    ["application/grpc", 200],
    ["application/grpc+proto", 200],
  ])("of type %s has HTTP status %i", async (type, expected) => {
    const { stream, httpStatus } = openCall(running.port, PARAMS, { "content-type": type });
    stream.end(envelope(EMPTY));
    expect(await httpStatus).toBe(expected);
  });

  it("of another verb is refused", async () => {
    const { stream, httpStatus } = openCall(running.port, PARAMS, { ":method": "PUT" });
    stream.end();
    expect(await httpStatus).toBe(405);
  });
});

/** Sends bytes and waits until the server hangs up, or has answered enough. */
async function sendRaw(port: number, bytes: Buffer): Promise<void> {
  const socket: Socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.resume();
  socket.end(bytes);
  await once(socket, "close");
}

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const SETTINGS = frame(4, 0, 0, Buffer.alloc(0));

describe("bytes that are no request", () => {
  const hostile: [string, Buffer][] = [
    ["nothing", Buffer.alloc(0)],
    ["HTTP/1.1", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
    ["noise", Buffer.alloc(100_000, 0xa5)],
    ["half a preface", PREFACE.subarray(0, 10)],
    ["a frame beyond the largest", Buffer.concat([PREFACE, SETTINGS, frame(0, 0, 1, Buffer.alloc(20_000))])],
    ["headers that do not decode", Buffer.concat([PREFACE, SETTINGS, frame(1, 5, 1, Buffer.alloc(40, 0xff))])],
    ["data of no stream", Buffer.concat([PREFACE, SETTINGS, frame(0, 1, 5, Buffer.from("x"))])],
    ["a push by the client", Buffer.concat([PREFACE, SETTINGS, frame(5, 4, 1, Buffer.alloc(8))])],
    ["a window that overflows", Buffer.concat([PREFACE, SETTINGS, frame(8, 0, 0, Buffer.from([127, 255, 255, 255]))])],
    ["settings of odd length", Buffer.concat([PREFACE, frame(4, 0, 0, Buffer.alloc(5))])],
    [
      "continuations without end",
      Buffer.concat([
        PREFACE,
        SETTINGS,
        frame(1, 0, 1, Buffer.from([0x82])),
        ...Array(5000).fill(frame(9, 0, 1, Buffer.alloc(0))),
      ]),
    ],
    ["pings without end", Buffer.concat([PREFACE, SETTINGS, ...Array(20_000).fill(frame(6, 0, 0, Buffer.alloc(8)))])],
    ["settings without end", Buffer.concat([PREFACE, ...Array(20_000).fill(SETTINGS)])],
  ];

  // Idle after a moment: Node does not close all of these connections by itself.
  let impatient: Running;
  beforeAll(async () => {
    impatient = await startGrpc(fakeBackend(), { timeouts: { requestMs: 10_000, idleMs: 100 } });
  });
  afterAll(() => impatient.close());

  it.each(hostile)("end the connection and hurt nobody: %s", async (_name, bytes) => {
    await sendRaw(impatient.port, bytes);
    const other = new RawClient(impatient.port);
    expect(await other.call(PARAMS, EMPTY)).toMatchObject({ code: 0 });
    expect(impatient.errors).toEqual([]);
    other.close();
  });

  it("hurt nobody: calls that are opened and reset at once", async () => {
    const session = connectHttp2(`http://127.0.0.1:${running.port}`);
    session.on("error", () => undefined);
    for (let i = 0; i < 2_000; i++) {
      const headers = { ":method": "POST", ":path": PARAMS, "content-type": "application/grpc" };
      const stream = session.request(headers);
      stream.on("error", () => undefined);
      stream.close(constants.NGHTTP2_CANCEL);
    }
    session.close();
    await once(session, "close");
    expect(await client.call(PARAMS, EMPTY)).toMatchObject({ code: 0 });
  });

  it("hurt nobody on the port of gRPC-web", async () => {
    const web = await startGrpcWeb();
    for (const [, bytes] of hostile) await sendRaw(web.port, bytes);
    const response = await fetch(`http://127.0.0.1:${web.port}${PARAMS}`, {
      method: "POST",
      headers: { "content-type": "application/grpc-web" },
      body: new Uint8Array(envelope(EMPTY)),
    });
    expect(response.status).toBe(200);
    expect(web.errors).toEqual([]);
    await web.close();
  });
});

describe("the end of a server", () => {
  it("ends calls and connections that are open", async () => {
    const { query, letGo, entered } = held();
    const own = await startGrpc(fakeBackend({ query }));
    const ownClient = new RawClient(own.port);
    const pending = ownClient.call(PARAMS, EMPTY);
    while (entered.count < 1) await new Promise(setImmediate);
    await own.close();
    expect((await pending).code).not.toBe(0);
    expect(own.errors).toEqual([]);
    letGo();
    ownClient.close();
  });
});
