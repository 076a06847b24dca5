/**
 * The pipe under the shipped bundle: answers of the wrong kind, type and length, frames that nobody should send, and an end in the
 * middle. The enclave answers with a status or ends with a code, and its sealed state is whole.
 */
import { concatBytes } from "@enclavenet/common";
import { decodeErrorBody, encodeFrame, type Frame, FrameKind, readFrame } from "@enclavenet/enclave-api";
import { afterAll, describe, expect, it } from "vitest";
import { Bundles, shipped } from "./support/bundles.ts";
import { type BundlePaths, Enclaves } from "./support/enclaves.ts";
import { type Answering, PipeScene } from "./support/frames.ts";
import { claiming, hostGone, statusCall } from "./support/pipe.ts";
import { lyingHost } from "./support/suite.ts";
import { table } from "./support/table.ts";

lyingHost(table.pipe);

const [GONE, FAILED] = [0, 70];

const bundles = new Bundles();
afterAll(() => bundles.remove());

async function inScene(
  step: (scene: PipeScene) => void,
  paths: BundlePaths = shipped,
): Promise<readonly (number | null)[]> {
  const enclaves = new Enclaves(paths);
  try {
    step(new PipeScene(enclaves.create));
  } finally {
    await enclaves.stop();
  }
  return (await enclaves.stop()).map(({ code }) => code);
}

describe("an answer", () => {
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
    ["of 4 GiB", (honest) => claiming(0xffff_ffff, honest), FAILED],
    ["shorter than a header", (honest) => claiming(3, honest), FAILED],
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

/** More answers than a pipe holds: the last ones are written to nobody. */
const unread = (scene: PipeScene) => scene.send(concatBytes(...Array(5000).fill(encodeFrame(statusCall))));

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
    ["before the enclave writes", unread],
  ])("%s: the next enclave goes on from what is sealed", async (_what, step) => {
    const exits = await inScene((scene) => {
      step(scene);
      scene.world.start();
      scene.goesOn();
    });
    expect(exits).toEqual([GONE, GONE]);
  });

  it("before the enclave writes: fails a build that takes it for a failure", async () => {
    expect(await inScene(unread, await bundles.without([hostGone]))).toEqual([FAILED]);
  });
});
