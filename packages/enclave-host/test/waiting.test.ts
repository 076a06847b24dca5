/**
 * What a thread may do while the enclave works for it: anything but call the enclave.
 * @module
 */
import { type ByteChannel, ecalls, encode, FrameKind, readFrame, writeFrame } from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { EnclaveSession } from "../src/session.ts";

/** A channel whose other end answers every ecall with an empty status. */
function answering(): { channel: ByteChannel; written: () => number } {
  let incoming = new Uint8Array(0);
  let frames = 0;
  const take = (target: Uint8Array) => {
    const count = Math.min(target.length, incoming.length);
    target.set(incoming.subarray(0, count));
    incoming = incoming.slice(count);
    return count;
  };
  const append = (bytes: Uint8Array) => {
    incoming = Uint8Array.from([...incoming, ...bytes]);
    return bytes.length;
  };
  const channel: ByteChannel = {
    read: take,
    write(source) {
      const pending = { at: 0 };
      const request = readFrame({
        read(target) {
          target.set(source.subarray(pending.at, pending.at + target.length));
          pending.at += target.length;
          return target.length;
        },
        write: () => 0,
      });
      frames++;
      const body = encode(ecalls.endBlock.response, {});
      writeFrame(
        { read: () => 0, write: append },
        { kind: FrameKind.result, id: request.id, method: request.method, body },
      );
      return source.length;
    },
  };
  return { channel, written: () => frames };
}

describe("while an ecall is out", () => {
  it("other work runs once before the answer is read", () => {
    const { channel, written } = answering();
    const seen: number[] = [];
    const session = new EnclaveSession(channel, { waiting: () => seen.push(written()) });
    expect(session.call("endBlock", { height: 1n })).toEqual({});
    expect(seen).toEqual([1]);
    session.call("endBlock", { height: 2n });
    expect(seen).toEqual([1, 2]);
  });

  it("a second ecall is refused: the channel carries one at a time", () => {
    const { channel, written } = answering();
    const session: EnclaveSession = new EnclaveSession(channel, {
      waiting: () => void session.call("endBlock", { height: 2n }),
    });
    expect(() => session.call("endBlock", { height: 1n })).toThrow(expect.objectContaining({ code: "ENCLAVE_BUSY" }));
    expect(written()).toBe(1);
  });
});
