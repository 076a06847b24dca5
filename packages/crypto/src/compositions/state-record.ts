/**
 * Encoding of a state record as the chain stores it: encrypted name, salt, encrypted value. No keys in this file.
 *
 * Spec: 02 §7.4 (little-endian lengths of eight bytes), §7.5 (the older form)
 * Vectors: tests/vectors/enclave-crypto.json, sections state_*
 * @module
 */
import { be64, concatBytes, le16, le32, le64, utf8ToBytes } from "@enclavenet/common";

/** Magic in front of every current record name. */
const NAME_MAGIC = utf8ToBytes("secret");
const CONSENSUS_SEED_VERSION = 2;
const STATE_ENCRYPTION_VERSION = 3;

const NAME_HEADER = concatBytes(
  le64(NAME_MAGIC.length),
  NAME_MAGIC,
  le16(CONSENSUS_SEED_VERSION),
  le32(STATE_ENCRYPTION_VERSION),
);

/** Seed id of a value without suffix. */
export const DEFAULT_SEED_ID = 2;

/** Length of the salt that this implementation writes. */
export const SALT_LENGTH = 24;

/** Length of the first part of an older value. */
export const LEGACY_AD_LENGTH = 32;

/** Salt of one flush: block time in nanoseconds, height and message counter (spec 02 §8.3), big endian. */
export function stateSalt(blockTimeNs: bigint, height: bigint, counter: bigint): Uint8Array {
  return concatBytes(be64(blockTimeNs), be64(height), be64(counter));
}

/** Store name of a record from its encrypted name. */
export function encodeStateName(encryptedName: Uint8Array): Uint8Array {
  return concatBytes(NAME_HEADER, le64(encryptedName.length), encryptedName);
}

/** A stored value taken apart. */
export interface StateValueRecord {
  readonly salt: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** 1-based index of the seed under which the value is encrypted. */
  readonly seedId: number;
}

/** Stored bytes of a value. The seed id is written only from the third seed on. */
export function encodeStateValue(record: StateValueRecord): Uint8Array {
  const suffix = record.seedId > DEFAULT_SEED_ID ? le16(record.seedId) : new Uint8Array(0);
  return concatBytes(le64(record.salt.length), record.salt, le64(record.ciphertext.length), record.ciphertext, suffix);
}

/** Reads a length-prefixed part; undefined when the bytes end before it does. */
function readPart(bytes: Uint8Array, offset: number): { part: Uint8Array; end: number } | undefined {
  if (bytes.length - offset < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(offset, true);
  const start = offset + 8;
  if (length > BigInt(bytes.length - start)) return undefined;
  const end = start + Number(length);
  return { part: bytes.slice(start, end), end };
}

/** The parts of a stored value; undefined when malformed. Whether the seed exists is for the key holder to say. */
export function tryDecodeStateValue(bytes: Uint8Array): StateValueRecord | undefined {
  const salt = readPart(bytes, 0);
  const ciphertext = salt === undefined ? undefined : readPart(bytes, salt.end);
  if (salt === undefined || ciphertext === undefined) return undefined;
  const rest = bytes.length - ciphertext.end;
  if (rest !== 0 && rest !== 2) return undefined;
  const seedId =
    rest === 0 ? DEFAULT_SEED_ID : (bytes[ciphertext.end] as number) | ((bytes[ciphertext.end + 1] as number) << 8);
  return { salt: salt.part, ciphertext: ciphertext.part, seedId };
}
