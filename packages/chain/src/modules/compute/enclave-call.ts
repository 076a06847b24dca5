/**
 * Calls into the enclave: which failures belong to the contract and which to this machine, and what every call costs.
 *
 * A contract's failure becomes a text in the transaction's log and its gas is charged. A machine's failure (no keys,
 * damaged seal, a block that the enclave refuses) is thrown on and stops the node: other nodes would execute this.
 *
 * Spec: 03 §2.5 (texts), §3.2 (charges).
 * @module
 */
import {
  type EcallName,
  type EcallRequest,
  type EcallResponse,
  type Enclave,
  EnclaveError,
  type EnclaveStatusName,
  type OcallHandlers,
} from "@enclavenet/enclave-api";
import { OutOfGasError } from "@enclavenet/store";
import type { Context } from "../../baseapp/context.ts";
import type { ErrorKind } from "../../support/errors.ts";
import { consumeContractGas } from "./gas.ts";

/** Statuses that say something about this enclave or this host, never about the message. */
const MACHINE_STATUSES: ReadonlySet<EnclaveStatusName> = new Set([
  "FailedOcall",
  "HostMisbehavior",
  "NotReady",
  "KeychainConflict",
  "SealingFailed",
  "SealingWriteFailed",
  "BlockRejected",
  "HeightRejected",
  "OutputDiffers",
  "DevelopmentOnly",
  "StateUnproven",
]);

/** The calls that run or change a contract. */
export type ContractCallName = Extract<
  EcallName,
  "instantiate" | "execute" | "query" | "reply" | "migrate" | "updateAdmin" | "clearAdmin"
>;

interface Failure {
  readonly usedGas: bigint;
  readonly text: string;
}

/** Text of an enclave's refusal, as upstream prints it. */
export function enclaveFailureText(message: string): string {
  return `Execution error: Enclave: ${message}`;
}

/** The contract's failure in what a call threw; anything else is thrown on. */
function failureOf(error: unknown): Failure {
  // A handler ran out of gas: the enclave stopped the contract, and the charge below reports it.
  if (error instanceof OutOfGasError) return { usedGas: 0n, text: "Out of gas" };
  if (!EnclaveError.is(error) || MACHINE_STATUSES.has(error.status)) throw error;
  if (error.status === "OutOfGas") return { usedGas: error.usedGas, text: "Out of gas" };
  return { usedGas: error.usedGas, text: enclaveFailureText(error.message) };
}

/** Runs a contract call; a failure is charged and thrown as an error of `kind`. Success is charged by the caller. */
export function callContract<N extends ContractCallName>(
  enclave: Enclave,
  ctx: Context,
  kind: ErrorKind,
  name: N,
  request: EcallRequest<N>,
  handlers: OcallHandlers,
): EcallResponse<N> {
  try {
    return enclave.call(name, request, handlers);
  } catch (error) {
    const { usedGas, text } = failureOf(error);
    consumeContractGas(ctx, usedGas);
    throw kind.wrap(text);
  }
}
