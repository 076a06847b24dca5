/**
 * Queries a contract.
 *
 * Spec: 02 §3.2, 03 §4.2 (what queries see of the environment).
 * @module
 */
import { type EcallRequest, type EcallResponse, EnclaveError } from "@enclavenet/enclave-api";
import type { HostCalls } from "../host-calls.ts";
import type { CallRunner } from "./call-runner.ts";
import { encryptQueryOutput } from "./encrypt-output.ts";
import { type CallBlock, callEnvironment } from "./env.ts";
import { checkedGasLimit, withGas } from "./gas-limits.ts";
import { HostState } from "./host-state.ts";
import { KvCache } from "./kv-cache.ts";
import { openInput } from "./open-message.ts";
import { parseContractOutput } from "./output.ts";
import { GAS_MULTIPLIER, runContract } from "./run.ts";
import { authenticateStored } from "./stored-contract.ts";

/** What queries see as randomness, whatever the contract asks for (spec 03 §4.2). */
const QUERY_RANDOM = Uint8Array.of(0);

/** Runs a query against `block`; a query that a contract asked is one level deeper than its asker. */
export function query(
  runner: CallRunner,
  request: EcallRequest<"query">,
  block: CallBlock,
  host: HostCalls,
): EcallResponse<"query"> {
  const { guard } = runner;
  const { primitives, debug } = runner.options;
  const { depth, codeHash } = request;
  // check: query-depth
  if (depth !== runner.depth + 1) throw new EnclaveError("BadRequest", { check: "query depth" });
  // check: query-block
  if (runner.block !== undefined) demandSameBlock(block, runner.block);
  const identity = { contractAddress: request.contractAddress, codeHash };
  const proofs = block.state?.();
  authenticateStored(guard, { host, proofs }, identity, request.contractKey);
  const input = openInput(guard, { bytes: request.query }, codeHash, "DecryptionError");
  const module = runner.modules.get(codeHash, host);
  const { transaction } = runner;
  const state = new HostState(host, request.contractAddress, proofs);
  const { output, usedGas } = runner.nested(depth, block, () =>
    runContract(module, runner.machine, {
      entry: "query",
      environment: callEnvironment(identity, block, { sender: "", funds: [], random: QUERY_RANDOM, transaction }),
      message: input.msg,
      gasLimit: checkedGasLimit(request.gasLimit),
      readOnly: true,
      cache: new KvCache(guard.stateCipher(request.contractKey.og), state),
      query: { primitives, host: state, txKey: input.opened.txKey, header: input.opened.message, depth },
      externalGasUnit: GAS_MULTIPLIER,
      refundWrites: false,
      ...(debug === undefined ? {} : { debug }),
    }),
  );
  return withGas(usedGas, () => ({
    usedGas,
    ...encryptQueryOutput(primitives, input.opened.txKey, parseContractOutput(output)),
  }));
}

/** SECURITY: a contract and those that it asks see one block; else the host could show the callee another time. */
function demandSameBlock(block: CallBlock, askers: CallBlock): void {
  if (block.height === askers.height && block.timeNs === askers.timeNs) return;
  throw new EnclaveError("HeightRejected", { check: "block of a nested query" });
}
