/**
 * Executes a contract.
 *
 * Spec: 02 §3.2 (order).
 * @module
 */
import { type EcallRequest, type EcallResponse, EnclaveError } from "@enclavenet/enclave-api";
import { encodeAddress } from "../account-address.ts";
import type { OpenBlock } from "../block-verifier/open-block.ts";
import type { HostCalls } from "../host-calls.ts";
import { stateRecords } from "../state-proofs/chain-records.ts";
import type { ExecuteMessage } from "../transactions/messages.ts";
import type { CallRunner } from "./call-runner.ts";
import type { CallEnvironment } from "./env.ts";
import { openInput } from "./open-message.ts";
import { authenticateStored } from "./stored-contract.ts";

/** Claims the message and runs it. */
export function execute(
  runner: CallRunner,
  request: EcallRequest<"execute">,
  block: OpenBlock,
  host: HostCalls,
): EcallResponse<"execute"> {
  const { guard } = runner;
  const claimed = block.claim(request.origin, host);
  const { message, opened } = claimed;
  if (message.kind !== "execute") throw new EnclaveError("ValidationFailure", { check: "message kind" });
  const identity = { contractAddress: message.contract, codeHash: request.codeHash };
  const proofs = block.state();
  const hinted = proofs === undefined ? [] : request.hints.map(({ key }) => stateRecords(message.contract)(key));
  authenticateStored(guard, { host, proofs }, identity, request.contractKey, hinted);
  const { og, current } = request.contractKey;
  const result = runner.run({
    entry: "execute",
    request,
    block,
    host,
    proofs,
    claimed,
    identity,
    contractKey: current ?? og,
    ogKey: og,
    input: openInput(guard, { bytes: message.msg, opened }, identity.codeHash, "ValidationFailure"),
    sender: encodeAddress(message.sender),
    funds: visibleFunds(message),
    ahead: request,
  });
  return { result };
}

/** Coins as the contract sees them; cw20 vouchers are not bank coins and are hidden from `execute` (spec 03 §4.8). */
function visibleFunds({ funds }: ExecuteMessage): CallEnvironment["funds"] {
  return funds.filter(({ denom }) => !denom.startsWith("cw20:"));
}
