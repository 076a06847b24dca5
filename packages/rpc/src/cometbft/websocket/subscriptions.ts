/**
 * Who wants which events: one subscription per client and query, with CometBFT's limits and words (spec 04 §5.4).
 *
 * Events are matched after the block that published them, one at a time, so that subscribers do not delay blocks. A
 * subscriber sees what was published after it subscribed, in order.
 * @module
 */
import { LocalError, type Logger } from "@enclavenet/common";
import {
  compositeKeys,
  type EngineEvent,
  type EngineReader,
  MAX_QUERY_LENGTH,
  matchesEvent,
  parseQuery,
  type Query,
  queryToText,
} from "@enclavenet/consensus";
import { errorObject, rpcError } from "../errors.ts";
import type { JsonId } from "../method.ts";
import { type EventBody, eventBody } from "./event-json.ts";
import type { WebsocketLimits } from "./limits.ts";

/** A client that frames can be sent to. */
export interface Subscriber {
  /** Sends an event's frame; false when too much waits for this client already. */
  offer(frame: string): boolean;
  /** Sends a short frame whatever waits. */
  send(frame: string): void;
}

interface Subscription {
  readonly id: JsonId;
  readonly query: Query;
  /** As the client wrote it. */
  readonly text: string;
  /** Number of the first event that it may see. */
  readonly from: number;
}

/** Subscriptions by canonical query text. */
type Subscriptions = Map<string, Subscription>;

interface PendingEvent {
  readonly number: number;
  readonly event: EngineEvent;
}

/** CometBFT's reasons for ending a subscription by itself. */
const OUT_OF_CAPACITY = "internal subscription event buffer is out of capacity";
const EXITED = "CometBFT exited";

function parse(text: string): Query {
  if (text.length > MAX_QUERY_LENGTH) throw rpcError("internal", "maximum query length exceeded");
  try {
    return parseQuery(text);
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    throw rpcError("internal", `failed to parse query: ${error.message}`);
  }
}

function eventFrame({ id, text }: Subscription, { data, events }: EventBody): string {
  const head = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"query":${JSON.stringify(text)}`;
  return `${head},"data":${data},"events":${events}}}`;
}

/** All subscriptions of one server. */
export class SubscriptionBus {
  readonly #engine: EngineReader;
  readonly #limits: WebsocketLimits;
  readonly #logger: Logger;
  readonly #clients = new Map<Subscriber, Subscriptions>();
  readonly #pending: PendingEvent[] = [];
  #stopListening: (() => void) | undefined;
  #scheduled = false;
  #nextNumber = 0;

  constructor(engine: EngineReader, limits: WebsocketLimits, logger: Logger) {
    this.#engine = engine;
    this.#limits = limits;
    this.#logger = logger;
  }

  /** Adds a subscription. Throws RpcError in CometBFT's words. */
  subscribe(client: Subscriber, id: JsonId, text: string): void {
    const { maxClients, maxSubscriptionsPerClient } = this.#limits;
    const own: Subscriptions = this.#clients.get(client) ?? new Map();
    if (own.size === 0 && this.#clients.size >= maxClients) {
      throw rpcError("internal", `max_subscription_clients ${maxClients} reached`);
    }
    if (own.size >= maxSubscriptionsPerClient) {
      throw rpcError("internal", `max_subscriptions_per_client ${maxSubscriptionsPerClient} reached`);
    }
    const query = parse(text);
    const key = queryToText(query);
    if (own.has(key)) throw rpcError("internal", "already subscribed");
    own.set(key, { id, query, text, from: this.#nextNumber });
    this.#clients.set(client, own);
    this.#stopListening ??= this.#engine.subscribe((event) => this.#publish(event));
  }

  /** Removes a subscription. Throws RpcError when there is none of this query. */
  unsubscribe(client: Subscriber, text: string): void {
    const own = this.#clients.get(client);
    const removed = own?.delete(queryToText(parse(text))) ?? false;
    if (!removed) throw rpcError("internal", "subscription not found");
    this.#tidy(client);
  }

  /** Removes all subscriptions of a client. Throws RpcError when there is none. */
  unsubscribeAll(client: Subscriber): void {
    if (!this.#clients.has(client)) throw rpcError("internal", "subscription not found");
    this.forget(client);
  }

  /** Removes a client that is gone. */
  forget(client: Subscriber): void {
    this.#clients.get(client)?.clear();
    this.#tidy(client);
  }

  /** Ends all subscriptions and tells the clients. */
  close(): void {
    this.#cancelAll(EXITED);
  }

  /** The engine's listener; it only takes a note. */
  #publish(event: EngineEvent): void {
    const number = this.#nextNumber++;
    if (this.#pending.length >= this.#limits.maxPendingEvents) {
      this.#logger.warn("subscriptions were canceled: events come faster than they can be matched");
      this.#cancelAll(OUT_OF_CAPACITY);
      return;
    }
    this.#pending.push({ number, event });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#pending.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const next = this.#pending.shift();
      if (next !== undefined) this.#deliver(next);
      this.#schedule();
    });
  }

  #deliver({ number, event }: PendingEvent): void {
    const keys = compositeKeys(event);
    let body: EventBody | undefined;
    for (const [client, own] of [...this.#clients]) {
      for (const [key, subscription] of [...own]) {
        if (subscription.from > number || !matchesEvent(subscription.query, keys)) continue;
        body ??= eventBody(event, keys);
        if (!client.offer(eventFrame(subscription, body))) this.#cancel(client, key, OUT_OF_CAPACITY);
      }
    }
  }

  #cancel(client: Subscriber, key: string, reason: string): void {
    const own = this.#clients.get(client);
    const subscription = own?.get(key);
    if (own === undefined || subscription === undefined) return;
    own.delete(key);
    const error = errorObject(rpcError("server", `subscription was canceled (reason: ${reason})`));
    client.send(JSON.stringify({ jsonrpc: "2.0", id: subscription.id, error }));
    this.#tidy(client);
  }

  #cancelAll(reason: string): void {
    for (const [client, own] of [...this.#clients]) {
      for (const key of [...own.keys()]) this.#cancel(client, key, reason);
    }
  }

  /** Forgets clients without subscriptions, and the engine when there are none at all. */
  #tidy(client: Subscriber): void {
    if (this.#clients.get(client)?.size === 0) this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#pending.length = 0;
  }
}
