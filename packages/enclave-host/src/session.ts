/**
 * The host's half of the alternation: sends an ecall, serves the ocalls that come back, returns the answer. Handlers may
 * call again; answers then arrive last in, first out.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import {
  type ByteChannel,
  decode,
  decodeErrorBody,
  type EcallName,
  type EcallRequest,
  type EcallResponse,
  type Enclave,
  EnclaveError,
  ecalls,
  encode,
  encodeErrorBody,
  type Frame,
  FrameKind,
  type OcallHandlers,
  type OcallName,
  ocalls,
  readFrame,
  type Schema,
  writeFrame,
} from "@enclavenet/enclave-api";

const ocallNames = new Map<number, OcallName>(
  Object.entries(ocalls).map(([name, call]) => [call.id, name as OcallName]),
);

/** The answer of one ocall: its method number and body. */
export type OcallAnswer = { readonly ok: Uint8Array } | { readonly error: EnclaveError };

/**
 * Serves ocalls with the handlers of one ecall and remembers what a handler threw: the enclave only learns that the
 * ocall failed, the caller gets the original exception back. A handler that throws the enclave's own OutOfGas tells it
 * so: the enclave ends the contract and answers with the gas that it had used (spec 03 §2.4).
 */
export class OcallServer {
  readonly #handlers: Partial<OcallHandlers>;
  #thrown: { readonly cause: unknown } | undefined;

  constructor(handlers: Partial<OcallHandlers>) {
    this.#handlers = handlers;
  }

  serve(method: number, body: Uint8Array): OcallAnswer {
    const name = ocallNames.get(method);
    const handler = name === undefined ? undefined : this.#handlers[name];
    if (name === undefined || handler === undefined) return { error: new EnclaveError("FailedOcall") };
    const call = ocalls[name] as { request: Schema<unknown>; response: Schema<unknown> };
    try {
      const response = (handler as (request: unknown) => unknown)(decode(call.request, body));
      return { ok: encode(call.response, response) };
    } catch (cause) {
      if (EnclaveError.is(cause, "OutOfGas")) return { error: cause };
      this.#thrown ??= { cause };
      return { error: new EnclaveError("FailedOcall") };
    }
  }

  /** Rethrows what a handler threw, if one did. */
  rethrow(): void {
    if (this.#thrown !== undefined) throw this.#thrown.cause;
  }
}

/** Hooks around each outermost ecall, for the watchdog and for counting. */
export interface SessionHooks {
  enter?(name: EcallName): void;
  leave?(name: EcallName): void;
  ocall?(name: OcallName | undefined): void;
  /**
   * The enclave works on an outermost ecall and this thread is about to wait. What runs here may not call the enclave:
   * its channel carries one call at a time.
   */
  waiting?(): void;
}

function protocolError(message: string): LocalError {
  return new LocalError("ENCLAVE_PROTOCOL", message, { fix: "the enclave bundle and the node must be of one build" });
}

/** What an enclave can do to its channel that no later call could mend: where the next frame begins is not known. */
const BREAKS: ReadonlySet<string> = new Set(["ENCLAVE_FRAME", "ENCLAVE_PROTOCOL", "ENCLAVE_CHANNEL_CLOSED"]);

/** Whether a call failed because its channel is broken: every later call fails in the same way. */
export function breaksChannel(error: Error & { readonly code?: unknown }): boolean {
  return typeof error.code === "string" && BREAKS.has(error.code);
}

/** The reason in words for whoever runs the node; an end of the channel is told by who sees the process end. */
function brokenBy(error: LocalError): LocalError {
  if (error.code === "ENCLAVE_CHANNEL_CLOSED") return error;
  return new LocalError(error.code, `the enclave's answer cannot be read: ${error.message}`, {
    fix: "start the node again: it goes on from the last committed block. If this comes again, build node and enclave from one checkout: npm run build",
    cause: error,
  });
}

/** An enclave behind a blocking byte channel. Once the channel is broken, every call throws what broke it. */
export class EnclaveSession implements Enclave {
  readonly #channel: ByteChannel;
  readonly #hooks: SessionHooks;
  #nextId = 1;
  #depth = 0;
  #isWaiting = false;
  #broken: LocalError | undefined;

  constructor(channel: ByteChannel, hooks: SessionHooks = {}) {
    this.#channel = channel;
    this.#hooks = hooks;
  }

  call<N extends EcallName>(
    name: N,
    request: EcallRequest<N>,
    handlers: Partial<OcallHandlers> = {},
  ): EcallResponse<N> {
    if (this.#isWaiting) throw new LocalError("ENCLAVE_BUSY", "an ecall was made while another one waits");
    if (this.#broken !== undefined) throw this.#broken;
    const id = this.#nextId++;
    const call = ecalls[name] as { id: number; request: Schema<unknown>; response: Schema<unknown> };
    const body = encode(call.request, request);
    if (this.#depth === 0) this.#hooks.enter?.(name);
    this.#depth++;
    try {
      writeFrame(this.#channel, { kind: FrameKind.ecall, id, method: call.id, body });
      return decode(call.response, this.#await(id, new OcallServer(handlers))) as EcallResponse<N>;
    } catch (error) {
      if (!(error instanceof LocalError) || !breaksChannel(error)) throw error;
      this.#broken ??= brokenBy(error);
      throw this.#broken;
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#hooks.leave?.(name);
    }
  }

  #await(id: number, server: OcallServer): Uint8Array {
    for (;;) {
      this.#wait();
      const frame = readFrame(this.#channel);
      if (frame.kind === FrameKind.ocall) this.#answer(frame, server);
      else if (frame.kind === FrameKind.ecall || frame.id !== id) throw protocolError("answer out of order");
      else {
        server.rethrow();
        if (frame.kind === FrameKind.error) throw decodeErrorBody(frame.body);
        return frame.body;
      }
    }
  }

  #wait(): void {
    if (this.#depth !== 1 || this.#hooks.waiting === undefined) return;
    this.#isWaiting = true;
    try {
      this.#hooks.waiting();
    } finally {
      this.#isWaiting = false;
    }
  }

  #answer(frame: Frame, server: OcallServer): void {
    this.#hooks.ocall?.(ocallNames.get(frame.method));
    const answer = server.serve(frame.method, frame.body);
    const { id, method } = frame;
    if ("ok" in answer) writeFrame(this.#channel, { kind: FrameKind.result, id, method, body: answer.ok });
    else writeFrame(this.#channel, { kind: FrameKind.error, id, method, body: encodeErrorBody(answer.error) });
  }
}
