/**
 * Every import with small and large arguments: nanoseconds per wasm gas, to be held against the CPU loop. Gas must bound
 * time: an import that is far slower per gas than computing is a way to stop a node (spec 06 §0b.3).
 * @module
 */
import { byteName } from "@enclavenet/common";
import { createHostCrypto, SecretBytes } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { call, compileModule, InstancePool } from "@enclavenet/wasm-engine";
import { encodeBech32, tryDecodeBech32 } from "@enclavenet/wire";
import { assemble, fastest } from "./tools.mjs";

const primitives = createNodePrimitives();
const KIB = 1024;
const WARM_UP_MS = 400;
const bytes = (length, seed = 1) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff);
const text = (value) => new TextEncoder().encode(value);

function secpArguments() {
  const key = SecretBytes.from(bytes(32, 7));
  const message = bytes(32);
  const signature = primitives.secp256k1Sign(message, key);
  return { key: bytes(32, 7), message, signature, publicKey: primitives.secp256k1PublicKey(key) };
}

function edArguments(length) {
  const seed = SecretBytes.from(bytes(32, 9));
  const message = bytes(length);
  const signature = primitives.ed25519Sign(message, seed);
  return { seed: bytes(32, 9), message, signature, publicKey: primitives.ed25519PublicKey(seed) };
}

function list(items) {
  return Buffer.concat(
    items.map((item) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(item.length);
      return Buffer.concat([item, length]);
    }),
  );
}

const secp = secpArguments();
const ed = edArguments(32);
const edLong = edArguments(64 * KIB);
const address = encodeBech32("secret", bytes(20));
const ROOM = new Uint8Array(128);

/** Name, import, arguments (bytes become regions, numbers stay), calls per run. */
const CASES = [
  ["db_read, in the write cache, 32 B", "db_read", [text("key")], 2_000],
  ["db_read, in the write cache, 64 KiB", "db_read", [text("large")], 200],
  ["db_read, missing", "db_read", [text("missing")], 2_000],
  ["db_read, key of 64 KiB", "db_read", [bytes(64 * KIB)], 3],
  ["db_write, 32 B", "db_write", [text("written"), bytes(32)], 2_000],
  ["db_write, empty, key of 64 KiB", "db_write", [bytes(64 * KIB), new Uint8Array(0)], 3],
  ["db_remove", "db_remove", [text("removed")], 2_000],
  ["query_chain, minimal", "query_chain", [text("{}")], 2_000],
  ["canonicalize_address", "canonicalize_address", [text(address), ROOM], 1_000],
  ["humanize_address", "humanize_address", [bytes(20), ROOM], 1_000],
  ["addr_canonicalize", "addr_canonicalize", [text(address), ROOM], 1_000],
  ["addr_humanize", "addr_humanize", [bytes(20), ROOM], 1_000],
  ["addr_validate", "addr_validate", [text(address)], 1_000],
  ["addr_validate, 64 KiB", "addr_validate", [text("q".repeat(64 * KIB))], 50],
  ["debug", "debug", [text("text")], 2_000],
  ["secp256k1_verify", "secp256k1_verify", [secp.message, secp.signature, secp.publicKey], 20],
  ["secp256k1_verify, false", "secp256k1_verify", [bytes(32, 3), secp.signature, secp.publicKey], 20],
  ["secp256k1_recover_pubkey", "secp256k1_recover_pubkey", [secp.message, secp.signature, 0], 20],
  ["secp256k1_sign", "secp256k1_sign", [bytes(100), secp.key], 20],
  ["ed25519_verify", "ed25519_verify", [ed.message, ed.signature, ed.publicKey], 20],
  ["ed25519_verify, 64 KiB", "ed25519_verify", [edLong.message, edLong.signature, edLong.publicKey], 20],
  ["ed25519_verify, false", "ed25519_verify", [bytes(32, 3), ed.signature, ed.publicKey], 10],
  [
    "ed25519_batch_verify, 8",
    "ed25519_batch_verify",
    [list([ed.message]), list(Array(8).fill(ed.signature)), list(Array(8).fill(ed.publicKey))],
    5,
  ],
  ["ed25519_sign", "ed25519_sign", [bytes(100), ed.seed], 20],
  ["check_gas", "check_gas", [], 5_000],
  ["gas_evaporate, least", "gas_evaporate", [0], 5_000],
];

const SIGNATURES = {
  check_gas: "(result i64)",
  secp256k1_recover_pubkey: "(param i32 i32 i32) (result i64)",
  secp256k1_sign: "(param i32 i32) (result i64)",
  ed25519_sign: "(param i32 i32) (result i64)",
  db_write: "(param i32 i32)",
  db_remove: "(param i32)",
  debug: "(param i32)",
};

const escaped = (content) => [...content].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
const word = (value) => escaped(new Uint8Array(Uint32Array.of(value).buffer));

/** A contract whose query calls the import `count` times; its allocator hands out one place of 128 KiB again and again. */
function contract(name, args, count) {
  const signature = SIGNATURES[name] ?? `(param ${args.map(() => "i32").join(" ")}) (result i32)`;
  const data = [];
  const params = args.map((arg, i) => {
    if (typeof arg === "number") return `i32.const ${arg}`;
    const content = 0x40000 + i * 0x20000;
    data.push(
      `(data (i32.const ${64 + i * 16}) "${word(content)}${word(Math.max(arg.length, 128))}${word(arg.length)}")`,
    );
    data.push(`(data (i32.const ${content}) "${escaped(arg)}")`);
    return `i32.const ${64 + i * 16}`;
  });
  const drop = signature.includes("result") ? "drop" : "";
  return `(module (import "env" "${name}" (func $import ${signature})) (memory 16)
    (data (i32.const 16) "${word(0x20000)}${word(0x20000)}${word(0)}") ${data.join("\n")}
    (func (export "interface_version_8")) (func (export "allocate") (param i32) (result i32) i32.const 16)
    (func (export "query") (param i32 i32) (result i32) (local $n i32)
      i32.const ${count} local.set $n
      loop ${params.join(" ")} call $import ${drop}
        local.get $n i32.const 1 i32.sub local.tee $n br_if 0 end
      i32.const 16))`;
}

/** State as the enclave's write cache has it; nothing crosses a boundary, so external gas is 0. */
function backend() {
  const state = new Map([
    ["key", bytes(32)],
    ["large", bytes(64 * KIB)],
  ]);
  return {
    read: (key) => ({ value: state.get(byteName(key)), externalGas: 0n }),
    write: (key, value) => void state.set(byteName(key), value),
    remove(key) {
      state.delete(byteName(key));
      return { externalGas: 0n };
    },
    query: () => ({ response: text('{"Ok":{"Ok":"e30="}}'), externalGas: 0n }),
    crypto: createHostCrypto(primitives),
    addresses: {
      decode(value) {
        const decoded = tryDecodeBech32(value);
        return "failure" in decoded ? { error: "invalid" } : { prefix: decoded.prefix, bytes: decoded.data };
      },
      encode: encodeBech32,
    },
  };
}

const pool = new InstancePool();

/** Figures of all imports; `loopNsPerGas` is what they are held against. */
export function importFigures(loopNsPerGas) {
  return CASES.map(([name, imported, args, count]) => {
    const module = compileModule(assemble(contract(imported, args, count)));
    const request = {
      entry: "query",
      env: Uint8Array.of(1),
      msg: Uint8Array.of(1),
      gasLimit: 2n ** 62n,
      backend: backend(),
      readOnly: false,
    };
    const run = () => {
      const outcome = call(module, request, pool);
      if (outcome.error !== undefined) throw outcome.error;
      return outcome.gas.used;
    };
    const gas = Number(run()) / count;
    // Optimising compilers work in the background: long enough for them to have finished.
    const until = performance.now() + WARM_UP_MS;
    while (performance.now() < until) run();
    const us = (fastest(9, [run])[0] * 1000) / count;
    const nsPerGas = (us * 1000) / gas;
    return { import: name, us, gas, nsPerGas, ratio: nsPerGas / loopNsPerGas };
  });
}
