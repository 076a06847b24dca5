/**
 * Frames of the boundary: u32 length ‖ u8 kind ‖ u32 id ‖ u16 method ‖ body, little-endian; the length counts what
 * follows it. One strictly alternating channel per executor; nested calls answer last in, first out.
 * @module
 */
import { decode, encode, type Infer, option, struct, text, u32, u64 } from "./codec.ts";
import { EnclaveError, EnclaveStatus, FrameError, statusName } from "./errors.ts";

/** Largest accepted frame body in bytes: a 2 MiB contract or a full block fits, a runaway length does not. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** Bytes before the body, length included. */
export const FRAME_HEADER_BYTES = 11;

export const FrameKind = { ecall: 1, ocall: 2, result: 3, error: 4 } as const;
export type FrameKindValue = (typeof FrameKind)[keyof typeof FrameKind];

export interface FrameHeader {
  readonly kind: FrameKindValue;
  readonly id: number;
  readonly method: number;
  readonly bodyLength: number;
}

export interface Frame {
  readonly kind: FrameKindValue;
  readonly id: number;
  readonly method: number;
  readonly body: Uint8Array;
}

/** The frame's complete bytes. Throws {@link FrameError} when the body is too large. */
export function encodeFrame(frame: Frame): Uint8Array {
  if (frame.body.length > MAX_FRAME_BYTES) throw new FrameError("frame is too large");
  const out = new Uint8Array(FRAME_HEADER_BYTES + frame.body.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, frame.body.length + FRAME_HEADER_BYTES - 4, true);
  view.setUint8(4, frame.kind);
  view.setUint32(5, frame.id, true);
  view.setUint16(9, frame.method, true);
  out.set(frame.body, FRAME_HEADER_BYTES);
  return out;
}

/** Reads the first {@link FRAME_HEADER_BYTES} bytes. Throws {@link FrameError} before any body is allocated. */
export function decodeFrameHeader(header: Uint8Array): FrameHeader {
  if (header.length !== FRAME_HEADER_BYTES) throw new FrameError("frame header is incomplete");
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const bodyLength = view.getUint32(0, true) - (FRAME_HEADER_BYTES - 4);
  const kind = view.getUint8(4);
  // check: frame-length
  if (bodyLength < 0 || bodyLength > MAX_FRAME_BYTES) throw new FrameError("frame length is out of range");
  // check: frame-kind
  if (kind < FrameKind.ecall || kind > FrameKind.error) throw new FrameError("frame kind is unknown");
  return { kind: kind as FrameKindValue, id: view.getUint32(5, true), method: view.getUint16(9, true), bodyLength };
}

const errorBody = struct({ status: u32, usedGas: u64, check: option(text) });

/** Longest `check` text that an error frame carries. */
const MAX_CHECK_CHARACTERS = 256;

/** Body of an error frame. */
export function encodeErrorBody(error: EnclaveError): Uint8Array {
  return encode(errorBody, {
    status: EnclaveStatus[error.status][0],
    usedGas: error.usedGas,
    check: error.check?.slice(0, MAX_CHECK_CHARACTERS),
  });
}

/** The error of an error frame's body. */
export function decodeErrorBody(body: Uint8Array): EnclaveError {
  const { status, usedGas, check }: Infer<typeof errorBody> = decode(errorBody, body);
  return new EnclaveError(statusName(status), { usedGas, ...(check === undefined ? {} : { check }) });
}
