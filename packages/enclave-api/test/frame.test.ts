import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ByteChannel,
  decodeErrorBody,
  decodeFrameHeader,
  EnclaveError,
  EnclaveStatus,
  type EnclaveStatusName,
  ecalls,
  encodeErrorBody,
  encodeFrame,
  FRAME_HEADER_BYTES,
  type Frame,
  FrameKind,
  MAX_FRAME_BYTES,
  ocalls,
  readFrame,
  writeFrame,
} from "../src/index.ts";

/** A channel that hands over what was written, in pieces of at most `step` bytes. */
function loopback(step: number): ByteChannel {
  const queue: number[] = [];
  return {
    read(target) {
      const count = Math.min(step, target.length, queue.length);
      target.set(queue.splice(0, count));
      return count;
    },
    write(source) {
      const count = Math.min(step, source.length);
      queue.push(...source.subarray(0, count));
      return count;
    },
  };
}

const frames: fc.Arbitrary<Frame> = fc.record({
  kind: fc.constantFrom(...Object.values(FrameKind)),
  id: fc.nat({ max: 0xffff_ffff }),
  method: fc.nat({ max: 0xffff }),
  body: fc.uint8Array({ maxLength: 300 }),
});

describe("frames", () => {
  it("survive a channel that delivers them in pieces", () => {
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 50 }), (sent, step) => {
        const channel = loopback(step);
        for (const frame of sent) writeFrame(channel, frame);
        for (const frame of sent) expect(readFrame(channel)).toEqual(frame);
      }),
    );
  });

  it("end with ChannelClosed when the other side is gone in mid-frame", () => {
    const channel = loopback(64);
    channel.write(encodeFrame({ kind: 1, id: 1, method: 1, body: new Uint8Array(4) }).subarray(0, 12));
    expect(() => readFrame(channel)).toThrowError(expect.objectContaining({ code: "ENCLAVE_CHANNEL_CLOSED" }));
  });

  it("refuse a length or kind that no frame has, before any body is read", () => {
    const header = encodeFrame({ kind: 1, id: 1, method: 1, body: new Uint8Array(0) });
    expect(decodeFrameHeader(header).bodyLength).toBe(0);
    const withLength = (length: number): Uint8Array => {
      const copy = header.slice();
      new DataView(copy.buffer).setUint32(0, length, true);
      return copy;
    };
    const refused = expect.objectContaining({ code: "ENCLAVE_FRAME" });
    expect(() => decodeFrameHeader(withLength(MAX_FRAME_BYTES + FRAME_HEADER_BYTES))).toThrowError(refused);
    expect(() => decodeFrameHeader(withLength(6))).toThrowError(refused);
    expect(() => decodeFrameHeader(withLength(0xffff_ffff))).toThrowError(refused);
    for (const kind of [0, 5, 255]) {
      const copy = header.slice();
      copy[4] = kind;
      expect(() => decodeFrameHeader(copy)).toThrowError(refused);
    }
  });

  it("carry errors as a number, the gas used and a bounded text", () => {
    const error = new EnclaveError("ContractPanic", { usedGas: 77n, check: "x".repeat(1000) });
    const decoded = decodeErrorBody(encodeErrorBody(error));
    expect([decoded.status, decoded.usedGas, decoded.check?.length]).toEqual(["ContractPanic", 77n, 256]);
  });
});

describe("tables", () => {
  it("number every call and every status once", () => {
    for (const ids of [
      Object.values(ecalls).map((call) => call.id),
      Object.values(ocalls).map((call) => call.id),
      (Object.keys(EnclaveStatus) as EnclaveStatusName[]).map((name) => EnclaveStatus[name][0]),
    ]) {
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});
