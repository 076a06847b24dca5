import type { Primitives } from "@enclavenet/crypto";
import {
  type EcallResponse,
  EnclaveError,
  EnclaveStatus,
  ecalls,
  encode,
  type Schema,
  struct,
  u32,
  u64,
} from "@enclavenet/enclave-api";
import type { OpenBlock } from "./block-verifier/open-block.ts";
import { HostAbort } from "./host-calls.ts";
import type { Running } from "./running.ts";

/** Calls that run a message of the open block. */
export type BlockCall =
  | "instantiate"
  | "execute"
  | "reply"
  | "migrate"
  | "updateAdmin"
  | "clearAdmin"
  | "authenticateNode"
  | "confirmNode"
  | "revokeNode"
  | "rotateSeed"
  | "approveUpgrade";

const failureSchema = struct({ status: u32, usedGas: u64 });

function log({ outputs }: OpenBlock, primitives: Primitives, name: BlockCall, outcome: Uint8Array): void {
  const tagged = new Uint8Array(1 + outcome.length);
  tagged[0] = ecalls[name].id;
  tagged.set(outcome, 1);
  outputs.add(primitives.sha256(tagged));
}

/** Runs the call and logs the digest of its outcome, success or failure. */
export function inBlock<N extends BlockCall>(
  primitives: Primitives,
  name: N,
  running: Running,
  run: (running: Running, block: OpenBlock) => EcallResponse<N>,
): EcallResponse<N> {
  const block = running.blocks.current;
  try {
    const response = run(running, block);
    // Hints are the host's affair: with others, or none, a second execution must come to the same outcome.
    const outcome = "result" in response ? { ...response, result: { ...response.result, usedHints: [] } } : response;
    log(block, primitives, name, encode(ecalls[name].response as Schema<unknown>, outcome));
    return response;
  } catch (error) {
    // What the host broke off has no outcome of its own: the host's gas decided, and it decides the same again.
    if (EnclaveError.is(error) && error.status !== "OutputDiffers" && !(error instanceof HostAbort)) {
      const { status, usedGas } = error;
      log(block, primitives, name, encode(failureSchema, { status: EnclaveStatus[status][0], usedGas }));
    }
    throw error;
  }
}
