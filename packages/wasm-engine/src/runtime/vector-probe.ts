/**
 * Tells a processor without the vector instructions that clearing an instance uses (`instrument/emit-clear.ts`) from a
 * module that V8 refuses: the first must not become a result.
 * @module
 */
import { EngineFatalError } from "../errors.ts";
import { V8 } from "../v8.ts";

/** (module (func i32.const 0 i32x4.splat drop)) */
const PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[10, 9, 1, 7, 0, 0x41, 0, 0xfd, 0x11, 0x1a, 0x0b],
);

/** Throws {@link EngineFatalError} when V8 cannot compile vector instructions here. */
export function assertVectors(): void {
  try {
    new V8.Module(PROBE);
  } catch (error) {
    throw new EngineFatalError("the processor has no vector instructions (SSE 4.1 on x64)", error);
  }
}
