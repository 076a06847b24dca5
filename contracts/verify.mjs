/**
 * Checks the artefacts without the chain: `node contracts/verify.mjs`. Exit 1 when one of them would not be accepted.
 *
 * A contract must be listed with its checksum, have at most 300 kB, validate as MVP wasm, export one of the two
 * interfaces, import nothing but what that interface has (spec 03 §1.1), have exactly one memory without a maximum, use
 * no floats (spec 03 §2.2) and hold no path of the machine that built it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import wabtFactory from "wabt";

const artifacts = join(import.meta.dirname, "artifacts");
const largest = 300_000;

const crypto = [
  "secp256k1_verify",
  "secp256k1_recover_pubkey",
  "secp256k1_sign",
  "ed25519_verify",
  "ed25519_batch_verify",
  "ed25519_sign",
];
const state = ["db_read", "db_write", "db_remove"];
const interfaces = {
  cosmwasm_vm_version_3: {
    exports: ["init", "handle", "query", "allocate", "deallocate"],
    imports: [...state, "canonicalize_address", "humanize_address", "query_chain", ...crypto],
  },
  interface_version_8: {
    exports: ["instantiate", "execute", "query", "allocate", "deallocate"],
    imports: [
      ...[...state, "addr_validate", "addr_canonicalize", "addr_humanize", ...crypto],
      ...["dcap_quote_verify", "debug", "query_chain", "gas_evaporate", "check_gas"],
    ],
  },
};

const features = [
  ...["exceptions", "mutable_globals", "sat_float_to_int", "simd", "threads", "function_references", "multi_value"],
  ...[
    "tail_call",
    "bulk_memory",
    "reference_types",
    "memory64",
    "multi_memory",
    "extended_const",
    "relaxed_simd",
    "gc",
  ],
];
const wabt = await wabtFactory();

/** Text form; throws when the bytes need more than MVP and sign extension. */
function textOf(bytes) {
  const off = Object.fromEntries(features.map((feature) => [feature, false]));
  const module = wabt.readWasm(bytes, { readDebugNames: false, ...off, sign_extension: true });
  try {
    module.validate();
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}

/** What is wrong with imports and exports. */
function interfaceProblems(module) {
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  const marker = Object.keys(interfaces).find((name) => exported.has(name));
  if (marker === undefined) return ["exports neither interface"];
  const allowed = interfaces[marker];
  const missing = allowed.exports.filter((name) => !exported.has(name)).map((name) => `does not export ${name}`);
  const foreign = WebAssembly.Module.imports(module)
    .filter(({ module: from, name, kind }) => from !== "env" || kind !== "function" || !allowed.imports.includes(name))
    .map(({ module: from, name }) => `imports ${from}.${name}`);
  return [...missing, ...foreign];
}

/** What is wrong with memory, start function and opcodes. */
function codeProblems(bytes) {
  const problems = [];
  const lines = textOf(bytes).split("\n");
  const memories = lines.filter((line) => /^ *\(memory /.test(line));
  if (memories.length !== 1) problems.push(`has ${memories.length} memories`);
  if (!memories.every((line) => /^ *\(memory \(;0;\) \d+\)+$/.test(line))) problems.push("has a maximum of memory");
  if (lines.some((line) => /^ *\(start /.test(line))) problems.push("has a start function");
  if (lines.some((line) => /\bf(32|64)\b/.test(line) && !/^ *\(data /.test(line))) problems.push("uses floats");
  return problems;
}

/** The same for bytes that are no such module at all. */
function moduleProblems(bytes) {
  try {
    return [...interfaceProblems(new WebAssembly.Module(bytes)), ...codeProblems(bytes)];
  } catch (error) {
    return [`is not MVP wasm: ${error.message.trim().split("\n").at(-1)}`];
  }
}

function problemsOf(bytes, sum) {
  const problems = [];
  if (createHash("sha256").update(bytes).digest("hex") !== sum) problems.push("differs from its checksum");
  if (bytes.length > largest) problems.push(`has ${bytes.length} bytes`);
  if (/\/(root|home|work|tmp|Users|builds?)\//.test(bytes.toString("latin1"))) problems.push("holds a machine's path");
  return [...problems, ...moduleProblems(bytes)];
}

let failed = false;
for (const line of readFileSync(join(artifacts, "checksums.sha256"), "utf8").trim().split("\n")) {
  const [sum, name] = line.split("  ");
  // In a buffer of its own: wabt reads from the start of the memory below a view.
  const bytes = Buffer.from(Uint8Array.from(readFileSync(join(artifacts, name))).buffer);
  const problems = problemsOf(bytes, sum);
  failed ||= problems.length > 0;
  process.stdout.write(`${name}: ${problems.length === 0 ? `good, ${bytes.length} bytes` : problems.join("; ")}\n`);
}
process.exitCode = failed ? 1 : 0;
