/**
 * How far this enclave has executed, sealed, so that a restarted one neither goes back nor takes another block at the
 * same height, and gives the same outputs when the last block is executed again after a crash (architecture §3).
 * @module
 */
import {
  bytes,
  decode,
  EnclaveError,
  encode,
  fixedBytes,
  type Infer,
  list,
  Reader,
  SEALED_FORMAT,
  struct,
  u64,
} from "@enclavenet/enclave-api";
import { requireSealedFormat } from "../sealing/sealed-format.ts";
import type { SealedJournal, SealedStorage } from "../sealing/sealing.ts";

const RECORD = "progress";

/**
 * A record begins with 2^63 + its format. The first enclaves wrote no format: their records begin with the height, which is
 * below 2^63 in every protobuf of the chain.
 */
const FORMAT_BASE = 1n << 63n;

const progressSchema = struct({
  /** Height of the last opened block, 0 before the first. */
  height: u64,
  blockHash: fixedBytes(32),
  timeNs: u64,
  /** Protobuf ValidatorSet that signs the block at `height`. */
  validatorSet: bytes,
  /** Protobuf ValidatorSet that signs the next block. */
  nextValidatorSet: bytes,
  /** SHA-256 of each output of that block, in order; empty until it was closed. */
  outputDigests: list(fixedBytes(32)),
});

const recordSchema = struct({ format: u64, progress: progressSchema });

/** The last opened block. */
export type Progress = Infer<typeof progressSchema>;

/** Reads the records of the formats with a number, which are alike, and that of format 0, which is rewritten when the next block opens. */
function parseNumbered(record: Uint8Array): Progress {
  const first = new Reader(record).u64();
  if (first < FORMAT_BASE) return decode(progressSchema, record);
  requireSealedFormat(Number(first - FORMAT_BASE));
  return decode(recordSchema, record).progress;
}

function encodeRecord(progress: Progress): Uint8Array {
  return encode(recordSchema, { format: FORMAT_BASE + BigInt(SEALED_FORMAT), progress });
}

/** Throws `SealedFormat`, or `SealingFailed` for what is none. */
function parseRecord(record: Uint8Array): Progress {
  try {
    return parseNumbered(record);
  } catch (error) {
    if (EnclaveError.is(error, "SealedFormat")) throw error;
    throw new EnclaveError("SealingFailed", { check: "progress record" });
  }
}

/** Loads and stores the progress record. */
export class ProgressStore {
  readonly #journal: SealedJournal;
  #current: Progress | undefined;

  constructor(storage: SealedStorage) {
    this.#journal = storage.journal(RECORD);
    const sealed = this.#journal.load();
    if (sealed !== undefined) this.#current = parseRecord(sealed);
  }

  get current(): Progress | undefined {
    return this.#current;
  }

  /** The last opened block. Throws `NotReady` before the first. */
  executed(): Progress {
    if (this.#current === undefined) throw new EnclaveError("NotReady", { check: "no block yet" });
    return this.#current;
  }

  /** The record, for the enclave that takes over. Throws `NotReady` before the first block. */
  record(): Uint8Array {
    return encodeRecord(this.executed());
  }

  /** What another enclave had sealed. Throws `SealedFormat` or `SealingFailed`. */
  read(record: Uint8Array): Progress {
    return parseRecord(record);
  }

  save(progress: Progress): void {
    this.#journal.save(encodeRecord(progress));
    this.#current = progress;
  }
}
