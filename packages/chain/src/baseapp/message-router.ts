/**
 * Finds the handler of a message by its type URL and runs messages, with the event rules that hold for every module.
 *
 * Spec: 04 §6.2.
 * @module
 */
import type { Event } from "@enclavenet/abci";
import { LocalError } from "@enclavenet/common";
import { ErrInvalidRequest, ErrUnknownRequest } from "../support/sdk-errors.ts";
import type { MessageRoute } from "./message-route.ts";
import type { DecodedTx } from "./tx.ts";

/** Name of a message's Go type, as `%T` prints it. */
export function goTypeName(typeUrl: string): string {
  return `*types.${typeUrl.slice(typeUrl.lastIndexOf(".") + 1)}`;
}

export class MessageRouter {
  readonly #routes = new Map<string, MessageRoute>();

  constructor(routes: readonly MessageRoute[]) {
    for (const route of routes) {
      if (this.#routes.has(route.typeUrl)) throw new LocalError("CHAIN_ROUTE", `two handlers of ${route.typeUrl}`);
      this.#routes.set(route.typeUrl, route);
    }
  }

  find(typeUrl: string): MessageRoute | undefined {
    return this.#routes.get(typeUrl);
  }

  /** Throws sdk 6 when there is no handler. */
  get(typeUrl: string): MessageRoute {
    const route = this.#routes.get(typeUrl);
    if (route === undefined) throw ErrUnknownRequest.wrap(`no message handler found for ${goTypeName(typeUrl)}`);
    return route;
  }
}

/** Second element of a type URL: its module by convention. */
function moduleOf(typeUrl: string): string {
  return typeUrl.split(".")[1] ?? "";
}

/** Whether an event of the handler names the module itself. */
function hasModule(events: readonly Event[]): boolean {
  return events.some((event) => event.attributes.some(({ key }) => key === "module"));
}

/** Attributes of the event that announces a message: action, sender, and the module unless the handler names it. */
export function messageEventAttributes(
  typeUrl: string,
  firstSigner: string | undefined,
  handlerEvents: readonly Event[],
): readonly (readonly [string, string])[] {
  const attributes: [string, string][] = [["action", typeUrl]];
  if (firstSigner !== undefined) attributes.push(["sender", firstSigner]);
  if (!hasModule(handlerEvents)) attributes.push(["module", moduleOf(typeUrl)]);
  return attributes;
}

/** Checks that hold for the messages of any transaction; they run before the ante handler. */
export function validateMessages(tx: DecodedTx, router: MessageRouter): void {
  if (tx.messages.length === 0) throw ErrInvalidRequest.wrap("must contain at least one message");
  for (const { typeUrl, message } of tx.messages) router.find(typeUrl)?.validateBasic(message);
  for (const { typeUrl } of tx.messages) router.get(typeUrl);
}
