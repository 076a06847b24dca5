/**
 * google.protobuf.Timestamp as nanoseconds since the Unix epoch; Go's zero time (absent votes) is undefined.
 *
 * Spec: 05 §3.1. Times before year 1 or after year 9999 are refused, as Go's reader of standard times does.
 * @module
 */
import { NANOS_PER_SECOND } from "@enclavenet/common";
import { WireError } from "../errors.ts";
import { type FieldType, int32Type, int64Type } from "../protobuf/fields.ts";
import { messageCodec } from "../protobuf/message.ts";
import { messageField } from "../protobuf/writer.ts";

/** 0001-01-01T00:00:00Z: Go's zero time, and the earliest one. */
const ZERO_TIME_SECONDS = -62_135_596_800n;

/** 10000-01-01T00:00:00Z, the first one that is too late. */
const END_OF_TIME_SECONDS = 253_402_300_800n;

interface RawTimestamp {
  readonly seconds: bigint;
  readonly nanos: number;
}

const timestamp = messageCodec<RawTimestamp>("Timestamp", { seconds: [1, int64Type], nanos: [2, int32Type] });

/** Protobuf Timestamp of a time, or of Go's zero time. */
export function encodeTimestamp(timeNs: bigint | undefined): Uint8Array {
  if (timeNs === undefined) return timestamp.encode({ seconds: ZERO_TIME_SECONDS, nanos: 0 });
  const nanos = ((timeNs % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND;
  return timestamp.encode({ seconds: (timeNs - nanos) / NANOS_PER_SECOND, nanos: Number(nanos) });
}

function fromRaw({ seconds, nanos }: RawTimestamp): bigint | undefined {
  if (seconds < ZERO_TIME_SECONDS || seconds >= END_OF_TIME_SECONDS) throw new WireError("timestamp is out of range");
  if (nanos < 0 || nanos >= Number(NANOS_PER_SECOND)) throw new WireError("timestamp: nanos are out of range");
  return seconds === ZERO_TIME_SECONDS && nanos === 0 ? undefined : seconds * NANOS_PER_SECOND + BigInt(nanos);
}

/** Inverse of {@link encodeTimestamp}. Throws `WireError`. */
export function decodeTimestamp(bytes: Uint8Array): bigint | undefined {
  return fromRaw(timestamp.decode(bytes));
}

/** A time that is always written (gogoproto nullable=false); absent is the zero time. */
export const timeType: FieldType<bigint | undefined> = {
  wireType: 2,
  initial: () => undefined,
  repeated: false,
  read: (reader, depth) => fromRaw(timestamp.decodeAt(reader.lengthDelimited(), depth + 1)),
  write: (number, value) => messageField(number, encodeTimestamp(value)),
};
