/** A real enclave process, given frames by its host: it answers everything, and works at the end as at the beginning. */
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeErrorBody, ecalls, encodeFrame, FrameKind, readFrame } from "@enclavenet/enclave-api";
import { spawnEnclave } from "@enclavenet/enclave-host";
import fc from "fast-check";
import { fdChannel } from "../../packages/enclave-host/src/fd-channel.ts";
import { hostileBytes } from "../support/hostile-bytes.ts";
import { demand, type LiveTarget } from "./live-target.ts";

/** A real enclave process; each input is the body of a frame, its first byte the method. */
export function enclaveTarget(bundle: string): LiveTarget {
  const folder = mkdtempSync(join(tmpdir(), "enclavenet-fuzz-"));
  const enclave = spawnEnclave({ bundle, sealingDirectory: folder });
  const channel = fdChannel(enclave.readFd, enclave.writeFd);
  let id = 0;
  const ask = (method: number, body: Uint8Array) => {
    id++;
    writeSync(enclave.writeFd, encodeFrame({ kind: FrameKind.ecall, id, method, body }));
    const answer = readFrame(channel);
    demand(answer.id === id && answer.method === method, "an answer to another call");
    return answer;
  };
  return {
    name: "enclave: frames",
    inputs: hostileBytes(fc.nat(10).map((method) => Uint8Array.of(method, 1, 0, 0, 0, 9, 0, 0, 0))),
    async attempt(bytes) {
      const answer = ask(bytes[0] ?? 0, bytes.subarray(1));
      if (answer.kind !== FrameKind.error) return;
      const { status, check } = decodeErrorBody(answer.body);
      demand(status !== "InternalError", `unforeseen: ${check}`);
    },
    async finish() {
      demand(ask(ecalls.status.id, new Uint8Array(0)).kind === FrameKind.result, "the enclave does not answer");
      enclave.close();
      const { code } = await enclave.exited;
      rmSync(folder, { recursive: true, force: true });
      demand(code === 0, `the enclave ended with ${code}`);
    },
  };
}
