/**
 * News of new blocks over a source's websocket (spec 04 §5.4). Only the height is read, and it is believed as little as the one in
 * `/status`: it says when to look. What a source sends is bounded; one that sends more, or anything else, is left.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { WebSocket } from "ws";
import { asInt64, asObject } from "../../base/json.ts";
import type { Timers } from "../../base/timers.ts";
import { malformed, quoted, refused } from "./errors.ts";
import { parseText } from "./json-text.ts";

/** What is told of a subscription. */
export interface HeadListener {
  /** The source says that it has this height. */
  onHeight(height: bigint): void;
  /** Called once, whoever ended it, and never before `openHeads` returned. */
  onEnd(reason: string): void;
}

/** An open subscription. */
export interface Heads {
  close(): void;
}

/** Subscribes to the headers of one source. */
export type OpenHeads = (listener: HeadListener, timers: Timers) => Heads;

/** A header with its frame of JSON has less than 4 KiB. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** What a source may send within one {@link WINDOW_MS}: enough for a hundred blocks per second, of frames of any kind. */
const MAX_BYTES = 512 * 1024;
const WINDOW_MS = 1_000;
const HANDSHAKE_MS = 5_000;
/** CometBFT pings every 27 seconds. */
const SILENCE_MS = 75_000;

const ID = 0;
const SUBSCRIBE = JSON.stringify({
  jsonrpc: "2.0",
  id: ID,
  method: "subscribe",
  params: { query: "tm.event='NewBlockHeader'" },
});

/** Height in a message of the subscription; undefined in the answer to the request. Throws LocalError `FOLLOW_RESPONSE`, `FOLLOW_REFUSED`. */
export function parseHead(text: string): bigint | undefined {
  const { result, error } = asObject(parseText(text), "message", malformed);
  if (error !== undefined) throw refused("subscribe", JSON.stringify(error));
  const json = asObject(result, "result", malformed);
  if (json.data === undefined) return undefined;
  const value = asObject(asObject(json.data, "data", malformed).value, "value", malformed);
  return asInt64(asObject(value.header, "header", malformed).height, "height", malformed);
}

/** The websocket of the RPC at `url`, which begins with http or https. */
function websocketUrl(url: string): URL {
  const [base = ""] = url.replace(/^http/, "ws").split(/[?#]/);
  return new URL(`${base.replace(/\/$/, "")}/websocket`);
}

class HeadSocket implements Heads {
  readonly #socket: WebSocket;
  readonly #listener: HeadListener;
  readonly #timers: Timers;
  #ended = false;
  #windowStartMs = 0;
  #bytes = 0;
  #stopWaiting: () => void = () => {};

  constructor(url: string, listener: HeadListener, timers: Timers) {
    this.#listener = listener;
    this.#timers = timers;
    this.#socket = new WebSocket(websocketUrl(url), {
      ...{ autoPong: false, perMessageDeflate: false, followRedirects: false },
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    this.#socket.once("upgrade", ({ socket }) => {
      socket.on("data", ({ length }: Buffer) => this.#count(length));
    });
    this.#socket.once("open", () => this.#socket.send(SUBSCRIBE));
    this.#socket.on("ping", (data: Buffer) => this.#pong(data));
    this.#socket.on("message", (data: Buffer, isBinary: boolean) => this.#read(data, isBinary));
    this.#socket.once("close", () => this.#end("the source closed the connection"));
    // Also what is no websocket, and frames that are too large.
    this.#socket.on("error", (error) => this.#end(quoted(error.message)));
    this.#count(0);
  }

  close(): void {
    this.#end("closed");
  }

  /** Every byte is a sign of life, and counts: also pings, empty fragments, and what is never finished. */
  #count(bytes: number): void {
    this.#stopWaiting();
    if (this.#ended) return;
    this.#stopWaiting = this.#timers.set(SILENCE_MS, () => this.#end("the source was silent"));
    const now = this.#timers.now();
    if (now - this.#windowStartMs >= WINDOW_MS) {
      this.#windowStartMs = now;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    if (this.#bytes > MAX_BYTES) this.#end("the source sends too much");
  }

  /** One that sends pings and reads no pongs gets no further ones. */
  #pong(data: Buffer): void {
    if (!this.#ended && this.#socket.bufferedAmount === 0) this.#socket.pong(data);
  }

  #read(data: Buffer, isBinary: boolean): void {
    if (this.#ended) return;
    try {
      if (isBinary) throw malformed("the message is not text");
      const height = parseHead(data.toString("utf8"));
      if (height !== undefined) this.#listener.onHeight(height);
    } catch (error) {
      if (!(error instanceof LocalError)) throw error;
      this.#end(error.message);
    }
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopWaiting();
    this.#socket.terminate();
    queueMicrotask(() => this.#listener.onEnd(reason));
  }
}

/** The subscription of the source at `url`. */
export function websocketHeads(url: string): OpenHeads {
  return (listener, timers) => new HeadSocket(url, listener, timers);
}
