/**
 * Gives a contract new code.
 *
 * Spec: 02 §3.2 (order), §7.1–7.3 (keys and proofs).
 * @module
 */
import { type EcallRequest, type EcallResponse, EnclaveError } from "@enclavenet/enclave-api";
import { encodeAddress } from "../account-address.ts";
import type { OpenBlock } from "../block-verifier/open-block.ts";
import type { HostCalls } from "../host-calls.ts";
import { authorizeMigration } from "./administration.ts";
import type { CallRunner } from "./call-runner.ts";
import { openInput } from "./open-message.ts";

/** Claims the message and runs the new code's `migrate`. Floats are not looked for: only instantiate does (spec 03 §2.2). */
export function migrate(
  runner: CallRunner,
  request: EcallRequest<"migrate">,
  block: OpenBlock,
  host: HostCalls,
): EcallResponse<"migrate"> {
  const { guard } = runner;
  const claimed = block.claim(request.origin);
  const { message, opened } = claimed;
  if (message.kind !== "migrate") throw new EnclaveError("ValidationFailure", { check: "message kind" });
  const { identity, contractKey, proof } = authorizeMigration(guard, request, message, block.facts.height);
  const result = runner.run({
    entry: "migrate",
    request,
    block,
    host,
    claimed,
    identity,
    contractKey,
    ogKey: request.contractKey.og,
    input: openInput(guard, { bytes: message.msg, opened }, identity.codeHash, "DecryptionError"),
    sender: encodeAddress(message.sender),
    funds: message.funds,
  });
  return { contractKey, proof, result };
}
