/**
 * The production enclave: its keys say "production" from birth, its refusals are numbers only, and the only root that it trusts
 * is Intel's. No TEE is served yet, so that it has no evidence of its own.
 * @module
 */
import { INTEL_SGX_ROOT_KEY } from "@enclavenet/attestation";
import { runEnclave } from "../main.ts";

const attestation = { tee: undefined, trustedRoots: () => [INTEL_SGX_ROOT_KEY] };

runEnclave({ networkClass: "production", attestation: () => attestation }, import.meta.url);
