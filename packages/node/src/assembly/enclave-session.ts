/**
 * A home's enclave for the length of one command: no executor thread, no chain.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import { greet, processEnclave, spawnEnclave } from "@enclavenet/enclave-host";
import { durableEnclave } from "../executor/durable-enclave.ts";
import type { EnclaveSession } from "../executor/evidence-certificate.ts";
import { enclaveNotWritable } from "../executor/protocol.ts";
import type { NodeHome } from "../home/home.ts";
import { enclaveDied } from "./enclave-exit.ts";
import { endEnclave } from "./state-machine.ts";

/** Runs `use` with the enclave of the home, and ends it. Throws LocalError `ENCLAVE_…`, and what `use` throws. */
export async function withEnclave<T>(
  bundle: string,
  home: NodeHome,
  use: (session: EnclaveSession) => T | Promise<T>,
): Promise<T> {
  const process = spawnEnclave({ bundle, sealingDirectory: home.enclave });
  try {
    const enclave = durableEnclave(processEnclave(process), home.enclave);
    return await use({ enclave, hello: greet(enclave) });
  } catch (error) {
    if (LocalError.is(error, "ENCLAVE_CHANNEL_CLOSED")) throw enclaveDied(await process.exited);
    if (EnclaveError.is(error) && error.status === "SealingWriteFailed") throw enclaveNotWritable(error);
    throw error;
  } finally {
    await endEnclave(process);
  }
}
