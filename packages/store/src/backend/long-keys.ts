/**
 * Keys of any length over a database whose keys are short. All keys that agree in their first {@link DIRECT_LIMIT}
 * bytes share one record under these bytes, with their rests in order; shorter keys are stored as they are. The order
 * of the whole is kept, because no short key is as long as a shared one.
 *
 * Rewriting a record costs as much as it holds. Keys that long come from contracts, whose keys are ciphertexts that
 * differ early, so that a record holds one key in practice.
 * @module
 */
import { compareBytes, concatBytes, LocalError } from "@enclavenet/common";

/** Keys of at least this many bytes share records. Below the 1978 bytes that LMDB allows with pages of 4 KiB. */
export const DIRECT_LIMIT = 1024;

/** A key's rest after the shared bytes, with its value. */
export interface Rest {
  readonly rest: Uint8Array;
  readonly value: Uint8Array;
}

const HEADER = 8;

/** The key of the record that holds `key`. */
export function recordKey(key: Uint8Array): Uint8Array {
  return key.length < DIRECT_LIMIT ? key : key.subarray(0, DIRECT_LIMIT);
}

/** Whether records under `key` are shared. */
export function isShared(key: Uint8Array): boolean {
  return key.length >= DIRECT_LIMIT;
}

/** Content of a shared record: per key be32 length of the rest, be32 length of the value, rest, value. */
export function encodeRests(rests: readonly Rest[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { rest, value } of rests) {
    const header = new DataView(new ArrayBuffer(HEADER));
    header.setUint32(0, rest.length);
    header.setUint32(4, value.length);
    parts.push(new Uint8Array(header.buffer), rest, value);
  }
  return concatBytes(...parts);
}

/** Reads {@link encodeRests}. Throws `BACKEND_CORRUPT`. */
export function decodeRests(record: Uint8Array): Rest[] {
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const out: Rest[] = [];
  let at = 0;
  while (at < record.length) {
    if (at + HEADER > record.length) throw corrupt();
    const restEnd = at + HEADER + view.getUint32(at);
    const valueEnd = restEnd + view.getUint32(at + 4);
    if (valueEnd > record.length) throw corrupt();
    out.push({ rest: record.slice(at + HEADER, restEnd), value: record.slice(restEnd, valueEnd) });
    at = valueEnd;
  }
  return out;
}

/** The rests with one of them set, or taken out. */
export function changeRests(rests: readonly Rest[], rest: Uint8Array, value: Uint8Array | undefined): Rest[] {
  const others = rests.filter((other) => compareBytes(other.rest, rest) !== 0);
  if (value === undefined) return others;
  return [...others, { rest, value }].sort((a, b) => compareBytes(a.rest, b.rest));
}

function corrupt(): LocalError {
  return new LocalError("BACKEND_CORRUPT", "a record of long keys is malformed");
}
