/** The parser, the store-time check and the instrumenter, for this room's property test and for the long fuzz run. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkWasm, compileModule, VmError } from "@enclavenet/wasm-engine";
import fc from "fast-check";
import { type Decoder, DecoderDefect } from "../../../../tests/support/decoder.ts";
import { runWasm } from "./backend.ts";
import { binary, body, I64, leb } from "./binary.ts";

/** Instrumented code is at most this many times as long as the original (measured: 9.0, for functions that only call). */
export const MAX_GROWTH = 12;

/** Compiles. What V8 validates it also accepts once it is instrumented, unless it became too large. */
export function compileHostile(wasm: Uint8Array): ReturnType<typeof compileModule> {
  try {
    const compiled = compileModule(wasm);
    const { instrumented, original } = compiled.size;
    if (instrumented > MAX_GROWTH * original + 1_000)
      throw new DecoderDefect(`${original} became ${instrumented} bytes`);
    return compiled;
  } catch (error) {
    if (VmError.is(error, "FailedGasMeteringInjection") && error.detail !== "function is too large") {
      throw new DecoderDefect(`instrumented code is not valid: ${error.detail}`, { cause: error });
    }
    throw error;
  }
}

/** A contract with a bit of everything, written without an assembler. */
const SEED = binary({
  table: 3,
  globals: [[I64, 1, 0x42, 5, 0x0b]],
  elements: [[0, 0x41, 1, 0x0b, 1, 0]],
  data: [[0, 0x41, 16, 0x0b, 12, 64, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0]],
  functions: [
    {
      type: 0,
      body: body(
        [[2, I64]],
        [
          ...[0x03, 0x40, 0x41, 1, 0x0d, 1, 0x23, 0, 0x21, 0, 0x0b],
          ...[0x02, 0x40, 0x41, 0, 0x0e, 1, 0, 0, 0x0b],
          ...[0x41, 0, 0x04, 0x7f, 0x41, 1, 0x05, 0x41, 2, 0x0b, 0x40, 0, 0x1a],
          ...[0x41, 1, 0x11, 0, 0, 0x41, 0, 0x28, 2, ...leb(100), 0x1a, 0x10, 0, 0x0f],
        ],
      ),
    },
  ],
});

const artifact = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../../contracts/artifacts/${name}.wasm`, import.meta.url))));

/** `original` with the changes that `script` says: four bytes of a position and one of a value, up to four times. */
function flipped(original: Uint8Array, script: Uint8Array): Uint8Array {
  const wasm = original.slice();
  const view = new DataView(script.buffer, script.byteOffset, script.byteLength);
  for (let at = 0; at + 5 <= script.length && at < 20; at += 5) {
    wasm[view.getUint32(at) % wasm.length] = script[at + 4] as number;
  }
  return wasm;
}

/** Runs what compiles; a contract ends typed, within its gas. */
function runHostile(wasm: Uint8Array): void {
  compileHostile(wasm);
  const { gas } = runWasm(wasm, { gasLimit: 200_000n, entry: "instantiate" });
  if (gas.used > 200_000n + gas.pseudoWriteGas) throw new DecoderDefect(`used ${gas.used} gas of 200000`);
}

function changedContract(name: string): Decoder {
  let original: Uint8Array | undefined;
  return {
    name: `wasm-engine: ${name}.wasm with changed bytes`,
    seeds: fc.tuple(fc.nat(), fc.nat(255)).map(([at, value]) => {
      const script = new Uint8Array(5);
      new DataView(script.buffer).setUint32(0, at);
      script[4] = value;
      return script;
    }),
    refusals: ["VM_ERROR", "WASM_CHECK"],
    attempt(script) {
      original ??= artifact(name);
      const wasm = flipped(original, script);
      checkWasm(wasm, { supportedFeatures: ["random"] });
      runHostile(wasm);
    },
  };
}

export const decoders: readonly Decoder[] = [
  {
    name: "wasm-engine: store-time check",
    seeds: fc.constant(SEED),
    refusals: ["WASM_CHECK"],
    attempt: (wasm) => void checkWasm(wasm, { supportedFeatures: [] }),
  },
  {
    name: "wasm-engine: module, instrumented and run",
    seeds: fc.constant(SEED),
    refusals: ["VM_ERROR"],
    attempt: runHostile,
  },
];

/** Slower: each input is a whole contract. A changed byte is often refused, so there is no well-formed input. */
export const contractDecoders: readonly Decoder[] = ["counter", "v010-echo"].map(changedContract);
