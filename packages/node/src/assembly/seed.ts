/**
 * Without the network's seed an enclave can neither execute a message nor answer a query: a node goes no further than here.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type EcallResponse, KeychainState } from "@enclavenet/enclave-api";

/** Throws LocalError `ENCLAVE_NO_SEED`. */
export function demandSeed({ keychain }: EcallResponse<"status">, home: string): void {
  if (keychain !== KeychainState.empty && keychain !== KeychainState.registering) return;
  throw new LocalError(
    "ENCLAVE_NO_SEED",
    "the enclave of this home has no seed: it could neither execute this network's messages nor answer queries",
    {
      fix: `earn it: \`enclavenet init --home ${home} --join URL\` if the home is new, then \`enclavenet register --home ${home} --node URL\``,
    },
  );
}
