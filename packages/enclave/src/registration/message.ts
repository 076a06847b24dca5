/**
 * A registration's message, as the verified block has it, never as the host parsed it.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type EcallRequest, EnclaveError } from "@enclavenet/enclave-api";
import type { OpenBlock } from "../block-verifier/open-block.ts";

/** The message at the position, which has its turn now. Throws `RegistrationInput` for another one, or for bytes that are none. */
export function takeMessage<T>(
  block: OpenBlock,
  position: EcallRequest<"confirmNode">,
  typeUrl: string,
  decode: (value: Uint8Array) => T,
): T {
  const message = block.claimPlain(position);
  try {
    if (message.typeUrl === typeUrl) return decode(message.value);
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
  }
  throw new EnclaveError("RegistrationInput", { check: "message" });
}
