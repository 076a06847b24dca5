/**
 * A home as the first program wrote it, before homes had a format: the chain `fixture-1` with a counter that holds 42.
 *
 * `tests/fixtures/home-format-0.json.br` is a JSON object from path to content, one character per byte, in Latin-1, packed
 * with brotli. The contract's code is not in it: it is the artefact of this repository.
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { contractWasm, type Deployed } from "./localnet.ts";

const fixture = fileURLToPath(new URL("../fixtures/home-format-0.json.br", import.meta.url));

export const OLD_CHAIN_ID = "fixture-1";

export const OLD_COUNTER: Deployed = {
  codeId: 1,
  codeHash: "ee8ca52eb1e2e542a9fabc8308c5c2a193a591669f112675ea5db39610e87f07",
  address: "secret1mfk7n6mc2cg6lznujmeckdh4x0a5ezf6hx6y8q",
};

/** Height and app hash of the last header that the first program left. */
export const OLD_TIP = {
  height: 7,
  appHash: "2967F8347A165BBE87F04D94A955337F297208497208DD59BDBCAFC52A2C19CD",
};

/** Unpacks the home into `directory`. */
export function unpackOldHome(directory: string): void {
  const text = brotliDecompressSync(readFileSync(fixture)).toString("latin1");
  const files = JSON.parse(text) as Record<string, string>;
  files[`data/code/${OLD_COUNTER.codeHash}.wasm`] = Buffer.from(contractWasm("counter")).toString("latin1");
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, Buffer.from(content, "latin1"), { mode: 0o600 });
  }
}
