/**
 * An enclave process as a program: typed calls go through the host's own session, raw bodies as frames beside it.
 * @module
 */
import { type ByteChannel, decodeErrorBody, FrameKind, readFrame, writeFrame } from "@enclavenet/enclave-api";
import { type EnclaveProcess, processEnclave } from "@enclavenet/enclave-host";
import type { RemoteProgram } from "../../../packages/enclave/test/support/enclave-of.ts";
import { fdChannel } from "../../../packages/enclave-host/src/fd-channel.ts";

type RawOcall = Parameters<RemoteProgram["handle"]>[2];

/** Far from the numbers that the session gives its calls. */
const RAW_ID = 0x7000_0000;

/** One call with a body of any bytes, whose ocalls are answered with any bytes. */
function callRaw(channel: ByteChannel, method: number, body: Uint8Array, ocall: RawOcall): Uint8Array {
  writeFrame(channel, { kind: FrameKind.ecall, id: RAW_ID, method, body });
  for (;;) {
    const frame = readFrame(channel);
    if (frame.kind === FrameKind.error) throw decodeErrorBody(frame.body);
    if (frame.kind === FrameKind.result) return frame.body;
    const { id, method: asked } = frame;
    writeFrame(channel, { kind: FrameKind.result, id, method: asked, body: ocall(asked, frame.body) });
  }
}

/** The program of a running process. */
export function remoteProgram(running: EnclaveProcess, storage: RemoteProgram["storage"]): RemoteProgram {
  const channel = fdChannel(running.readFd, running.writeFd);
  return {
    enclave: processEnclave(running),
    channel,
    handle: (method, body, ocall) => callRaw(channel, method, body, ocall),
    prepare: () => {},
    storage,
  };
}
