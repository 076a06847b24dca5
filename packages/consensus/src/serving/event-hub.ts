/**
 * Hands events to listeners in order. A listener that throws is logged and kept: it must not stop the chain.
 * @module
 */
import type { Logger } from "@enclavenet/common";
import type { EngineEvent } from "../base/events.ts";
import type { EngineListener } from "../reader.ts";

/** Listeners of one engine. */
export class EventHub {
  readonly #logger: Logger;
  readonly #listeners = new Set<EngineListener>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  subscribe(listener: EngineListener): () => void {
    // A wrapper, so that the same function may be added twice and removed once.
    const own: EngineListener = (event) => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  publish(event: EngineEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error("an event listener failed", { type: event.type }, error);
      }
    }
  }
}
