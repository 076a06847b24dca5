/**
 * Programs of enclaves, called from a test: in this process, or where the program itself says how.
 * @module
 */
import type { ByteChannel, Enclave } from "@enclavenet/enclave-api";
import { inProcessEnclave } from "@enclavenet/enclave-host";
import type { EnclaveProgram, SealedStorage } from "../../src/index.ts";
import { memoryStorage } from "./memory-storage.ts";

/** A program that runs somewhere else. */
export interface RemoteProgram extends EnclaveProgram {
  readonly enclave: Enclave;
  /** Under the enclave's calls: bytes that are no frames, frames that nobody should send. */
  readonly channel: ByteChannel;
  /** Its sealed records, for scenes of who has the sealing key: a software enclave's host does. */
  readonly storage: SealedStorage;
}

/** The enclave that runs this program. */
export function enclaveOf(program: EnclaveProgram | RemoteProgram): Enclave {
  return "enclave" in program ? program.enclave : inProcessEnclave(program);
}

/** What it has sealed: in memory, or where the program itself seals. */
export function storageOf(program: EnclaveProgram | RemoteProgram, records: Map<string, Uint8Array>): SealedStorage {
  return "enclave" in program ? program.storage : memoryStorage(records);
}
