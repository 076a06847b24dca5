/**
 * Evidence on hardware: of the TEE that the machine has, judged under Intel's root alone.
 * @module
 */
import { INTEL_SGX_ROOT_KEY } from "@enclavenet/attestation";
import type { Primitives } from "@enclavenet/crypto";
import { type DeviceFiles, deviceFiles } from "./device-files.ts";
import { findTee } from "./find-tee.ts";
import type { AttestationParts, Tee } from "./tee.ts";

/** Throws `NoTee` or `TeeFailed`. `files` are others than the machine's in tests. */
export function hardwareAttestation(
  primitives: Primitives,
  files: DeviceFiles = deviceFiles(),
): AttestationParts & { readonly tee: Tee } {
  return { tee: findTee(primitives, files), trustedRoots: () => [INTEL_SGX_ROOT_KEY] };
}
