/**
 * Queries out of place.
 * @module
 */

import { toHex, utf8ToBytes } from "@enclavenet/common";
import type { ContractKey, EcallRequest, OcallHandlers } from "@enclavenet/enclave-api";
import { cut } from "../../../../../tests/support/checks.ts";
import type { Contract, World } from "../world.ts";
import { type Attack, attack, type Steps } from "./attack.ts";

/** `contract` asks `other`, and the host lets the answer come from so many blocks before. */
function askedInThePast(world: World, contract: Contract, other: Contract, blocks: bigint): void {
  const header = world.chain.last?.header;
  const past = {
    height: (header?.height ?? 0n) - blocks,
    timeNs: (header?.timeNs ?? 0n) - blocks * 1_000_000_000n,
  };
  let refusal: unknown;
  const queryChain: OcallHandlers["queryChain"] = ({ request, depth, gasLimit }) => {
    const { msg } = JSON.parse(new TextDecoder().decode(request)).wasm.smart;
    const inner = { query: new Uint8Array(Buffer.from(msg, "base64")), depth, gasLimit, ...past };
    try {
      world.query(other, { get_count: {} }, { request: inner });
    } catch (error) {
      refusal = error;
    }
    return { response: utf8ToBytes('{"Ok":{"Err":{"generic_err":{"msg":"no"}}}}'), sdkGas: 1n };
  };
  const query = { get_count_of: { contract: world.bech32(other.address), code_hash: toHex(world.codeHash) } };
  world.query(contract, query, { handlers: { queryChain } });
  if (refusal !== undefined) throw refusal;
}

function asks(world: World, contract: Contract, lie: Partial<EcallRequest<"query">>): Steps {
  const ask = (request: Partial<EcallRequest<"query">>) => () => world.query(contract, { get_count: {} }, { request });
  return { lie: ask(lie), honest: ask({}) };
}

export const queries: readonly Attack[] = [
  attack("a query deeper than it is", "BadRequest", cut("query-depth"), (world, contract) =>
    asks(world, contract, { depth: 3 }),
  ),
  attack("a query at a height that does not exist", "HeightRejected", cut("query-height"), (world, contract) =>
    asks(world, contract, { height: 99n }),
  ),
  attack(
    "a query with another contract's key",
    "FailedContractAuthentication",
    cut("contract-key"),
    (world, contract) => {
      const other = world.instantiate(2);
      const fail = (contractKey: ContractKey) => () =>
        world.query(contract, { fail: { text: "" } }, { request: { contractKey } });
      return { lie: fail(other.key), honest: fail(contract.key) };
    },
  ),
  attack(
    "a query by a contract, told another time than its asker's",
    "HeightRejected",
    cut("query-block"),
    (world, contract) => {
      const other = world.instantiate(2);
      return {
        lie: () => askedInThePast(world, contract, other, 1n),
        honest: () => askedInThePast(world, contract, other, 0n),
      };
    },
  ),
];
