/**
 * Answers of the host that are not what the enclave asked for, and frames that nobody should send, each with the checks that refuse it.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import {
  decodeErrorBody,
  ecalls,
  encodeFrame,
  type Frame,
  FrameKind,
  MAX_FRAME_BYTES,
  readFrame,
} from "@enclavenet/enclave-api";
import type { Attack } from "../../../packages/enclave/test/support/attacks/attack.ts";
import { type Check, cut } from "../../support/checks.ts";
import { type Answering, answerAttack, PipeScene } from "./frames.ts";

const NOTHING = new Uint8Array(0);
const FAILED = 70;

export const statusCall: Frame = { kind: FrameKind.ecall, id: 1, method: ecalls.status.id, body: NOTHING };

/** A header that claims so many bytes behind it. */
export function claiming(length: number, { id, method }: Pick<Frame, "id" | "method">): Uint8Array {
  const bytes = encodeFrame({ kind: FrameKind.result, id, method, body: NOTHING });
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}

/** A host that does not wait for its answer. */
export const hostGone = cut("host-gone");

const answersTheQuestion = cut("answer-to-question");

/** Past the end of a body there are zeros, where nobody looks at its end. */
const bodyEnds: readonly Check[] = [
  cut("codec-length", "if (length > this.remaining) return (this.#offset = this.#bytes.length);"),
  cut(
    "codec-view",
    "const padded = new Uint8Array(bytes.length + 8); padded.set(bytes); this.#view = new DataView(padded.buffer);",
  ),
];

const bodyOf = (...bytes: number[]): Answering => {
  return (honest) => [encodeFrame({ ...honest, body: Uint8Array.from(bytes) })];
};

/** An answer whose body is not that of a record. */
function badBody(name: string, checks: readonly Check[], answering: Answering): Attack {
  return answerAttack(`an answer ${name}`, "HostMisbehavior", [...bodyEnds, ...checks], answering);
}

/** A frame that the enclave did not wait for. */
function frameAttack(name: string, check: Attack["check"], change: Partial<Frame>): Attack {
  return {
    name: `a frame ${name}`,
    status: "BadRequest",
    check,
    prepare(create) {
      const scene = new PipeScene(create);
      const exchange = (frame: Frame) => {
        scene.send(encodeFrame(frame));
        const answer = readFrame(scene.channel);
        if (answer.kind === FrameKind.error) throw decodeErrorBody(answer.body);
      };
      const honest = () => {
        exchange(statusCall);
        scene.goesOn();
      };
      return { lie: () => exchange({ ...statusCall, ...change }), honest };
    },
  };
}

/** An answer after which nobody knows where the next one begins: the enclave ends. Its next one goes on from what is sealed. */
function ending(name: string, check: readonly Check[], answering: Answering): Attack {
  return {
    name: `an answer ${name}`,
    status: "HostMisbehavior",
    exit: FAILED,
    check,
    prepare(create) {
      const scene = new PipeScene(create);
      const honest = () => {
        scene.world.start();
        scene.goesOn();
      };
      return { lie: () => scene.increment(answering), honest };
    },
  };
}

/** As many bytes as it claims, all of which are sent. */
function longerThanAllowed(honest: Frame): readonly Uint8Array[] {
  const rest = new Uint8Array(MAX_FRAME_BYTES + 1 - honest.body.length);
  return [concatBytes(claiming(MAX_FRAME_BYTES + 8, honest), honest.body, rest)];
}

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
    cut("answer-kind", "return frame.body;"),
    (honest) => [encodeFrame({ ...honest, kind: FrameKind.ocall })],
  ),
  answerAttack("an answer with bytes behind it", "HostMisbehavior", cut("codec-end"), (honest) => [
    encodeFrame({ ...honest, body: Uint8Array.of(...honest.body, 0) }),
  ]),
  answerAttack(
    "an answer that is neither there nor absent",
    "HostMisbehavior",
    cut("codec-boolean"),
    // No value, no legacy value, gas.
    (honest) => [encodeFrame({ ...honest, body: Uint8Array.of(2, 0, 100, 0, 0, 0, 0, 0, 0, 0) })],
  ),
  badBody("of no bytes", [], bodyOf()),
  badBody("that is cut off", [], (honest) => [encodeFrame({ ...honest, body: honest.body.subarray(0, -1) })]),
  badBody("of another method's type", [cut("codec-boolean")], bodyOf(100, 0, 0, 0, 0, 0, 0, 0)),
  badBody("with a value of 4 GiB", [cut("record-seal")], bodyOf(1, 255, 255, 255, 255, 0)),
  badBody("with a value longer than the frame", [cut("record-seal")], bodyOf(1, 9, 0, 0, 0, 1)),
  ending("longer than a frame may be", [cut("frame-length"), cut("codec-end")], longerThanAllowed),
  ending("of an unknown kind", [cut("frame-kind"), cut("answer-kind", "return frame.body;")], (honest) => [
    encodeFrame({ ...honest, kind: 9 as never }),
  ]),
  frameAttack("of an unknown ecall", cut("ecall-method", "if (name === undefined) return body;"), { method: 99 }),
  frameAttack("of an ocall's kind", cut("ecall-kind"), { kind: FrameKind.ocall }),
  frameAttack("that answers nothing", cut("ecall-kind"), { kind: FrameKind.result }),
  frameAttack("with an error about nothing", cut("ecall-kind"), { kind: FrameKind.error }),
  frameAttack("with bytes behind its body", cut("codec-end"), { body: Uint8Array.of(1) }),
];
