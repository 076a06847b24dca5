/**
 * Loader of libsecp256k1 as wasm: inlined bytes, compiled when first used, called through fixed buffers in its memory.
 *
 * Why wasm: faster than JavaScript five times over, constant time where it signs, one file with the bundle, no native
 * addon (spec 06 §0b.4).
 * SECURITY: the library reports bad arguments by calling out, and an exception thrown through wasm frames leaves its
 * stack pointer behind. Callers check arguments first; should it happen all the same, the instance is thrown away.
 * @module
 */
import { randomBytes } from "node:crypto";
import { cryptoUsageError } from "../errors.ts";
import { SECP256K1_WASM_PART_1 } from "./generated/secp256k1-wasm-part-1.ts";
import { SECP256K1_WASM_PART_2 } from "./generated/secp256k1-wasm-part-2.ts";
import { V8, type WasmGlobal, type WasmMemory, type WasmModule } from "./v8.ts";

/** Exports of the module that are used here. Counts are in bytes, results 1 for good. */
interface LibraryExports {
  readonly memory: WasmMemory;
  readonly PRIVATE_INPUT: WasmGlobal;
  readonly PUBLIC_KEY_INPUT: WasmGlobal;
  readonly HASH_INPUT: WasmGlobal;
  readonly SIGNATURE_INPUT: WasmGlobal;
  initializeContext(): void;
  isPoint(length: number): number;
  pointCompress(inputLength: number, outputLength: number): void;
  pointFromScalar(outputLength: number): number;
  sign(withExtraData: number): void;
  verify(publicKeyLength: number, strict: number): number;
  recover(outputLength: number, recoveryId: number): number;
}

/** Longest public key. */
const PUBLIC_KEY_SPACE = 65;

/** A running library: its functions and the places where arguments and results lie. */
export interface Secp256k1Library {
  readonly functions: LibraryExports;
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

let compiled: WasmModule | undefined;

/** The inlined wasm file. */
export function secp256k1WasmBytes(): Uint8Array {
  return new Uint8Array(Buffer.from(SECP256K1_WASM_PART_1 + SECP256K1_WASM_PART_2, "base64"));
}

function instantiate(): Secp256k1Library {
  compiled ??= new V8.Module(secp256k1WasmBytes());
  const imports = {
    // Blinding of the signing context; results do not depend on it.
    "./rand.js": { generateInt32: () => randomBytes(4).readInt32BE(0) },
    "./validate_error.js": {
      throwError(code: number) {
        throw cryptoUsageError(`libsecp256k1 refused an argument (${code})`);
      },
    },
  };
  const instance = new V8.Instance(compiled, imports);
  const functions = instance.exports as unknown as LibraryExports;
  functions.initializeContext();
  const place = (pointer: WasmGlobal, length: number) => new Uint8Array(functions.memory.buffer, pointer.value, length);
  return {
    functions,
    privateKey: place(functions.PRIVATE_INPUT, 32),
    publicKey: place(functions.PUBLIC_KEY_INPUT, PUBLIC_KEY_SPACE),
    digest: place(functions.HASH_INPUT, 32),
    signature: place(functions.SIGNATURE_INPUT, 64),
  };
}

/** Runs `use` with the library and clears all its buffers afterwards. The instance is shared within the thread. */
export type WithSecp256k1 = <T>(use: (library: Secp256k1Library) => T) => T;

/** A holder of one instance, made when first used and replaced after an exception. */
export function createSecp256k1Holder(): WithSecp256k1 {
  let library: Secp256k1Library | undefined;
  return (use) => {
    library ??= instantiate();
    const { privateKey, publicKey, digest, signature } = library;
    try {
      return use(library);
    } catch (error) {
      library = undefined;
      throw error;
    } finally {
      privateKey.fill(0);
      publicKey.fill(0);
      digest.fill(0);
      signature.fill(0);
    }
  };
}
