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
import { noteKey } from "./stored-contract.ts";

/** Claims the message and runs the new code's `migrate`. Floats are not looked for: only instantiate does (spec 03 §2.2). */
export function migrate(
  runner: CallRunner,
  request: EcallRequest<"migrate">,
  block: OpenBlock,
  host: HostCalls,
): EcallResponse<"migrate"> {
  const { guard } = runner;
  const claimed = block.claim(request.origin, host);
  const { message, opened } = claimed;
  if (message.kind !== "migrate") throw new EnclaveError("ValidationFailure", { check: "message kind" });
  const proofs = block.state();
  const { identity, contractKey, proof } = authorizeMigration(
    guard,
    { host, proofs },
    request,
    message,
    block.facts.height,
  );
  const result = runner.run({
    entry: "migrate",
    request,
    block,
    host,
    proofs,
    claimed,
    identity,
    contractKey,
    ogKey: request.contractKey.og,
    input: openInput(guard, { bytes: message.msg, opened }, identity.codeHash, "DecryptionError"),
    sender: encodeAddress(message.sender),
    funds: message.funds,
  });
  noteKey(proofs, message.contract, { og: request.contractKey.og, current: contractKey, proof });
  return { contractKey, proof, result };
}
