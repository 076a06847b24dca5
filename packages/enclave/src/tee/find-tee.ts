/**
 * The TEE under a production enclave: what the machine has, never what somebody says.
 *
 * SECURITY: this is a choice, not a proof. A host that fakes the files outside a TEE gets a program without evidence that verifies,
 * and so without the seeds of any network.
 * @module
 */
import type { Primitives } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import type { DeviceFiles } from "./device-files.ts";
import { gramineSgx } from "./gramine-sgx.ts";
import { hardwareTee } from "./hardware-tee.ts";
import { tdx } from "./tdx.ts";
import type { Tee } from "./tee.ts";

/** The first that is there of SGX under Gramine and TDX. Throws `NoTee` or `TeeFailed`. */
export function findTee(primitives: Primitives, files: DeviceFiles): Tee {
  const backend = gramineSgx(files) ?? tdx(primitives, files);
  if (backend === undefined) throw new EnclaveError("NoTee");
  return hardwareTee(primitives, backend);
}
