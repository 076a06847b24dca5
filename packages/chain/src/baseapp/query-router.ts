/**
 * Finds query methods by their gRPC path.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import type { QueryRoute } from "./query-route.ts";

export class QueryRouter {
  readonly #routes = new Map<string, QueryRoute>();

  constructor(routes: readonly QueryRoute[]) {
    for (const route of routes) {
      if (this.#routes.has(route.path)) throw new LocalError("CHAIN_ROUTE", `two handlers of ${route.path}`);
      this.#routes.set(route.path, route);
    }
  }

  /** Full names of all methods, `/package.Service/Method`. */
  paths(): readonly string[] {
    return [...this.#routes.keys()];
  }

  find(path: string): QueryRoute | undefined {
    return this.#routes.get(path);
  }
}
