/**
 * Frames over a blocking byte channel. The channel is given by each side (file descriptors of a pipe pair); this file
 * only says how a frame is cut out of the bytes.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { decodeFrameHeader, encodeFrame, FRAME_HEADER_BYTES, type Frame } from "./frame.ts";

/** A blocking duplex byte stream. */
export interface ByteChannel {
  /** Reads at least one byte into `target`; 0 when the other side has closed. */
  read(target: Uint8Array): number;
  /** Writes at least one byte of `source`. */
  write(source: Uint8Array): number;
}

/** The other side of the channel is gone. */
export class ChannelClosed extends LocalError {
  constructor() {
    super("ENCLAVE_CHANNEL_CLOSED", "the other side of the enclave channel is gone");
  }
}

function readExactly(channel: ByteChannel, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let offset = 0;
  while (offset < length) {
    const count = channel.read(out.subarray(offset));
    if (count === 0) throw new ChannelClosed();
    offset += count;
  }
  return out;
}

/** Blocks until one whole frame has arrived. Throws {@link ChannelClosed} at the end, `FrameError` on bad bytes. */
export function readFrame(channel: ByteChannel): Frame {
  const { kind, id, method, bodyLength } = decodeFrameHeader(readExactly(channel, FRAME_HEADER_BYTES));
  return { kind, id, method, body: readExactly(channel, bodyLength) };
}

/** Writes one whole frame. */
export function writeFrame(channel: ByteChannel, frame: Frame): void {
  let rest = encodeFrame(frame);
  while (rest.length > 0) rest = rest.subarray(channel.write(rest));
}
