/** A websocket client that keeps every frame and can wait for the next one. */
import { once } from "node:events";
import { WebSocket } from "ws";

// biome-ignore lint/suspicious/noExplicitAny: frames are whatever JSON came; assertions say what it must be.
export type Frame = any;

export interface WebsocketClient {
  readonly socket: WebSocket;
  /** Close code, once closed. */
  readonly closed: Promise<number>;
  send(text: string | Uint8Array): void;
  /** The next frame that nobody took yet. */
  next(): Promise<Frame>;
  /** Sends a request and takes the next frame. */
  call(method: string, params?: unknown, id?: unknown): Promise<Frame>;
  /** Frames that nobody took yet. */
  readonly waiting: readonly Frame[];
  close(): Promise<void>;
}

export async function connectWebsocket(port: number, path = "/websocket"): Promise<WebsocketClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  const waiting: Frame[] = [];
  const wanted: ((frame: Frame) => void)[] = [];
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data));
    const taker = wanted.shift();
    if (taker === undefined) waiting.push(frame);
    else taker(frame);
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await once(socket, "open");
  socket.on("error", () => undefined);
  const next = () =>
    waiting.length > 0 ? Promise.resolve(waiting.shift()) : new Promise<Frame>((r) => wanted.push(r));
  return {
    socket,
    closed,
    send: (text) => socket.send(text),
    next,
    call(method, params, id = 1) {
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
      return next();
    },
    waiting,
    async close() {
      socket.close();
      await closed;
    },
  };
}
