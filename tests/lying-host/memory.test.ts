/**
 * The most memory that an enclave ever had while its host sent it frames as large as it could: a few times the largest frame. A build
 * without the check of the length takes what it is sent.
 */
import { encodeFrame, FrameKind, MAX_FRAME_BYTES, readFrame } from "@enclavenet/enclave-api";
import { afterAll, beforeEach, expect, it } from "vitest";
import { cut } from "../support/checks.ts";
import { peakMemory } from "../support/memory-scan.ts";
import { Bundles, shipped } from "./support/bundles.ts";
import { type BundlePaths, Enclaves } from "./support/enclaves.ts";
import { PipeScene } from "./support/frames.ts";
import { claiming, statusCall } from "./support/pipe.ts";

const MIB = 1024 * 1024;
const CLAIMED = 1024 * MIB;
const SENT_MIB = 512;
/** Of the largest frames one is read, and others are not collected yet. */
const BOUND = 4 * MAX_FRAME_BYTES;

const bundles = new Bundles();
afterAll(() => bundles.remove());

/** By how much the peak of a fresh enclave has grown, as far as it was seen. */
async function growth(paths: BundlePaths, step: (scene: PipeScene, look: () => void) => void): Promise<number> {
  const enclaves = new Enclaves(paths);
  try {
    const scene = new PipeScene(enclaves.create);
    const { pid } = enclaves;
    const before = peakMemory(pid) ?? Number.NaN;
    let peak = before;
    step(scene, () => {
      peak = peakMemory(pid) ?? peak;
    });
    return peak - before;
  } finally {
    await enclaves.stop();
  }
}

/** A frame of 1 GiB, as far as somebody reads it. */
function flood(scene: PipeScene, look: () => void): void {
  const chunk = new Uint8Array(MIB).fill(0x5a);
  scene.send(claiming(CLAIMED, statusCall));
  try {
    for (let sent = 0; sent < SENT_MIB; sent++) {
      scene.send(chunk);
      look();
    }
  } catch {
    // The enclave has ended.
  }
}

/** Frames as large as they may be, one after the other. */
function largest(scene: PipeScene, look: () => void): void {
  const bytes = encodeFrame({ ...statusCall, body: new Uint8Array(MAX_FRAME_BYTES).fill(0x5a) });
  for (let count = 0; count < 6; count++) {
    scene.send(bytes);
    expect(readFrame(scene.channel).kind).toBe(FrameKind.error);
    look();
  }
  scene.goesOn();
}

beforeEach(({ skip }) => {
  if (process.platform !== "linux") skip("needs /proc to see the peak of another process");
});

it.each([
  ["a frame that is too long", flood],
  ["the largest frames", largest],
])("memory stays within bounds: %s", async (_what, step) => {
  expect(await growth(shipped, step)).toBeLessThan(BOUND);
});

it("memory of a build without the check of the length does not: a frame that is too long", async () => {
  expect(await growth(await bundles.without([cut("frame-length")]), flood)).toBeGreaterThan(BOUND);
});
