/**
 * What whoever builds an enclave decides: the bundles, and tests.
 * @module
 */
import type { Program } from "@enclavenet/attestation";
import type { Primitives } from "@enclavenet/crypto";
import type { InstanceMode } from "@enclavenet/wasm-engine";
import type { NetworkClass } from "./keychain/keychain.ts";
import type { SealedStorage } from "./sealing/sealing.ts";
import type { AttestationParts } from "./tee/tee.ts";

/** What an enclave is built from. */
export interface EnclaveOptions {
  readonly primitives: Primitives;
  readonly storage: SealedStorage;
  /** Fixed by the bundle; nothing that the host says changes it. */
  readonly networkClass: NetworkClass;
  /** What evidence names this program by, see {@link ProgramIdentity}. */
  readonly measurement: Uint8Array;
  readonly rtmrs?: readonly Uint8Array[];
  /** Programs from which this one takes over, and whose networks its nodes join. Default: none. */
  readonly predecessors?: readonly Program[];
  /** Default: no TEE and no roots. Such an enclave gives no evidence and lets no node in. */
  readonly attestation?: AttestationParts;
  /** For tests of determinism: results are the same. The bundles do not set it, so that they pool instances. */
  readonly instances?: InstanceMode;
}
