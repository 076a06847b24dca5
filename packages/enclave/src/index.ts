/**
 * The trusted program: keychain, sealing, contract engine, block verifier. Imported by one file of the untrusted side.
 * @module
 */
export { createEnclave } from "./enclave.ts";
export type { EnclaveOptions } from "./enclave-options.ts";
export type { NetworkClass } from "./keychain/keychain.ts";
export type { EnclaveProgram } from "./program.ts";
export type { SealedStorage } from "./sealing/sealing.ts";
export { softwareSealing } from "./sealing/software-sealing.ts";
export { type DeviceFiles, deviceFiles } from "./tee/device-files.ts";
export { findTee } from "./tee/find-tee.ts";
export { softwareAttestation } from "./tee/software-tee.ts";
export type { AttestationParts } from "./tee/tee.ts";
