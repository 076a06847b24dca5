/**
 * What one node gives to websocket clients. The counts of clients and subscriptions are LocalSecret's (spec 04 §5.4); the
 * others keep memory bounded whatever the clients do.
 * @module
 */
import { MAX_BODY_BYTES } from "../../server/http.ts";

export interface WebsocketLimits {
  /** Open connections. */
  readonly maxConnections: number;
  /** Connections with subscriptions. */
  readonly maxClients: number;
  readonly maxSubscriptionsPerClient: number;
  /** Bytes of one message from a client. */
  readonly maxMessageBytes: number;
  /** Bytes that wait for one client before events for it are dropped. */
  readonly maxBufferedBytes: number;
  /** The same for all clients together. */
  readonly maxBufferedTotalBytes: number;
  /** Events of the engine that wait to be matched. */
  readonly maxPendingEvents: number;
  /** Between pings. A client that shows no sign of life from one to the next is disconnected. */
  readonly pingPeriodMs: number;
}

export const WEBSOCKET_LIMITS: WebsocketLimits = {
  maxConnections: 200,
  maxClients: 100,
  maxSubscriptionsPerClient: 50,
  maxMessageBytes: MAX_BODY_BYTES,
  maxBufferedBytes: 8 * 1024 * 1024,
  maxBufferedTotalBytes: 256 * 1024 * 1024,
  maxPendingEvents: 20_000,
  pingPeriodMs: 27_000,
};
