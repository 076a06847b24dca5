/**
 * The pipe under the shipped bundle: answers of the wrong kind, type and length, frames that nobody should send, and an end in the
 * middle. The enclave answers with a status or ends with a code, and its sealed state is whole.
 */
import {
  decodeErrorBody,
  ecalls,
  encodeFrame,
  type Frame,
  FrameKind,
  MAX_FRAME_BYTES,
  readFrame,
} from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { shipped } from "./support/bundles.ts";
import { Enclaves } from "./support/enclaves.ts";
import { type Answering, PipeScene } from "./support/frames.ts";
import { lyingHost } from "./support/suite.ts";
import { table } from "./support/table.ts";

lyingHost(table.pipe);

const [GONE, FAILED] = [0, 70];
const statusCall: Frame = { kind: FrameKind.ecall, id: 1, method: ecalls.status.id, body: new Uint8Array(0) };

async function inScene(step: (scene: PipeScene) => void): Promise<readonly (number | null)[]> {
  const enclaves = new Enclaves(shipped);
  try {
    step(new PipeScene(enclaves.create));
  } finally {
    await enclaves.stop();
  }
  return (await enclaves.stop()).map(({ code }) => code);
}

const body = (...bytes: number[]): Answering => {
  return (honest) => [encodeFrame({ ...honest, body: Uint8Array.from(bytes) })];
};

/** A header that claims so many bytes behind it. */
function claiming(length: number, { id, method }: Pick<Frame, "id" | "method">): Uint8Array {
  const bytes = encodeFrame({ kind: FrameKind.result, id, method, body: new Uint8Array(0) });
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}

describe("an answer", () => {
  it.each<[string, Answering]>([
    ["of no bytes", body()],
    ["cut off", (honest) => [encodeFrame({ ...honest, body: honest.body.subarray(0, -1) })]],
    ["of another method's type", body(100, 0, 0, 0, 0, 0, 0, 0)],
    ["with a value of 4 GiB", body(1, 255, 255, 255, 255, 0)],
    ["with a value longer than the frame", body(1, 9, 0, 0, 0, 1)],
  ])("%s is host misbehaviour, and the enclave goes on", async (_what, answering) => {
    const exits = await inScene((scene) => {
      const refused = expect.objectContaining({ name: "EnclaveError", status: "HostMisbehavior" });
      expect(() => scene.increment(answering)).toThrowError(refused);
      scene.goesOn();
    });
    expect(exits).toEqual([GONE]);
  });

  it("given twice is answered itself, as a request that is none", async () => {
    await inScene((scene) => {
      const twice: Answering = (honest) => [encodeFrame(honest), encodeFrame(honest)];
      scene.increment(twice);
      const answer = readFrame(scene.channel);
      expect([answer.kind, decodeErrorBody(answer.body).status]).toEqual([FrameKind.error, "BadRequest"]);
      scene.goesOn();
    });
  });

  it.each<[string, (honest: Frame) => Uint8Array, number]>([
    ["longer than a frame may be", (honest) => claiming(MAX_FRAME_BYTES + 8, honest), FAILED],
    ["of 4 GiB", (honest) => claiming(0xffff_ffff, honest), FAILED],
    ["shorter than a header", (honest) => claiming(3, honest), FAILED],
    ["of an unknown kind", (honest) => encodeFrame({ ...honest, kind: 9 as never }), FAILED],
  ])("%s ends the enclave, and the next one goes on from what is sealed", async (_what, lie, code) => {
    const exits = await inScene((scene) => {
      const closed = expect.objectContaining({ code: "ENCLAVE_CHANNEL_CLOSED" });
      expect(() => scene.increment((honest) => [lie(honest)])).toThrowError(closed);
      scene.world.start();
      scene.goesOn();
    });
    expect(exits).toEqual([code, GONE]);
  });
});

describe("a pipe that is closed", () => {
  it.each<[string, (scene: PipeScene) => void]>([
    [
      "while the enclave waits for an answer",
      (scene) => {
        scene.ask();
        expect(readFrame(scene.channel).kind).toBe(FrameKind.ocall);
      },
    ],
    ["in the middle of a body", (scene) => scene.send(claiming(100, statusCall))],
    ["in the middle of a header", (scene) => scene.send(encodeFrame(statusCall).subarray(0, 5))],
    ["in an open block", (scene) => scene.open()],
  ])("%s: the next enclave goes on from what is sealed", async (_what, step) => {
    const exits = await inScene((scene) => {
      step(scene);
      scene.world.start();
      scene.goesOn();
    });
    expect(exits).toEqual([GONE, GONE]);
  });
});

describe("a frame", () => {
  it.each<[string, Partial<Frame>]>([
    ["of an unknown ecall", { method: 99 }],
    ["of an ocall's kind", { kind: FrameKind.ocall }],
    ["that answers nothing", { kind: FrameKind.result }],
    ["with an error about nothing", { kind: FrameKind.error }],
    ["with bytes behind its body", { body: Uint8Array.of(1) }],
  ])("%s is refused, and the enclave goes on", async (_what, change) => {
    await inScene((scene) => {
      scene.send(encodeFrame({ ...statusCall, ...change }));
      const answer = readFrame(scene.channel);
      expect([answer.kind, decodeErrorBody(answer.body).status]).toEqual([FrameKind.error, "BadRequest"]);
      scene.goesOn();
    });
  });
});
