/**
 * The other side of emulated device files on disk: a process that quotes whatever is written, as the kernel and Gramine do. FIFOs
 * keep the order: a quote can be read only after its report data was taken.
 *
 *   node emulator.mjs sgx|tdx FOLDER MACHINE
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { sgxQuote, tdxQuote } from "../support/emulated-platform.ts";

const primitives = createNodePrimitives();
const [kind, folder = "", machine] = process.argv.slice(2);
const at = (name: string) => join(folder, name);

for (let generation = 1; ; generation++) {
  if (kind === "sgx") {
    const reportData = new Uint8Array(readFileSync(at("user_report_data")));
    writeFileSync(at("quote"), sgxQuote(primitives, reportData, {}, machine));
  } else {
    const reportData = new Uint8Array(readFileSync(at("inblob")));
    writeFileSync(at("generation"), `${generation}\n`);
    writeFileSync(at("outblob"), tdxQuote(primitives, reportData, {}, machine));
  }
}
