/**
 * News over a source's websocket: a new block is fetched at once; a source that floods, stalls, lies or breaks off gets nowhere,
 * and everything goes on by looking now and then.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { silentLogger } from "@enclavenet/common";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { Mutants } from "../../../tests/support/mutant.ts";
import { HeadWatch } from "../src/follow/head-watch.ts";
import type { BlockSource } from "../src/follow/source/block-source.ts";
import { type HeadListener, parseHead, websocketHeads } from "../src/follow/source/heads.ts";
import { SourcePool } from "../src/follow/source-pool.ts";
import { httpTransport, type RpcTransport, systemTimers } from "../src/index.ts";
import { eventually, type Follower, openFollower, untilHeight } from "./support/follow/follower.ts";
import { openLeader } from "./support/follow/leader.ts";
import { ManualTime } from "./support/harness.ts";

const FILE = "packages/consensus/src/follow/source/heads.ts";
const HOUR_MS = 3_600_000;

const mutants = new Mutants<{ websocketHeads: typeof websocketHeads }>(FILE);
const ends: (() => unknown)[] = [];

afterAll(() => mutants.remove());
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(sources: RpcTransport[], options: Partial<Parameters<typeof openFollower>[0]>): Promise<Follower> {
  const follower = await openFollower({ genesis: options.genesis!, sources, ...options });
  ends.push(() => follower.engine.stop());
  follower.engine.start();
  return follower;
}

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A source whose websocket does `act` once it was asked for the headers. */
async function websocketThat(act: (socket: WebSocket, raw: Socket) => void): Promise<string> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, raw: Socket, head) => {
    raw.on("error", () => raw.destroy());
    ends.push(() => raw.destroy());
    sockets.handleUpgrade(request, raw, head, (socket) => {
      socket.on("error", () => undefined);
      socket.once("message", () => act(socket, raw));
    });
  });
  return await listening(server);
}

const header = (height: string) => JSON.stringify({ id: 0, result: { data: { value: { header: { height } } } } });

interface Heard {
  readonly heights: bigint[];
  readonly ended: string[];
}

/** What the subscription says of `url`. */
function hear(url: string, timers = systemTimers as HeadListenerTimers, open = websocketHeads): Heard {
  const heard: Heard = { heights: [], ended: [] };
  const listener: HeadListener = {
    onHeight: (height) => heard.heights.push(height),
    onEnd: (reason) => heard.ended.push(reason),
  };
  const heads = open(url)(listener, timers);
  ends.push(() => heads.close());
  return heard;
}

type HeadListenerTimers = Parameters<ReturnType<typeof websocketHeads>>[1];

const untilEnded = ({ ended }: Heard) => eventually(() => ended[0]);

describe("a following node", () => {
  it("fetches a block when the source has it, without looking", async () => {
    const leader = await openLeader();
    await leader.grow(3);
    const { url, close } = await leader.listen();
    ends.push(close);
    const options = { genesis: leader.genesis, engine: { pollMs: HOUR_MS } };
    const told = await start([httpTransport(url)], options);
    const untold = await start([{ ...httpTransport(url), heads: undefined as never }], options);
    await eventually(() => (told.engine.progress().catchingUp ? undefined : true));
    await eventually(() => (untold.engine.progress().catchingUp ? undefined : true));
    for (let height = 4n; height <= 8n; height++) {
      await leader.grow(1);
      await untilHeight(told, height);
    }
    expect(untold.engine.reader.latestHeight()).toBe(3n);
  });

  it("whose source lies about new blocks goes on with another one", async () => {
    const leader = await openLeader();
    await leader.grow(3);
    let tell: (height: bigint) => void = () => {};
    const heads: RpcTransport["heads"] = ({ onHeight }) => {
      tell = onHeight;
      return { close() {} };
    };
    const sources = [{ ...(await leader.source()), heads }, await leader.source()];
    const follower = await start(sources, { genesis: leader.genesis });
    await untilHeight(follower, 3n);
    await eventually(() => (follower.engine.progress().catchingUp ? undefined : true));
    for (const height of [-1n, 0n, 1n << 62n]) tell(height);
    await eventually(() => follower.engine.progress().lastError?.code);
    for (let i = 0; i < 100; i++) tell((1n << 62n) + BigInt(i));
    await leader.grow(2);
    await untilHeight(follower, 5n);
    await eventually(() => (follower.engine.progress().target === 5n ? true : undefined));
  });
});

describe("a subscription", () => {
  const cut = (text: string, without = "") => mutants.without([{ file: FILE, text, without }]);

  it("hears the heights", async () => {
    const url = await websocketThat((socket) => {
      for (const text of ['{"id":0,"result":{}}', header("7"), header("9")]) socket.send(text);
      socket.ping();
    });
    const heard = hear(url);
    await eventually(() => (heard.heights.length === 2 ? true : undefined));
    expect(heard).toEqual({ heights: [7n, 9n], ended: [] });
  });

  it.each([
    ["garbage", (socket: WebSocket) => socket.send("{")],
    ["no header", (socket: WebSocket) => socket.send('{"result":{"data":{}}}')],
    ["a number", (socket: WebSocket) => socket.send(header("9".repeat(30)))],
    ["bytes", (socket: WebSocket) => socket.send(Buffer.from(header("1")))],
    ["a refusal", (socket: WebSocket) => socket.send('{"id":0,"error":{"code":-32603,"data":"max_subscriptions"}}')],
    ["a message that is too large", (socket: WebSocket) => socket.send(header("1") + " ".repeat(70_000))],
    ["a broken frame", (_socket: WebSocket, raw: Socket) => raw.write(Buffer.of(0xff, 0xff))],
    ["the end", (socket: WebSocket) => socket.close()],
    ["a broken connection", (_socket: WebSocket, raw: Socket) => raw.destroy()],
  ])("ends, once, with %s", async (_, act) => {
    const heard = hear(await websocketThat(act));
    await untilEnded(heard);
    expect(heard.heights).toEqual([]);
    expect(heard.ended).toHaveLength(1);
  });

  it("ends where there is no websocket", async () => {
    const refusing = await listening(createServer((_request, response) => response.writeHead(404).end()));
    await untilEnded(hear(refusing));
    const sending = await listening(
      createServer((_request, response) => response.writeHead(301, { location: refusing }).end()),
    );
    await untilEnded(hear(sending));
  });

  it("ends when nothing comes for long, not while something does", async () => {
    let beat: () => void = () => {};
    const url = await websocketThat((socket) => {
      beat = () => socket.ping();
      socket.send(header("1"));
    });
    const time = new ManualTime();
    const heard = hear(url, time);
    await eventually(() => heard.heights[0]);
    await time.advance(74_000);
    const beats = time.sets;
    beat();
    await eventually(() => (time.sets > beats ? true : undefined));
    await time.advance(74_000);
    expect(heard.ended).toEqual([]);
    await time.advance(2_000);
    expect(heard.ended).toEqual(["the source was silent"]);
  });

  /** One MiB of what no message says anything of, then a header, in as many frames as it takes. */
  const floods: readonly (readonly [string, Buffer])[] = [
    ["pings", Buffer.concat(Array(2 ** 13).fill(Buffer.of(0x89, 125, ...Array(125).fill(1))))],
    ["messages", Buffer.concat(Array(2 ** 13).fill(Buffer.of(0x81, 125, ...Buffer.from('{"result":{}}'.padEnd(125)))))],
    ["a message in tiny pieces", Buffer.concat([Buffer.of(0x01, 0), Buffer.alloc(2 ** 20, Buffer.of(0x00, 0))])],
  ];

  it.each(floods)("ends with a flood of %s", async (_, flood) => {
    const heard = hear(await websocketThat((_socket, raw) => raw.write(flood)));
    await untilEnded(heard);
    expect(heard.heights).toEqual([]);
  });

  it("hears a flood out in a build without the limit", async () => {
    const flood = floods[0]![1];
    const url = await websocketThat((socket, raw) => {
      raw.write(flood);
      socket.send(header("5"));
    });
    const { websocketHeads: open } = await cut('if (this.#bytes > MAX_BYTES) this.#end("the source sends too much");');
    const heard = hear(url, systemTimers, open);
    await eventually(() => heard.heights[0]);
    expect(heard.ended).toEqual([]);
  });

  it("reads a large message in a build without the limit", async () => {
    const url = await websocketThat((socket) => socket.send(header("5") + " ".repeat(70_000)));
    const { websocketHeads: open } = await cut("maxPayload: MAX_MESSAGE_BYTES,");
    const heard = hear(url, systemTimers, open);
    await eventually(() => heard.heights[0]);
  });
});

describe("the height in a message", () => {
  it("is the header's", () => {
    expect(parseHead(header("12"))).toBe(12n);
    expect(parseHead('{"jsonrpc":"2.0","id":0,"result":{}}')).toBeUndefined();
  });
});

describe("subscriptions of a pool", () => {
  function watched() {
    const time = new ManualTime();
    const listeners: HeadListener[] = [];
    let closed = 0;
    const source = {
      url: "a",
      openHeads: (listener: HeadListener) => {
        listeners.push(listener);
        return { close: () => closed++ };
      },
    } as unknown as BlockSource;
    const pool = new SourcePool([source, { url: "b" } as BlockSource], time, silentLogger);
    let news = 0;
    const watch = new HeadWatch({ pool, timers: time, logger: silentLogger, onNews: () => news++ });
    watch.open();
    return { time, listeners, pool, watch, news: () => news, closed: () => closed };
  }

  it("are opened again after longer and longer pauses, and soon after a good one", async () => {
    const { time, listeners, watch, closed } = watched();
    for (const pause of [250, 500, 1000, 2000]) {
      const { length } = listeners;
      listeners.at(-1)!.onEnd("gone");
      await time.advance(pause - 1);
      expect(listeners).toHaveLength(length);
      await time.advance(1);
      expect(listeners).toHaveLength(length + 1);
    }
    await time.advance(60_000);
    listeners.at(-1)!.onEnd("gone");
    await time.advance(250);
    expect(listeners).toHaveLength(6);
    watch.close();
    listeners.at(-1)!.onEnd("closed");
    await time.advance(HOUR_MS);
    expect([listeners.length, closed()]).toEqual([6, 1]);
  });

  it("wake for what is new, of sources that answered and did not fail since", () => {
    const { listeners, pool, news } = watched();
    const [listener, entry] = [listeners[0]!, pool.entries[0]!];
    listener.onHeight(5n);
    expect([news(), entry.height]).toEqual([0, 0n]);
    pool.noteHeight(entry, 4n, 0);
    pool.advance();
    for (const height of [4n, 5n, 5n]) listener.onHeight(height);
    expect([news(), entry.height, pool.pick()]).toEqual([1, 5n, entry]);
    pool.fail(entry, { code: "FOLLOW_FORK" } as never);
    listener.onHeight(6n);
    expect([news(), entry.height]).toEqual([1, 0n]);
  });

  it("are not undone by an answer that was on its way", async () => {
    const { time, pool } = watched();
    const entry = pool.entries[0]!;
    pool.noteHeight(entry, 4n, 0);
    await time.advance(10);
    const askedMs = time.now();
    await time.advance(10);
    expect(pool.hint(entry, 6n)).toBe(true);
    pool.noteHeight(entry, 5n, askedMs);
    expect(entry.height).toBe(6n);
    pool.noteHeight(entry, 5n, time.now() + 1);
    expect(entry.height).toBe(5n);
  });
});
