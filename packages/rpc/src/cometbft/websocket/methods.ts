/**
 * The methods that only websocket clients have (spec 04 §5.1).
 * @module
 */
import { type FindMethod, method, type RpcMethods } from "../method.ts";
import { findMethod } from "../methods.ts";
import { textParam } from "../params.ts";
import type { Subscriber, SubscriptionBus } from "./subscriptions.ts";

/** All methods as one client sees them. */
export function methodsOf(client: Subscriber, bus: SubscriptionBus): FindMethod {
  const own: RpcMethods = {
    subscribe: method(["query"], (_backend, params, id) => {
      bus.subscribe(client, id, textParam(params, "query"));
      return {};
    }),
    unsubscribe: method(["query"], (_backend, params) => {
      bus.unsubscribe(client, textParam(params, "query"));
      return {};
    }),
    unsubscribe_all: method([], () => {
      bus.unsubscribeAll(client);
      return {};
    }),
  };
  return (name) => (Object.hasOwn(own, name) ? own[name] : findMethod(name));
}
