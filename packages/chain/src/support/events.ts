/**
 * Events of messages and blocks. All attributes are marked for indexing (spec 04 §6.2).
 * @module
 */
import type { Event, EventAttribute } from "@enclavenet/abci";

/** An attribute. */
export function attribute(key: string, value: string): EventAttribute {
  return { key, value, index: true };
}

/** An event with attributes in the given order. */
export function event(type: string, ...attributes: readonly (readonly [key: string, value: string])[]): Event {
  return { type, attributes: attributes.map(([key, value]) => attribute(key, value)) };
}

/** The event with one attribute more at its end. */
export function withAttribute(original: Event, key: string, value: string): Event {
  return { type: original.type, attributes: [...original.attributes, attribute(key, value)] };
}

/** Collects events in the order of their emission. */
export class EventManager {
  readonly #events: Event[] = [];

  emit(...events: readonly Event[]): void {
    this.emitAll(events);
  }

  /** Emits events of which a contract chose the number: an argument each would not fit on the stack. */
  emitAll(events: readonly Event[]): void {
    for (const one of events) this.#events.push(one);
  }

  /** Events so far. */
  get events(): readonly Event[] {
    return this.#events;
  }
}
