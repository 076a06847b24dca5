/**
 * Answers of the host that are not what the enclave asked for, each with the check that refuses it.
 * @module
 */
import { encodeFrame, FrameKind } from "@enclavenet/enclave-api";
import type { Attack } from "../../../packages/enclave/test/support/attacks/attack.ts";
import { answerAttack } from "./frames.ts";

const TRANSPORT = "packages/enclave/src/transport.ts";
const CODEC = "packages/enclave-api/src/codec.ts";

const answersTheQuestion = {
  file: TRANSPORT,
  text: 'else if (frame.id !== id || frame.method !== method) throw new EnclaveError("HostMisbehavior");',
  without: "",
};

export const pipe: readonly Attack[] = [
  answerAttack("an answer to a question that was not asked", "FailedOcall", answersTheQuestion, (honest) => [
    encodeFrame({ ...honest, id: honest.id + 1 }),
  ]),
  answerAttack("an answer to another method", "FailedOcall", answersTheQuestion, (honest) => [
    encodeFrame({ ...honest, method: honest.method + 1 }),
  ]),
  answerAttack(
    "a question in place of an answer",
    "FailedOcall",
    {
      file: TRANSPORT,
      text: 'else if (frame.kind === FrameKind.error) throw hostError(frame.body); else throw new EnclaveError("HostMisbehavior");',
      without: "else return frame.body;",
    },
    (honest) => [encodeFrame({ ...honest, kind: FrameKind.ocall })],
  ),
  answerAttack(
    "an answer with bytes behind it",
    "HostMisbehavior",
    {
      file: CODEC,
      text: 'if (this.remaining !== 0) throw new FrameError("trailing bytes after the last value");',
      without: "",
    },
    (honest) => [encodeFrame({ ...honest, body: Uint8Array.of(...honest.body, 0) })],
  ),
  answerAttack(
    "an answer that is neither there nor absent",
    "HostMisbehavior",
    { file: CODEC, text: 'if (value > 1) throw new FrameError("boolean is neither 0 nor 1");', without: "" },
    // No value, no legacy value, gas.
    (honest) => [encodeFrame({ ...honest, body: Uint8Array.of(2, 0, 100, 0, 0, 0, 0, 0, 0, 0) })],
  ),
];
