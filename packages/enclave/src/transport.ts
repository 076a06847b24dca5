/**
 * The enclave's half of the channel: blocks on one descriptor for ecalls, answers on another. When the host is gone the
 * process ends. One of the files of this room that may touch `node:fs`.
 * @module
 */
import { readSync, writeSync } from "node:fs";
import {
  type ByteChannel,
  ChannelClosed,
  decodeErrorBody,
  EnclaveError,
  encodeErrorBody,
  type Frame,
  FrameKind,
  readFrame,
  writeFrame,
} from "@enclavenet/enclave-api";
import type { RawOcall } from "./host-calls.ts";
import type { EnclaveProgram } from "./program.ts";

function channelOf(requests: number, answers: number): ByteChannel {
  return {
    read: (target) => readSync(requests, target),
    write(source) {
      try {
        return writeSync(answers, source);
      } catch (error) {
        // A host may go at any moment, also before it has read an answer: that is its end, and no failure here.
        // check: host-gone
        if ((error as NodeJS.ErrnoException).code === "EPIPE") throw new ChannelClosed();
        throw error;
      }
    },
  };
}

/** The channel that the host leaves open for its enclave. */
export function inheritedChannel(): ByteChannel {
  return channelOf(3, 4);
}

/** The channel where the host can leave nothing open but the standard streams. */
export function standardStreams(): ByteChannel {
  return channelOf(0, 1);
}

/** Deepest nesting of ecalls inside ocalls; contract queries end far earlier (spec 03 §4.6). */
const MAX_NESTING = 32;

/** Serves ecalls until the channel breaks; the caller ends the process then. */
export function serve(channel: ByteChannel, program: EnclaveProgram): never {
  const session = new EnclaveSideSession(channel, program);
  for (;;) {
    session.answer(readFrame(channel));
    program.prepare();
  }
}

class EnclaveSideSession {
  readonly #channel: ByteChannel;
  readonly #program: EnclaveProgram;
  #nextOcall = 1;
  #depth = 0;
  /** What broke the channel while an ocall waited. */
  #broken: { readonly cause: unknown } | undefined;

  constructor(channel: ByteChannel, program: EnclaveProgram) {
    this.#channel = channel;
    this.#program = program;
  }

  /** Runs one ecall frame and writes its answer. */
  answer({ kind, id, method, body }: Frame): void {
    const reply = { id, method };
    this.#depth++;
    try {
      // check: ecall-kind
      if (kind !== FrameKind.ecall || this.#depth > MAX_NESTING) throw new EnclaveError("BadRequest");
      const result = this.#program.handle(method, body, this.#ocall);
      writeFrame(this.#channel, { ...reply, kind: FrameKind.result, body: result });
    } catch (error) {
      // Where the next frame begins is not known any more: nothing that the program made of the failure may be sent.
      if (this.#broken !== undefined) throw this.#broken.cause;
      if (!EnclaveError.is(error)) throw error;
      writeFrame(this.#channel, { ...reply, kind: FrameKind.error, body: encodeErrorBody(error) });
    } finally {
      this.#depth--;
    }
  }

  readonly #ocall: RawOcall = (method, body) => {
    const id = this.#nextOcall++;
    this.#onChannel(() => writeFrame(this.#channel, { kind: FrameKind.ocall, id, method, body }));
    for (;;) {
      const frame = this.#onChannel(() => readFrame(this.#channel));
      if (frame.kind === FrameKind.ecall) {
        this.answer(frame);
        continue;
      }
      // check: answer-to-question
      if (frame.id !== id || frame.method !== method) throw new EnclaveError("HostMisbehavior");
      if (frame.kind === FrameKind.result) return frame.body;
      if (frame.kind === FrameKind.error) throw hostError(frame.body);
      // check: answer-kind
      throw new EnclaveError("HostMisbehavior");
    }
  };

  #onChannel<T>(step: () => T): T {
    try {
      return step();
    } catch (cause) {
      this.#broken = { cause };
      throw cause;
    }
  }
}

/** The error that the host reports; one that cannot be read is its misbehaviour. */
function hostError(body: Uint8Array): EnclaveError {
  try {
    return decodeErrorBody(body);
  } catch {
    return new EnclaveError("HostMisbehavior");
  }
}
