/**
 * The untrusted half of the enclave boundary: spawns and supervises the enclave process, serves its ocalls.
 * @module
 */
export { CallClock, watchDeadline } from "./deadline.ts";
export { inProcessEnclave } from "./in-process-enclave.ts";
export { greet, type ProcessEnclaveOptions, processEnclave } from "./process-enclave.ts";
export { breaksChannel, type SessionHooks } from "./session.ts";
export { type EnclaveExit, type EnclaveProcess, type EnclaveProcessOptions, spawnEnclave } from "./spawn.ts";
