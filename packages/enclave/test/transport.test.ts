/** The enclave's half of the channel: what it does with a host that breaks the alternation while an ecall runs. */
import {
  type ByteChannel,
  ChannelClosed,
  EnclaveError,
  encodeErrorBody,
  encodeFrame,
  type Frame,
  FrameKind,
  readFrame,
} from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import type { EnclaveProgram } from "../src/program.ts";
import { createProgram } from "../src/program.ts";
import { serve } from "../src/transport.ts";

const NOTHING = new Uint8Array(0);
const frame = (parts: Partial<Frame>) =>
  encodeFrame({ kind: FrameKind.ecall, id: 1, method: 2, body: NOTHING, ...parts });

interface Served {
  readonly code: unknown;
  readonly frames: Frame[];
}

/** The host sends `input`; what serving ended with, and the frames that it was sent. `deaf`: so many writes fail first. */
function served(input: Uint8Array, program: EnclaveProgram, deaf = 0): Served {
  let at = 0;
  let failed = 0;
  const out: number[] = [];
  const channel: ByteChannel = {
    read(target) {
      const count = Math.min(target.length, input.length - at);
      target.set(input.subarray(at, at + count));
      at += count;
      return count;
    },
    write(source) {
      if (failed++ < deaf) throw new ChannelClosed();
      out.push(...source);
      return source.length;
    },
  };
  let code: unknown;
  try {
    serve(channel, program);
  } catch (error) {
    code = (error as { code?: unknown }).code;
  }
  return { code, frames: framesOf(Uint8Array.from(out)) };
}

function framesOf(bytes: Uint8Array): Frame[] {
  let at = 0;
  const channel: ByteChannel = {
    read(target) {
      target.set(bytes.subarray(at, at + target.length));
      at += target.length;
      return target.length;
    },
    write: () => 0,
  };
  const frames: Frame[] = [];
  while (at < bytes.length) frames.push(readFrame(channel));
  return frames;
}

/** A program whose status call asks the host for one thing. */
const asking = createProgram(
  {
    status: (_request: never, host: { settleReads(request: object): unknown }) => host.settleReads({ usedHints: [] }),
  } as never,
  { verbose: true, prepare: () => {} } as never,
);

const kinds = (frames: readonly Frame[]) => frames.map(({ kind }) => kind);
const [OCALL, ERROR] = [FrameKind.ocall, FrameKind.error];

describe("while an ocall waits", () => {
  const settled = frame({ kind: FrameKind.result, method: 5 });

  it("the answer goes to the call, and the channel's end ends the process", () => {
    const { code, frames } = served(Uint8Array.of(...frame({}), ...settled), asking);
    expect([code, frames[0]?.kind]).toEqual(["ENCLAVE_CHANNEL_CLOSED", OCALL]);
  });

  it.each([
    ["a header that is none", new Uint8Array(11).fill(0xff), "ENCLAVE_FRAME"],
    ["the end of the channel", NOTHING, "ENCLAVE_CHANNEL_CLOSED"],
    ["half an answer", settled.subarray(0, 6), "ENCLAVE_CHANNEL_CLOSED"],
  ])("%s ends the process: nothing after it could be read", (_what, bytes, code) => {
    const ended = served(Uint8Array.of(...frame({}), ...bytes, ...frame({})), asking);
    if (code === "ENCLAVE_FRAME") expect([ended.code, kinds(ended.frames)]).toEqual([code, [OCALL]]);
    else expect(kinds(served(Uint8Array.of(...frame({}), ...bytes), asking).frames)).toEqual([OCALL]);
  });

  it.each([
    ["an answer to another ocall", frame({ kind: FrameKind.result, id: 9, method: 5 })],
    ["an answer of another method", frame({ kind: FrameKind.result, method: 4 })],
    ["another ocall", frame({ kind: FrameKind.ocall, method: 5 })],
    ["a malformed error", frame({ kind: FrameKind.error, method: 5, body: Uint8Array.of(1) })],
    ["a malformed result", frame({ kind: FrameKind.result, method: 5, body: Uint8Array.of(1) })],
    ["an error", frame({ kind: FrameKind.error, method: 5, body: encodeErrorBody(new EnclaveError("FailedOcall")) })],
  ])("%s fails the call as the host's fault", (_what, bytes) => {
    const { frames } = served(Uint8Array.of(...frame({}), ...bytes), asking);
    expect(kinds(frames)).toEqual([OCALL, ERROR]);
    const status = frames[1]?.body[0];
    expect([28, 29]).toContain(status);
  });

  it("a host that goes before it is asked ends the process, whatever the call makes of it", () => {
    const swallowing: EnclaveProgram = {
      prepare: () => {},
      handle(method, body, ocall) {
        try {
          return asking.handle(method, body, ocall);
        } catch {
          throw new EnclaveError("FailedOcall");
        }
      },
    };
    expect(served(frame({}), swallowing, 1)).toEqual({ code: "ENCLAVE_CHANNEL_CLOSED", frames: [] });
    // The control: one that hears the question.
    const { frames } = served(Uint8Array.of(...frame({}), ...settled), swallowing);
    expect(kinds(frames)).toEqual([OCALL, ERROR]);
  });

  it("nested calls beyond 32 are refused", () => {
    const nested = Array.from({ length: 40 }, (_, i) => Array.from(frame({ id: i + 1 }))).flat();
    const { frames } = served(Uint8Array.from(nested), asking);
    expect(frames.filter(({ kind }) => kind === OCALL)).toHaveLength(32);
    expect(frames.filter(({ kind }) => kind === ERROR)).toHaveLength(8);
  });
});
