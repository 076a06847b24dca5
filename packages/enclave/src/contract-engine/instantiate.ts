/**
 * Makes a contract. Its address follows from the signed message and its number among all contracts; the host names only that.
 *
 * Spec: 02 §3.2 (order), §7.1 (contract key), §7.3 (admin proof); 03 §5.2 (address).
 * @module
 */
import { contractAddress } from "@enclavenet/crypto";
import { type EcallRequest, type EcallResponse, EnclaveError } from "@enclavenet/enclave-api";
import { encodeAddress, tryDecodeAddress } from "../account-address.ts";
import type { OpenBlock } from "../block-verifier/open-block.ts";
import type { HostCalls } from "../host-calls.ts";
import type { CallRunner } from "./call-runner.ts";
import { openInput } from "./open-message.ts";
import { demandNextInstance, noteInstance } from "./stored-contract.ts";

/** Claims the message, gives the contract its key, and runs its instantiation. */
export function instantiate(
  runner: CallRunner,
  request: EcallRequest<"instantiate">,
  block: OpenBlock,
  host: HostCalls,
): EcallResponse<"instantiate"> {
  const { guard } = runner;
  const claimed = block.claim(request.origin, host);
  const { message, opened } = claimed;
  if (message.kind !== "instantiate") throw new EnclaveError("ValidationFailure", { check: "message kind" });
  const { instanceId, codeHash } = request;
  const proofs = block.state();
  demandNextInstance({ host, proofs }, instanceId);
  const address = contractAddress(runner.options.primitives, message.codeId, instanceId, message.sender);
  const identity = { contractAddress: address, codeHash };
  const contractKey = guard.createContractKey(message.sender, block.facts.height, identity);
  const admin = message.admin === "" ? new Uint8Array(0) : tryDecodeAddress(message.admin);
  if (admin === undefined) throw new EnclaveError("ValidationFailure", { check: "admin address" });
  const result = runner.run({
    entry: "instantiate",
    request,
    block,
    host,
    proofs,
    claimed,
    identity,
    contractKey,
    ogKey: contractKey,
    input: openInput(guard, { bytes: message.msg, opened }, identity.codeHash, "ValidationFailure"),
    sender: encodeAddress(message.sender),
    funds: message.funds,
  });
  const adminProof = guard.adminProof(admin, contractKey);
  noteInstance(proofs, address, { instanceId, contractKey, adminProof });
  return { contractKey, adminProof, result };
}
