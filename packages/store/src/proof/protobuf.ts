/**
 * A writer for the few protobuf messages of ICS-23. Zero values and empty fields are left out, as proto3 does.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { putUvarint } from "../iavl/varint.ts";

const LENGTH_DELIMITED = 2;

function uvarint(value: number): Uint8Array {
  const out = new Uint8Array(8);
  return out.subarray(0, putUvarint(out, 0, value));
}

/** A bytes field or an embedded message. */
export function bytesField(field: number, value: Uint8Array): Uint8Array {
  if (value.length === 0) return value;
  return messageField(field, value);
}

/** An embedded message, written even when it is empty. */
export function messageField(field: number, value: Uint8Array): Uint8Array {
  return concatBytes(uvarint(field * 8 + LENGTH_DELIMITED), uvarint(value.length), value);
}

/** An enum or integer field. */
export function varintField(field: number, value: number): Uint8Array {
  if (value === 0) return new Uint8Array(0);
  return concatBytes(uvarint(field * 8), uvarint(value));
}
