/**
 * Whether the enclave's keys are those of the network that a genesis document describes.
 * @module
 */
import { bytesToUtf8, equalBytes, LocalError, toBase64 } from "@enclavenet/common";
import type { GenesisDocument } from "@enclavenet/consensus";
import { type EcallResponse, KeychainState } from "@enclavenet/enclave-api";

type Status = EcallResponse<"status">;

/** What a genesis document says of the network's public keys (spec 01 §2.3). */
interface NamesKeys {
  readonly register?: { readonly io_exch_key?: { readonly bytes?: unknown } };
}

/** Keys that are bound know their network by its hash; others are compared with the public key that the document names. */
function isSameNetwork(genesis: GenesisDocument, status: Status): boolean {
  if (status.keychain === KeychainState.bound) return equalBytes(status.genesisHash, genesis.hash);
  const { register } = JSON.parse(bytesToUtf8(genesis.appState)) as NamesKeys;
  return status.ioPublicKey !== undefined && register?.io_exch_key?.bytes === toBase64(status.ioPublicKey);
}

/** Throws LocalError `ENCLAVE_OTHER_NETWORK`. */
export function demandSameNetwork(genesis: GenesisDocument, status: Status): void {
  if (isSameNetwork(genesis, status)) return;
  throw new LocalError(
    "ENCLAVE_OTHER_NETWORK",
    "the enclave's keys belong to another network than the genesis document",
    { fix: "restore config/genesis.json and the enclave folder of one and the same home" },
  );
}
