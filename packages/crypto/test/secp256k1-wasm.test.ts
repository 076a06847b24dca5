/**
 * The inlined wasm is a module that imports nothing, and what it does with arguments that libsecp256k1 calls illegal.
 * That it is what its sources compile to is for `scripts/build-secp256k1-wasm.mjs --check`, where the compiler is.
 * @module
 */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { SECP256K1_WASM_SHA256 } from "../src/node/generated/secp256k1-wasm.ts";
import { createSecp256k1Holder, secp256k1WasmBytes } from "../src/node/secp256k1-library.ts";

/** The parts of the embedding that no other file needs. */
interface Modules {
  readonly Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): object[];
    exports(module: object): { readonly name: string }[];
  };
}

it("is the module of that hash, imports nothing and exports what the loader calls", () => {
  const bytes = secp256k1WasmBytes();
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(SECP256K1_WASM_SHA256);
  const { Module } = (globalThis as unknown as { readonly WebAssembly: Modules }).WebAssembly;
  const module = new Module(bytes);
  expect(Module.imports(module)).toEqual([]);
  const names = ["block", "convert", "memory", "publicKeyOf", "recover", "sign", "start", "verify"];
  expect(
    Module.exports(module)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(names);
});

it("replaces an instance that an exception went through, and clears the block after every use", () => {
  const withLibrary = createSecp256k1Holder();
  const first = withLibrary((library) => {
    library.privateKey.fill(1);
    return library;
  });
  expect(first.privateKey).toEqual(new Uint8Array(32));
  expect(withLibrary((library) => library === first)).toBe(true);
  // There is no recovery id 4: a trap, which passes through wasm frames.
  expect(() => withLibrary((library) => library.functions.recover(33, 4))).toThrow("unreachable");
  expect(withLibrary((library) => library === first)).toBe(false);
});

it("calls nothing good of a signature whose scalars are out of range", () => {
  const generator = Buffer.from("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", "hex");
  const withLibrary = createSecp256k1Holder();
  for (const scalars of [new Uint8Array(64), new Uint8Array(64).fill(0xff)]) {
    const results = withLibrary(({ functions, publicKey, signature }) => {
      publicKey.set(generator);
      signature.set(scalars);
      return [functions.verify(33), ...[0, 1, 2, 3].map((id) => functions.recover(33, id))];
    });
    expect(results).toEqual([0, 0, 0, 0, 0]);
  }
});
