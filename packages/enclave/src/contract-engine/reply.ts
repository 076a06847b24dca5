/**
 * Tells a contract what became of its message.
 *
 * Spec: 02 §3.3 (a reply has no sender), §5.6; 03 §4.7.
 * @module
 */
import type { EcallRequest, EcallResponse } from "@enclavenet/enclave-api";
import type { OpenBlock } from "../block-verifier/open-block.ts";
import type { HostCalls } from "../host-calls.ts";
import type { CallRunner } from "./call-runner.ts";
import { openReply } from "./replies.ts";
import { authenticateStored } from "./stored-contract.ts";

/** Opens the reply, checks that it is awaited, and runs the contract's `reply`. */
export function reply(
  runner: CallRunner,
  request: EcallRequest<"reply">,
  block: OpenBlock,
  host: HostCalls,
): EcallResponse<"reply"> {
  const { guard } = runner;
  const { primitives } = runner.options;
  const claimed = block.running(request.origin);
  const { contractAddress, codeHash } = request;
  const identity = { contractAddress, codeHash };
  const proofs = block.state();
  authenticateStored(guard, { host, proofs }, identity, request.contractKey);
  const { og, current } = request.contractKey;
  const result = runner.run({
    entry: "reply",
    request,
    block,
    host,
    proofs,
    claimed,
    identity,
    contractKey: current ?? og,
    ogKey: og,
    input: openReply(primitives, guard, block.replies, request, claimed),
    sender: "",
    funds: [],
  });
  return { result };
}
