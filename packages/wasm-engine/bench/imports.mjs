/**
 * Every import with small and large arguments, over the enclave's own backend, against a chain that answers at once: nanoseconds
 * per wasm gas, to be held against the CPU loop. Gas must bound time: an import that is far slower per gas than computing is a
 * way to stop a node (spec 06 §0b.3).
 *
 * The price is the wasm gas and 1000 for each SDK gas that the chain's store takes. Once a call has used its allowance of host
 * work, it must have spent a gas for each unit, too (`src/runtime/host-work.ts`): `ratioBeyond` is the ratio from there on.
 * @module
 */
import { createHostCrypto, SecretBytes } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { call, compileModule, InstancePool } from "@enclavenet/wasm-engine";
import { encodeBech32 } from "@enclavenet/wire";
import { loadSources } from "../../../scripts/lib/load-sources.mjs";
import { assemble, fastest } from "./tools.mjs";

const { hostAddresses, KvCache, queryChain, sourceSecrets, StateCipher, work } = await loadSources(`
  export { SecretBytes as sourceSecrets, StateCipher } from "./packages/crypto/src/index.ts";
  export { hostAddresses } from "./packages/enclave/src/contract-engine/addresses.ts";
  export { KvCache } from "./packages/enclave/src/contract-engine/kv-cache.ts";
  export { queryChain } from "./packages/enclave/src/contract-engine/query-chain.ts";
  export * as work from "./packages/wasm-engine/src/runtime/host-work.ts";
`);

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
const BALANCE = `{"bank":{"balance":{"address":"${address}","denom":"uscrt"}}}`;

const CALL = work.WORK_PER_HOST_CALL;
const name64 = 64 * KIB + (64 * KIB - work.SHORT_NAME_BYTES) * work.WORK_PER_LONG_NAME_BYTE;
/** Units of a query of so many bytes and its answer. */
const query = (bytes, answer) => work.WORK_PER_QUERY + bytes * work.WORK_PER_QUERY_BYTE + answer;
/** Units of a message that is hashed. */
const hashed = (bytes) => bytes * work.WORK_PER_MESSAGE_BYTE + CALL;
const addressUnits = (bytes) => bytes * work.WORK_PER_ADDRESS_BYTE + 2 * CALL;
const numbers = `[${"1,".repeat(8 * KIB)}1]`;

/** Name, import, arguments (bytes become regions, numbers stay), calls per run, units of host work. */
const CASES = [
  ["db_read, own write of 32 B", "db_read", [text("key")], 4_000, CALL + 35],
  ["db_read, own write of 64 KiB", "db_read", [text("large")], 200, CALL + 64 * KIB],
  ["db_read, missing", "db_read", [text("missing")], 4_000, CALL + 7],
  ["db_read, missing, key of 64 KiB", "db_read", [bytes(64 * KIB)], 3, CALL + name64],
  ["db_write, 32 B", "db_write", [text("written"), bytes(32)], 4_000, CALL + 7 * work.WORK_PER_KEY_BYTE + 32],
  [
    "db_write, empty, key of 64 KiB",
    "db_write",
    [bytes(64 * KIB), new Uint8Array(0)],
    3,
    CALL + 64 * KIB * work.WORK_PER_KEY_BYTE,
  ],
  ["db_remove", "db_remove", [text("removed")], 4_000, CALL + 7],
  ["query_chain, balance", "query_chain", [text(BALANCE)], 300, query(BALANCE.length, 20)],
  ["query_chain, refused", "query_chain", [text("{}")], 300, query(2, 85)],
  ["query_chain, refused, list of 16 KiB", "query_chain", [text(numbers)], 4, query(16 * KIB, 22 * KIB)],
  ["canonicalize_address", "canonicalize_address", [text(address), ROOM], 2_000, addressUnits(45)],
  ["humanize_address", "humanize_address", [bytes(20), ROOM], 2_000, addressUnits(20)],
  ["addr_canonicalize", "addr_canonicalize", [text(address), ROOM], 2_000, addressUnits(45)],
  ["addr_humanize", "addr_humanize", [bytes(20), ROOM], 2_000, addressUnits(20)],
  ["addr_validate", "addr_validate", [text(address)], 2_000, addressUnits(45)],
  ["addr_validate, 64 KiB", "addr_validate", [text("q".repeat(64 * KIB))], 7, addressUnits(64 * KIB)],
  ["debug", "debug", [text("text")], 100_000, 0],
  ["secp256k1_verify", "secp256k1_verify", [secp.message, secp.signature, secp.publicKey], 20, CALL],
  ["secp256k1_verify, false", "secp256k1_verify", [bytes(32, 3), secp.signature, secp.publicKey], 20, CALL],
  ["secp256k1_recover_pubkey", "secp256k1_recover_pubkey", [secp.message, secp.signature, 0], 20, CALL + 33],
  ["secp256k1_sign", "secp256k1_sign", [bytes(100), secp.key], 20, hashed(100)],
  ["ed25519_verify", "ed25519_verify", [ed.message, ed.signature, ed.publicKey], 20, hashed(32)],
  [
    "ed25519_verify, 64 KiB",
    "ed25519_verify",
    [edLong.message, edLong.signature, edLong.publicKey],
    20,
    hashed(64 * KIB),
  ],
  ["ed25519_verify, false", "ed25519_verify", [bytes(32, 3), ed.signature, ed.publicKey], 10, hashed(32)],
  [
    "ed25519_batch_verify, 8",
    "ed25519_batch_verify",
    [list([ed.message]), list(Array(8).fill(ed.signature)), list(Array(8).fill(ed.publicKey))],
    5,
    hashed(8 * 32) + 8 * 104,
  ],
  ["ed25519_sign", "ed25519_sign", [bytes(100), ed.seed], 20, hashed(100)],
  ["check_gas", "check_gas", [], 20_000, 0],
  ["gas_evaporate, least", "gas_evaporate", [0], 20_000, 0],
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

/** SDK gas of a store's read and removal, and of a byte of the key (docs/protocol/gas.md), which is longer by this much. */
const STORE_GAS = 100;
const KEY_OVERHEAD = 21;
/** What a bank balance costs on a chain, about. */
const BALANCE_GAS = 1_000n;

/** A chain that has no records of the contract and answers every query; `spent.sdkGas` sums up what it takes. */
function chain(spent) {
  const taking = (gas) => {
    spent.sdkGas += gas;
    return BigInt(gas);
  };
  return {
    read: ({ key, legacyKey }) => ({
      stored: undefined,
      sdkGas: taking(2 * (STORE_GAS + KEY_OVERHEAD) + key.length + legacyKey.length),
    }),
    remove: () => ({ sdkGas: taking(2 * STORE_GAS) }),
    queryChain: () => ({ response: text('{"Ok":{"Ok":"e30="}}'), sdkGas: BigInt(taking(Number(BALANCE_GAS))) }),
  };
}

/** The enclave's backend as an `execute` has it. */
function backend(spent) {
  const secret = (byte) => sourceSecrets.from(new Uint8Array(32).fill(byte));
  const host = chain(spent);
  const cache = new KvCache(new StateCipher(primitives, [secret(1), secret(2)], bytes(64)), host);
  cache.write(text("key"), bytes(32));
  cache.write(text("large"), bytes(64 * KIB));
  const header = { nonce: bytes(32), userPublicKey: bytes(32) };
  const context = { primitives, host, txKey: secret(3), header, depth: 1 };
  return {
    read(key) {
      const { value, sdkGas } = cache.read(key);
      return { value, externalGas: sdkGas * 1_000n };
    },
    write: (key, value) => cache.write(key, value),
    remove: (key) => ({ externalGas: cache.remove(key).sdkGas * 1_000n }),
    query: (request, gas) => queryChain(context, request, gas),
    crypto: createHostCrypto(primitives),
    addresses: hostAddresses,
  };
}

const pool = new InstancePool();

/** One run of a contract, and what it is paid with: wasm gas that is left no more, and SDK gas of the chain. */
function runner(imported, args, count) {
  const module = compileModule(assemble(contract(imported, args, count)));
  const gasLimit = 2n ** 62n;
  const spent = { sdkGas: 0 };
  const own = backend(spent);
  return () => {
    spent.sdkGas = 0;
    const request = {
      entry: "query",
      env: Uint8Array.of(1),
      msg: Uint8Array.of(1),
      gasLimit,
      backend: own,
      readOnly: false,
    };
    const outcome = call(module, request, pool);
    if (outcome.error !== undefined) throw outcome.error;
    return Number(gasLimit - outcome.gas.remaining) + 1_000 * spent.sdkGas;
  };
}

/** Figures of all imports; `loopNsPerGas` is what they are held against. */
export function importFigures(loopNsPerGas) {
  return CASES.map(([name, imported, args, count, units]) => {
    // A call with one import more says what an import takes, without what a call takes.
    const [one, many] = [runner(imported, args, 1), runner(imported, args, count + 1)];
    const price = (many() - one()) / count;
    // Optimising compilers work in the background: long enough for them to have finished.
    const until = performance.now() + WARM_UP_MS;
    while (performance.now() < until) many();
    const [least, most] = fastest(9, [one, many]);
    const us = ((most - least) * 1000) / count;
    const ratio = (gas) => (us * 1000) / gas / loopNsPerGas;
    return { import: name, us, price, units, ratio: ratio(price), ratioBeyond: ratio(Math.max(price, units)) };
  });
}
