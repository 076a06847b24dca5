/**
 * One websocket client: its requests are answered one after another, as CometBFT does; answers and events leave in the
 * order in which they were made. What waits for a client that does not read is bounded, and such a client is disconnected.
 * @module
 */
import type { Logger } from "@enclavenet/common";
import { WebSocket } from "ws";
import type { RpcBackend } from "../../backend.ts";
import { errorObject, rpcError } from "../errors.ts";
import { answerRequest, failure, type RpcResponse } from "../json-rpc.ts";
import type { FindMethod } from "../method.ts";
import type { WebsocketLimits } from "./limits.ts";
import { methodsOf } from "./methods.ts";
import type { Subscriber, SubscriptionBus } from "./subscriptions.ts";

/** CometBFT's id for an answer to what has none. */
const NO_ID = -1;

/** Bytes that wait for all clients together. */
export interface SharedBuffer {
  bytes: number;
}

export interface ConnectionParts {
  readonly backend: RpcBackend;
  readonly bus: SubscriptionBus;
  readonly limits: WebsocketLimits;
  readonly shared: SharedBuffer;
  readonly logger: Logger;
}

function parseText(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString("utf8"));
  } catch {
    throw rpcError("parse", "error unmarshaling request: not valid JSON");
  }
}

export class WebsocketConnection implements Subscriber {
  readonly #socket: WebSocket;
  readonly #parts: ConnectionParts;
  readonly #find: FindMethod;
  readonly #waiting: Buffer[] = [];
  #working = false;
  #runningMethod = false;
  #alive = true;
  #buffered = 0;
  #ponging = false;
  #lastPing: Buffer | undefined;

  constructor(socket: WebSocket, parts: ConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#find = methodsOf(this, parts.bus);
    const { logger, bus } = parts;
    // Frames that are no websocket frames, or too large: the library closes with the right code.
    socket.on("error", (error) => logger.debug("a websocket client broke the protocol", { reason: error.message }));
    socket.on("pong", () => this.#noteLife());
    socket.on("ping", (data: Buffer) => this.#pong(data));
    socket.on("message", (data: Buffer) => this.#receive(data));
    socket.once("close", () => bus.forget(this));
  }

  offer(frame: string): boolean {
    const { maxBufferedBytes, maxBufferedTotalBytes } = this.#parts.limits;
    if (this.#buffered > maxBufferedBytes || this.#parts.shared.bytes > maxBufferedTotalBytes) return false;
    this.send(frame);
    return true;
  }

  send(frame: string): void {
    void this.#write(frame);
  }

  /** Pings; disconnects a client that has shown no sign of life since the last time. */
  beat(): void {
    if (!this.#alive && !this.#runningMethod) {
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  #noteLife(): void {
    this.#alive = true;
  }

  /**
   * One pong at a time, then one for the last ping that came meanwhile (RFC 6455 §5.5.3): a client that pings and does not read
   * would fill the memory with pongs.
   */
  #pong(data: Buffer): void {
    this.#noteLife();
    this.#lastPing = data;
    if (this.#ponging) return;
    this.#lastPing = undefined;
    this.#ponging = true;
    this.#socket.pong(data, false, (error) => {
      this.#ponging = false;
      if (!error && this.#lastPing !== undefined) this.#pong(this.#lastPing);
    });
  }

  #receive(data: Buffer): void {
    this.#noteLife();
    this.#waiting.push(data);
    if (!this.#working) void this.#work();
  }

  /** Reads nothing more until everything received is answered, and the answers are with the client's machine. */
  async #work(): Promise<void> {
    this.#working = true;
    this.#socket.pause();
    for (let data = this.#waiting.shift(); data !== undefined; data = this.#waiting.shift()) {
      const answer = await this.#answer(data);
      if (answer !== undefined) await this.#write(JSON.stringify(answer));
    }
    this.#working = false;
    this.#socket.resume();
  }

  async #answer(data: Buffer): Promise<RpcResponse | undefined> {
    const { backend, logger, limits, shared } = this.#parts;
    if (shared.bytes > limits.maxBufferedTotalBytes) {
      return { jsonrpc: "2.0", id: NO_ID, error: errorObject(rpcError("server", "too many answers wait to be read")) };
    }
    this.#runningMethod = true;
    try {
      return await answerRequest(backend, logger, parseText(data), this.#find);
    } catch (error) {
      return failure(logger, NO_ID, error);
    } finally {
      this.#runningMethod = false;
    }
  }

  /** Resolves when the frame has left, or the client is gone. Bytes that leave are a sign of life. */
  #write(frame: string): Promise<void> {
    const { shared } = this.#parts;
    const bytes = Buffer.from(frame);
    this.#buffered += bytes.length;
    shared.bytes += bytes.length;
    return new Promise((resolve) => {
      this.#socket.send(bytes, { binary: false }, (error) => {
        this.#buffered -= bytes.length;
        shared.bytes -= bytes.length;
        if (!error) this.#noteLife();
        resolve();
      });
    });
  }
}
