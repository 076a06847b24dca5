/**
 * Loader of libsecp256k1 as wasm: inlined bytes, compiled when first used, called through one block of its memory.
 *
 * Why wasm: a third slower than native code, constant time where it signs, one file with the bundle, no native addon
 * (spec 06 §0b.4). What the module does is in `secp256k1/library.c`.
 * SECURITY: an argument that the library calls illegal traps, which leaves its stack pointer behind: the instance is thrown
 * away then.
 * @module
 */
import { randomBytes } from "node:crypto";
import { cryptoUsageError } from "../errors.ts";
import { SECP256K1_WASM } from "./generated/secp256k1-wasm.ts";
import { V8, type WasmMemory, type WasmModule } from "./v8.ts";

/** Exports of the module. Lengths are in bytes; results are 1 for good. */
interface LibraryExports {
  readonly memory: WasmMemory;
  /** Address of the block. */
  block(): number;
  start(): number;
  publicKeyOf(length: number): number;
  convert(length: number, wanted: number): number;
  verify(publicKeyLength: number): number;
  recover(length: number, recoveryId: number): number;
  sign(): number;
}

/** A running library: its functions and the places where arguments and results lie. */
export interface Secp256k1Library {
  readonly functions: LibraryExports;
  readonly privateKey: Uint8Array;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  /** Room for the longest form. */
  readonly publicKey: Uint8Array;
}

let compiled: WasmModule | undefined;

/** The inlined wasm file. */
export function secp256k1WasmBytes(): Uint8Array {
  return new Uint8Array(Buffer.from(SECP256K1_WASM, "base64"));
}

function instantiate(): Secp256k1Library {
  compiled ??= new V8.Module(secp256k1WasmBytes());
  const functions = new V8.Instance(compiled, {}).exports as unknown as LibraryExports;
  const block = functions.block();
  const place = (offset: number, length: number) => new Uint8Array(functions.memory.buffer, block + offset, length);
  const library = {
    functions,
    privateKey: place(0, 32),
    digest: place(32, 32),
    signature: place(64, 64),
    publicKey: place(128, 65),
  };
  // Blinding of the signing context; results do not depend on it.
  library.privateKey.set(randomBytes(32));
  if (functions.start() !== 1) throw cryptoUsageError("libsecp256k1 does not start");
  return library;
}

/** Runs `use` with the library and clears the block afterwards. The instance is shared within the thread. */
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
