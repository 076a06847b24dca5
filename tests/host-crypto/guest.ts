/**
 * A contract that hands the bytes of its message to one of the crypto imports, in both interfaces, run on the engine with the
 * enclave's own cryptography.
 *
 * Message: table index of the import, mode, four bytes unused, three u32 lengths, then the three arguments. The import is
 * called through a table, beside functions of the same type that do nothing: every call costs the same apart from the import,
 * so that the import's own charge is a difference.
 * @module
 */
import { createHostCrypto } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { type Backend, type CallOutcome, call, checkWasm, compileModule, InstancePool } from "@enclavenet/wasm-engine";
import { assemble } from "../../packages/wasm-engine/test/support/wat.ts";

export const primitives = createNodePrimitives();

/** The imports in the order of the table; `none…` are the functions that do nothing. */
const TABLE = [
  ...["secp256k1_verify", "ed25519_verify", "ed25519_batch_verify", "none_three"],
  ...["secp256k1_recover_pubkey", "none_param", "secp256k1_sign", "ed25519_sign", "dcap_quote_verify", "none_two"],
] as const;
export type CryptoImport = Exclude<(typeof TABLE)[number], `none${string}`>;
export type Abi = "v0.10" | "v1";

const TYPES = { three: "(param i32 i32 i32) (result i32)", param: "(param i32 i32 i32) (result i64)" };
const TWO = "(param i32 i32) (result i64)";
const I32_IMPORTS = ["secp256k1_verify", "ed25519_verify", "ed25519_batch_verify"];

function typeOf(name: string): "three" | "param" | "two" {
  if (I32_IMPORTS.includes(name) || name === "none_three") return "three";
  return name === "secp256k1_recover_pubkey" || name === "none_param" ? "param" : "two";
}

/** The function of the same type that does nothing. */
const idle = (name: CryptoImport): (typeof TABLE)[number] => `none_${typeOf(name)}`;

/** Where an i64 import puts the region: what it wrote is returned by mode 1, the raw result by mode 0. */
const AFTER = `(i64.store (i32.const 112) (local.get $r))
  (if (result i32) (i32.load8_u offset=1 (local.get $d)) (then (i32.wrap_i64 (local.get $r))) (else (i32.const 96)))`;

/** The first argument: its region, or the null pointer. */
const FIRST = "(i32.mul (i32.const 16) (i32.eqz (i32.load8_u offset=2 (local.get $d))))";

const RUN = `(func $run (param $msg i32) (result i32) (local $d i32) (local $r i64)
  (local.set $d (i32.load (local.get $msg)))
  (i32.store (i32.const 16) (i32.add (local.get $d) (i32.const 20)))
  (i32.store (i32.const 24) (i32.load offset=8 (local.get $d)))
  (i32.store (i32.const 32) (i32.add (i32.load (i32.const 16)) (i32.load (i32.const 24))))
  (i32.store (i32.const 40) (i32.load offset=12 (local.get $d)))
  (i32.store (i32.const 48) (i32.add (i32.load (i32.const 32)) (i32.load (i32.const 40))))
  (i32.store (i32.const 56) (i32.load offset=16 (local.get $d)))
  (local.set $r (if (result i64) (i32.lt_u (i32.load8_u (local.get $d)) (i32.const 4))
    (then (i64.extend_i32_u (call_indirect (type $three) ${FIRST} (i32.const 32) (i32.const 48)
      (i32.load8_u (local.get $d)))))
    (else (if (result i64) (i32.lt_u (i32.load8_u (local.get $d)) (i32.const 6))
      (then (call_indirect (type $param) ${FIRST} (i32.const 32) (i32.load (i32.const 56))
        (i32.load8_u (local.get $d))))
      (else (call_indirect (type $two) ${FIRST} (i32.const 32) (i32.load8_u (local.get $d))))))))
  ${AFTER})`;

const ALLOCATE = `(func (export "allocate") (param $n i32) (result i32) (local $p i32)
  (local.set $p (global.get $heap))
  (i32.store (local.get $p) (i32.add (local.get $p) (i32.const 12)))
  (i32.store offset=4 (local.get $p) (local.get $n))
  (i32.store offset=8 (local.get $p) (i32.const 0))
  (global.set $heap (i32.add (i32.add (local.get $p) (i32.const 12)) (local.get $n)))
  (local.get $p))`;
/** Instructions of the allocator: what an import pays for the region it makes. */
export const ALLOCATE_GAS = 2n * 20n;

const ENTRIES: Record<Abi, string> = {
  v1: `(func (export "interface_version_8"))
    (func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 96))
    (func (export "query") (param $env i32) (param $msg i32) (result i32)
      (call $run (local.get $msg)))`,
  "v0.10": `(func (export "cosmwasm_vm_version_3"))
    (func (export "init") (param i32 i32) (result i32) (i32.const 96))
    (func (export "handle") (param i32 i32) (result i32) (i32.const 96))
    (func (export "query") (param $msg i32) (result i32)
      (call $run (local.get $msg)))`,
};

function moduleText(abi: Abi): string {
  // The older interface does not know dcap_quote_verify (spec 03 §1.1).
  const absent = (name: string) => name.startsWith("none") || (abi === "v0.10" && name === "dcap_quote_verify");
  const imported = TABLE.filter((name) => !absent(name));
  const imports = imported.map((name) => `(import "env" "${name}" (func $${name} (type $${typeOf(name)})))`);
  const table = TABLE.map((name) => `$${absent(name) && !name.startsWith("none") ? "none_two" : name}`).join(" ");
  return `(module (type $three (func ${TYPES.three})) (type $param (func ${TYPES.param})) (type $two (func ${TWO}))
    ${imports.join("\n")}
    (memory (export "memory") 8) (global $heap (mut i32) (i32.const 4096))
    (data (i32.const 96) "\\70\\00\\00\\00\\08\\00\\00\\00\\08\\00\\00\\00")
    (table ${TABLE.length} funcref) (elem (i32.const 0) ${table})
    (func $none_three (type $three) i32.const 0) (func $none_param (type $param) i64.const 0)
    (func $none_two (type $two) i64.const 0)
    (func (export "deallocate") (param i32))
    ${ALLOCATE} ${RUN} ${ENTRIES[abi]})`;
}
const NONE_GAS = 2n;

function backend(): Backend {
  const unused = (): never => {
    throw new Error("the contract only uses cryptography");
  };
  return {
    ...{ read: unused, write: unused, remove: unused, query: unused },
    addresses: { decode: unused, encode: unused },
    crypto: createHostCrypto(primitives),
  };
}

/** What an import answered, and the gas that it charged itself. */
export interface Answer {
  readonly outcome: CallOutcome;
  /** The raw result. */
  readonly result: bigint;
  readonly charged: bigint;
}

const GAS_LIMIT = 1_000_000_000n;

/** How an import is called. */
export interface How {
  readonly gasLimit?: bigint;
  /** The first argument is the null pointer. */
  readonly nullPointer?: boolean;
  /** Returns the region that the import made. */
  readonly region?: boolean;
}

export type Arguments = readonly [Uint8Array, Uint8Array, (Uint8Array | number)?];

function messageOf(index: number, [a, b, c = 0]: Arguments, { nullPointer = false, region = false }: How): Uint8Array {
  const rest = typeof c === "number" ? new Uint8Array(0) : c;
  const out = new Uint8Array(20 + a.length + b.length + rest.length);
  const view = new DataView(out.buffer);
  out.set([index, region ? 1 : 0, nullPointer ? 1 : 0]);
  for (const [i, n] of [a.length, b.length, typeof c === "number" ? c : c.length].entries()) {
    view.setUint32(8 + 4 * i, n, true);
  }
  out.set(a, 20);
  out.set(b, 20 + a.length);
  out.set(rest, 20 + a.length + b.length);
  return out;
}

/** The contract in one interface. */
export class CryptoGuest {
  readonly #module;
  readonly #instances = new InstancePool("pooled");
  readonly #backend = backend();

  constructor(abi: Abi) {
    const wasm = assemble(moduleText(abi));
    const { apiVersion } = checkWasm(wasm, { supportedFeatures: [] });
    if (apiVersion !== abi) throw new Error(`the chain stores this as ${apiVersion}`);
    this.#module = compileModule(wasm);
  }

  #run(name: (typeof TABLE)[number], args: Arguments, how: How): CallOutcome {
    const request = {
      ...({ entry: "query", env: new Uint8Array(1), msg: messageOf(TABLE.indexOf(name), args, how) } as const),
      ...{ gasLimit: how.gasLimit ?? GAS_LIMIT, backend: this.#backend, readOnly: true },
    };
    return call(this.#module, request, this.#instances);
  }

  /** Calls an import with these bytes. */
  call(name: CryptoImport, args: Arguments, how: How = {}): Answer {
    const outcome = this.#run(name, args, how);
    const { output } = outcome;
    const raw = output !== undefined && how.region !== true;
    return {
      outcome,
      result: raw ? new DataView(output.buffer, output.byteOffset).getBigUint64(0, true) : -1n,
      charged: outcome.gas.used - this.without(name, args),
    };
  }

  /** Calls ed25519_batch_verify with these lists. */
  batch(messages: readonly Uint8Array[], signatures: readonly Uint8Array[], keys: readonly Uint8Array[]): Answer {
    return this.call("ed25519_batch_verify", [sections(messages), sections(signatures), sections(keys)]);
  }

  /** What the same call costs apart from the import. */
  without(name: CryptoImport, args: Arguments): bigint {
    return this.#run(idle(name), args, {}).gas.used - NONE_GAS;
  }

  /** The bytes that an import makes; undefined when it answers a code. */
  bytes(name: CryptoImport, args: Arguments): Uint8Array | undefined {
    if (this.call(name, args).result >> 32n !== 0n) return undefined;
    return this.call(name, args, { region: true }).outcome.output;
  }
}

/** The list encoding of batches: data ‖ length (u32 big-endian), repeated (spec 03 §1.2). */
export function sections(list: readonly Uint8Array[]): Uint8Array {
  const out: number[] = [];
  for (const one of list) out.push(...one, 0, 0, one.length >> 8, one.length & 255);
  return Uint8Array.from(out);
}
