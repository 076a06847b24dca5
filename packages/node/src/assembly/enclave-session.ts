/**
 * A home's enclave for the length of one command: no executor thread, no chain.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { EnclaveError } from "@enclavenet/enclave-api";
import { greet, processEnclave, spawnEnclave } from "@enclavenet/enclave-host";
import type { CollateralChoice } from "../collateral/collateral-source.ts";
import { collateralSource } from "../collateral/sources.ts";
import { durableEnclave } from "../executor/durable-enclave.ts";
import type { EnclaveSession } from "../executor/evidence-certificate.ts";
import { enclaveNotWritable } from "../executor/protocol.ts";
import type { NodeHome } from "../home/home.ts";
import { enclaveDied } from "./enclave-exit.ts";
import { type EnclaveOptions, enclaveProgram } from "./parts.ts";
import { endEnclave } from "./state-machine.ts";

/** Options of a command that speaks to a home's enclave. */
export interface SessionOptions extends EnclaveOptions {
  /** Where the collateral of hardware comes from; undefined: the command states no evidence. */
  readonly collateral?: CollateralChoice | undefined;
}

/** Throws LocalError `COLLATERAL_MISSING`. */
function noSource(): never {
  throw new LocalError(
    "COLLATERAL_MISSING",
    "the quote of this enclave needs collateral, and no source of it was named",
    {
      fix: "name one with --collateral",
    },
  );
}

/** Runs `use` with the enclave of the home, and ends it. Throws LocalError `ENCLAVE_…`, and what `use` throws. */
export async function withEnclave<T>(
  options: SessionOptions,
  home: NodeHome,
  use: (session: EnclaveSession) => T | Promise<T>,
): Promise<T> {
  const process = spawnEnclave({ ...enclaveProgram(options), sealingDirectory: home.enclave });
  try {
    const enclave = durableEnclave(processEnclave(process), home.enclave);
    const hello = greet(enclave);
    const parts = { tee: hello.tee, home, primitives: createNodePrimitives() };
    const collateral = collateralSource(options.collateral, parts) ?? { collateralFor: async () => noSource() };
    return await use({ enclave, hello, collateral });
  } catch (error) {
    if (LocalError.is(error, "ENCLAVE_CHANNEL_CLOSED")) throw enclaveDied(await process.exited);
    if (EnclaveError.is(error) && error.status === "SealingWriteFailed") throw enclaveNotWritable(error);
    throw error;
  } finally {
    await endEnclave(process);
  }
}
