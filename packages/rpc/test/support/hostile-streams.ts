/**
 * Bytes that no honest client sends, to the websocket, gRPC and gRPC-web of a server on loopback: each attempt throws for what no
 * server may answer. For this room's tests and for the long run.
 * @module
 */
import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { concatBytes, fromBase64, toBase64 } from "@enclavenet/common";
import { rpcs } from "@enclavenet/proto";
import fc from "fast-check";
import { WebSocket } from "ws";
import { hostileBytes } from "../../../../tests/support/hostile-bytes.ts";

/** Inputs for one door of a server, and what is done with each. */
export interface HostileStream {
  readonly inputs: fc.Arbitrary<Uint8Array>;
  attempt(bytes: Uint8Array): Promise<void>;
  close(): void;
}

const HOST = "127.0.0.1";

/** No answer for so long is none. */
const ANSWER_MS = 20_000;

function demand(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** Throws for a text that tells of the server's insides. */
export function demandPlain(text: string): void {
  demand(!text.includes("internal error"), `internal error: ${text.slice(0, 200)}`);
  demand(!/\bat .*\.[jt]s:\d/.test(text), `a stack: ${text.slice(0, 200)}`);
}

function inTime<T>(answer: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer`)), ANSWER_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

const bytesOf = (...texts: readonly string[]): Uint8Array => new TextEncoder().encode(texts.join(""));

const METHODS: readonly (readonly [string, object])[] = [
  ["subscribe", { query: "tm.event='Tx' AND tx.height > 5" }],
  ["unsubscribe", { query: "tm.event='Tx'" }],
  ["unsubscribe_all", {}],
  ["block", { height: "1" }],
  ["tx_search", { query: "tx.height=1", prove: false, page: "1" }],
  ["abci_query", { path: "/app/version", data: "", height: "0", prove: true }],
  ["broadcast_tx_sync", { tx: "AA==" }],
];

interface RpcAnswer {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly error?: unknown;
}

/**
 * Messages of a websocket client. Behind each goes a request that has an answer: until that one comes, whatever comes must be
 * JSON-RPC. The first byte says whether the message is text or binary.
 */
export async function websocketMessages(port: number): Promise<HostileStream> {
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://${HOST}:${port}/websocket`);
    await once(socket, "open");
    socket.on("error", () => undefined);
    return socket;
  };
  let socket = await open();
  let mark = 0;
  const answersTo = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = (error?: Error): void => {
        socket.removeAllListeners("message").removeAllListeners("close");
        if (error === undefined) resolve();
        else reject(error);
      };
      const id = `mark ${++mark}`;
      socket.once("close", () => end(new Error("the connection was closed")));
      socket.on("message", (data) => {
        try {
          const answer = JSON.parse(String(data)) as RpcAnswer;
          demand(answer.jsonrpc === "2.0" && "result" in answer !== "error" in answer, `no JSON-RPC: ${data}`);
          if ("error" in answer) demandPlain(JSON.stringify(answer.error));
          if (answer.id === id) end();
        } catch (error) {
          end(error as Error);
        }
      });
      socket.send(bytes.subarray(1), { binary: (bytes[0] ?? 0) % 2 === 1 });
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "health" }));
    });
  const seeds = fc
    .constantFrom(...METHODS)
    .map(([method, params]) => bytesOf(" ", JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })));
  return {
    inputs: hostileBytes(seeds),
    async attempt(bytes) {
      const isText = (bytes[0] ?? 0) % 2 === 0;
      try {
        await inTime(answersTo(bytes), "websocket");
      } catch (error) {
        // Text that is not UTF-8 ends the connection (RFC 6455 §8.1).
        const mayClose = isText && !isUtf8(bytes.subarray(1));
        if (!mayClose || !(error as Error).message.includes("closed")) throw error;
        socket = await open();
      }
    },
    close: () => socket.terminate(),
  };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** A connection that is written to and then closed on this side; resolves when `ended` says so, or the other side closes. */
function converse(port: number, bytes: Uint8Array, ended: (socket: Socket) => Promise<unknown>): Promise<void> {
  const socket = connect({ host: HOST, port });
  socket.on("error", () => undefined);
  const closed = once(socket, "close");
  const end = ended(socket);
  // What is not read holds back the end.
  socket.resume();
  socket.end(bytes);
  return inTime(Promise.race([end, closed]), "connection").then(
    () => void socket.destroy(),
    (error) => {
      socket.destroy();
      throw error;
    },
  );
}

const HANDSHAKE = bytesOf(
  `GET /websocket HTTP/1.1\r\nHost: ${HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`,
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
);

/** A masked frame (RFC 6455 §5.2) with a mask of zeros. */
const frameOf = (opcode: number, text: string): Uint8Array =>
  Uint8Array.of(0x80 | opcode, 0x80 | text.length, 0, 0, 0, 0, ...bytesOf(text));

/** Bytes behind the handshake of a websocket: the server closes when the client does, whatever it was sent. */
export function websocketFrames(port: number): HostileStream {
  const frames = [
    frameOf(1, '{"jsonrpc":"2.0","id":1,"method":"health"}'),
    frameOf(9, "ping"),
    frameOf(8, "\u0003\u0000"),
  ];
  const never = () => new Promise<never>(() => undefined);
  return {
    inputs: hostileBytes(fc.constantFrom(...frames, Uint8Array.from(frames.flatMap((one) => [...one])))),
    attempt: (bytes) => converse(port, Uint8Array.from([...HANDSHAKE, ...bytes]), never),
    close: () => undefined,
  };
}

const PREFACE = bytesOf("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** A frame of HTTP/2 (RFC 9113 §4.1). */
function http2Frame(type: number, flags: number, stream: number, body: readonly number[]): readonly number[] {
  return [0, body.length >> 8, body.length & 255, type, flags, 0, 0, 0, stream, ...body];
}

/** A header without indexing (RFC 7541 §6.2.2), its name from the static table. */
const headerField = (index: number, value: string): readonly number[] => [
  ...(index < 15 ? [index] : [15, index - 15]),
  value.length,
  ...bytesOf(value),
];

/** Path, authority, method POST, scheme, type. */
const HEADERS = [
  ...headerField(4, "/grpc.health.v1.Health/Check"),
  ...headerField(1, HOST),
  ...[0x83, 0x86],
  ...headerField(31, "application/grpc"),
];

/** Bytes to the HTTP/2 port: the server says something or closes. */
export function http2Bytes(port: number): HostileStream {
  const [END_STREAM, END_HEADERS] = [1, 4];
  const call = [
    ...http2Frame(4, 0, 0, []),
    ...http2Frame(1, END_HEADERS, 1, HEADERS),
    ...http2Frame(0, END_STREAM, 1, [0, 0, 0, 0, 0]),
  ];
  return {
    inputs: hostileBytes(fc.constantFrom(Uint8Array.from([...PREFACE, ...call]), Uint8Array.from(call))),
    attempt: (bytes) => converse(port, bytes, (socket) => once(socket, "data")),
    close: () => undefined,
  };
}

/** Paths of all methods, and some of none; but for the one whose answer has no end. */
const PATHS = [...[...rpcs.keys()].filter((path) => !path.endsWith("/Watch")), ...["/", "/a", "//", "/a/b/c"]];

/** A message with gRPC's prefix. */
function prefixed(flag: number, message: Uint8Array): Uint8Array {
  const out = new Uint8Array(5 + message.length);
  out[0] = flag;
  new DataView(out.buffer).setUint32(1, message.length);
  out.set(message, 5);
  return out;
}

/** What an input says: two bytes for the method, one for the form, the rest is a message or a whole body. */
function callOf(bytes: Uint8Array): { readonly path: string; readonly form: number; readonly body: Uint8Array } {
  const [high = 0, low = 0, form = 0] = bytes;
  const rest = bytes.subarray(3);
  const path = PATHS[(high * 256 + low) % PATHS.length] ?? "/";
  return { path, form, body: form % 4 === 3 ? rest : prefixed(form % 4 === 2 ? 1 : 0, rest) };
}

/** Plausible messages under any method: text in field 1, a number, nothing. */
const CALLS = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(3), fc.constantFrom([], [0x0a, 3, 0x61, 0x62, 0x63], [8, 1], [0x0a, 2, 8, 1]))
  .map(([high, low, form, message]) => Uint8Array.of(high, low, form, ...message));

const GRPC_CODES = 16;

function demandStatus(status: unknown, message: unknown): void {
  demand(Number(status) >= 0 && Number(status) <= GRPC_CODES, `grpc-status ${String(status)}`);
  demandPlain(decodeURIComponent(String(message ?? "")));
}

/** Calls over HTTP/2, all on one connection: each ends with a status of gRPC or of HTTP, or its stream is reset. */
export function grpcCalls(port: number): HostileStream {
  let session: ClientHttp2Session | undefined;
  const current = (): ClientHttp2Session => {
    if (session === undefined || session.closed || session.destroyed) {
      session = connectHttp2(`http://${HOST}:${port}`);
      session.on("error", () => undefined);
    }
    return session;
  };
  const call = ({ path, form, body }: ReturnType<typeof callOf>): Promise<void> =>
    new Promise((resolve, reject) => {
      const type = form & 16 ? "application/grpc+json" : "application/grpc";
      const stream = current().request({
        ...{ ":method": form & 32 ? "GET" : "POST", ":path": path, "content-type": type, te: "trailers" },
        ...(form % 4 === 2 ? { "grpc-encoding": form & 64 ? "br" : "gzip" } : {}),
      });
      let http = 0;
      let status: Readonly<Record<string, unknown>> = {};
      stream.on("response", (headers) => {
        http = Number(headers[":status"]);
        status = { ...status, ...headers };
      });
      stream.on("trailers", (trailers) => {
        status = { ...status, ...trailers };
      });
      stream.on("error", () => undefined);
      stream.on("close", () => {
        try {
          if (http === 200 && stream.rstCode === 0) demandStatus(status["grpc-status"], status["grpc-message"]);
          else demand(http >= 400 || stream.rstCode !== 0, `HTTP status ${http}`);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      stream.resume();
      stream.end(body);
    });
  return {
    inputs: hostileBytes(CALLS),
    attempt: (bytes) => inTime(call(callOf(bytes)), "gRPC"),
    close: () => session?.destroy(),
  };
}

const WEB_TYPES = [
  "application/grpc-web",
  "application/grpc-web+proto",
  "application/grpc-web-text",
  "application/grpc-web+x",
];

const TRAILERS = 0x80;

/** Bytes of base64 in pieces, each with its padding. */
function fromPieces(text: string): Uint8Array {
  return concatBytes(...(text.match(/[^=]+={0,2}/g) ?? []).map(fromBase64));
}

/** Trailers of an answer for browsers: the last frame of the body. */
function webTrailers(body: Uint8Array): Readonly<Record<string, string>> {
  let at = 0;
  while (at + 5 <= body.length && body[at] !== TRAILERS) {
    at += 5 + new DataView(body.buffer, body.byteOffset + at).getUint32(1);
  }
  const lines = new TextDecoder().decode(body.subarray(at + 5)).split("\r\n");
  return Object.fromEntries(lines.map((line) => line.split(/:\s*/, 2) as [string, string]));
}

/** Calls of gRPC-web, on its own port or on that of REST. */
export function grpcWebCalls(port: number): HostileStream {
  const call = async ({ path, form, body }: ReturnType<typeof callOf>): Promise<void> => {
    const type = WEB_TYPES[(form >> 4) % WEB_TYPES.length] ?? "";
    const isText = type.endsWith("-text");
    // Every other request in text is base64.
    const sent = isText && form & 8 ? toBase64(body) : body;
    const response = await fetch(`http://${HOST}:${port}${path}`, {
      method: "POST",
      headers: { "content-type": type },
      body: sent,
    });
    const received = new Uint8Array(await response.arrayBuffer());
    const answer = isText ? fromPieces(new TextDecoder().decode(received)) : received;
    if (response.status !== 200) {
      demand(response.status >= 400 && response.status < 500, `HTTP status ${response.status}`);
      return;
    }
    const trailers = webTrailers(answer);
    demandStatus(
      response.headers.get("grpc-status") ?? trailers["grpc-status"],
      response.headers.get("grpc-message") ?? trailers["grpc-message"],
    );
  };
  return {
    inputs: hostileBytes(CALLS),
    attempt: (bytes) => inTime(call(callOf(bytes)), "gRPC-web"),
    close: () => undefined,
  };
}
