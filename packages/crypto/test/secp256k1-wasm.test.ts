/**
 * The inlined wasm is the registry package's file, byte for byte, and the generator reproduces the committed modules.
 * @module
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { SECP256K1_WASM_LENGTH, SECP256K1_WASM_SHA256 } from "../src/node/generated/secp256k1-wasm-facts.ts";
import { createSecp256k1Holder, secp256k1WasmBytes } from "../src/node/secp256k1-library.ts";

const generated = fileURLToPath(new URL("../src/node/generated", import.meta.url));
const script = fileURLToPath(new URL("../scripts/generate-secp256k1-wasm.mjs", import.meta.url));

it("inlines the package's wasm", () => {
  const entry = createRequire(import.meta.url).resolve("tiny-secp256k1");
  const folder = basename(dirname(entry)) === "cjs" ? dirname(dirname(entry)) : dirname(entry);
  const original = readFileSync(join(folder, "secp256k1.wasm"));
  const inlined = secp256k1WasmBytes();
  expect(Buffer.compare(original, inlined)).toBe(0);
  expect(inlined.length).toBe(SECP256K1_WASM_LENGTH);
  expect(createHash("sha256").update(inlined).digest("hex")).toBe(SECP256K1_WASM_SHA256);
});

it("regenerates to the committed modules", () => {
  const folder = mkdtempSync(join(tmpdir(), "enclavenet-crypto-wasm-"));
  try {
    execFileSync(process.execPath, [script, folder]);
    const names = readdirSync(generated).sort();
    expect(readdirSync(folder).sort()).toEqual(names);
    for (const name of names) {
      const same = readFileSync(join(folder, name)).equals(readFileSync(join(generated, name)));
      expect(same, name).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("replaces an instance that an exception went through, and clears the buffers after every use", () => {
  const withLibrary = createSecp256k1Holder();
  const first = withLibrary((library) => {
    library.privateKey.fill(1);
    return library;
  });
  expect(first.privateKey).toEqual(new Uint8Array(32));
  expect(withLibrary((library) => library === first)).toBe(true);
  // The library itself refuses an out-of-range signature: that exception passes through wasm frames.
  const refuse = () =>
    withLibrary((library) => {
      library.publicKey.set(Buffer.from("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", "hex"));
      library.signature.fill(0xff);
      return library.functions.verify(33, 1);
    });
  expect(refuse).toThrow(expect.objectContaining({ code: "CRYPTO_USAGE" }));
  expect(withLibrary((library) => library === first)).toBe(false);
});
