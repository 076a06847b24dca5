/**
 * Queries out of place.
 * @module
 */

import type { Attack } from "./attack.ts";
import { attack, statement } from "./attack.ts";

export const queries: readonly Attack[] = [
  attack(
    "a query deeper than it is",
    "BadRequest",
    {
      file: "packages/enclave/src/contract-engine/query.ts",
      text: 'if (depth !== runner.depth + 1) throw new EnclaveError("BadRequest", { check: "query depth" });',
      without: "",
    },
    (world, contract) => () => world.query(contract, { get_count: {} }, { request: { depth: 3 } }),
  ),
  attack(
    "a query at a height that does not exist",
    "HeightRejected",
    {
      file: "packages/enclave/src/enclave.ts",
      text: 'if (this.#options.networkClass === "development" && height <= (progress?.height ?? 0n)) {',
      without: 'if (this.#options.networkClass === "development") {',
    },
    (world, contract) => () => world.query(contract, { get_count: {} }, { request: { height: 99n } }),
  ),
  attack(
    "a query with another contract's key",
    "FailedContractAuthentication",
    statement(
      "packages/enclave/src/key-guard/seed-key-guard.ts",
      'if (!genuine) throw new EnclaveError("FailedContractAuthentication");',
    ),
    (world, contract) => {
      const other = world.instantiate(2);
      return () => world.query(contract, { fail: { text: "" } }, { request: { contractKey: other.key } });
    },
  ),
];
