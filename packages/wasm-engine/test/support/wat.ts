/**
 * Text modules for tests: assembles them, wraps flat instruction lists into contracts whose gas is known, and counts.
 *
 * A list of instructions is an array of lines, so that `2n * BigInt(lines.length)` is the cost that the rule demands of
 * the sequence, computed without the engine.
 * @module
 */
import wabtFactory from "wabt";

const wabt = await wabtFactory();

/** Binary of a text module; features beyond the accepted subset must be asked for. */
export function assemble(text: string, features: Record<string, boolean> = {}): Uint8Array {
  const parsed = wabt.parseWat("test.wat", text, { ...MVP, ...features });
  try {
    return new Uint8Array(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}

const MVP = {
  mutable_globals: true,
  sign_extension: true,
  sat_float_to_int: false,
  multi_value: false,
  bulk_memory: false,
  reference_types: false,
  simd: false,
  threads: false,
};

/** Gas of a sequence of these instructions. */
export function cost(...sequences: (readonly string[])[]): bigint {
  return 2n * BigInt(sequences.reduce((sum, lines) => sum + lines.length, 0));
}

/** Body of the test contracts' allocator: a bump allocator in one sequence. */
export const ALLOCATE = [
  "global.get $heap",
  "local.tee $p",
  "local.get $p",
  "i32.const 12",
  "i32.add",
  "i32.store",
  "local.get $p",
  "local.get $n",
  "i32.store offset=4",
  "local.get $p",
  "i32.const 0",
  "i32.store offset=8",
  "local.get $p",
  "i32.const 12",
  "i32.add",
  "local.get $n",
  "i32.add",
  "global.set $heap",
  "local.get $p",
] as const;

export const ALLOCATE_GAS = cost(ALLOCATE);
/** A v1 query allocates msg and env. */
export const QUERY_ARGS_GAS = 2n * ALLOCATE_GAS;

const IMPORT_TYPES: Record<string, string> = {
  db_read: "(param i32) (result i32)",
  db_write: "(param i32 i32)",
  db_remove: "(param i32)",
  canonicalize_address: "(param i32 i32) (result i32)",
  humanize_address: "(param i32 i32) (result i32)",
  addr_canonicalize: "(param i32 i32) (result i32)",
  addr_humanize: "(param i32 i32) (result i32)",
  addr_validate: "(param i32) (result i32)",
  query_chain: "(param i32) (result i32)",
  debug_print: "(param i32)",
  debug: "(param i32)",
  secp256k1_verify: "(param i32 i32 i32) (result i32)",
  secp256k1_recover_pubkey: "(param i32 i32 i32) (result i64)",
  ed25519_verify: "(param i32 i32 i32) (result i32)",
  ed25519_batch_verify: "(param i32 i32 i32) (result i32)",
  secp256k1_sign: "(param i32 i32) (result i64)",
  ed25519_sign: "(param i32 i32) (result i64)",
  dcap_quote_verify: "(param i32 i32) (result i64)",
  gas_evaporate: "(param i32) (result i32)",
  check_gas: "(result i64)",
};

/** Parts of a test contract. */
export interface ContractParts {
  /** Instructions of `query`; parameters $env and $msg, locals $i $j (i32) and $l (i64); leaves a region pointer. */
  readonly query?: readonly string[];
  readonly imports?: readonly string[];
  /** More fields of the module. */
  readonly fields?: string;
  readonly pages?: number;
  readonly allocate?: readonly string[];
  readonly data?: string;
}

/**
 * A v1 contract. Region 16 (content 64, capacity and length 4) and region 32 (content 80, capacity 64, length 0) are
 * there for use; page content starts at 4096.
 */
export function contract(parts: ContractParts): string {
  const imports = (parts.imports ?? []).map((name) => `(import "env" "${name}" (func $${name} ${IMPORT_TYPES[name]}))`);
  return `(module
    ${imports.join("\n")}
    (memory (export "memory") ${parts.pages ?? 1})
    (global $heap (mut i32) (i32.const 4096))
    (data (i32.const 16) "\\40\\00\\00\\00\\04\\00\\00\\00\\04\\00\\00\\00")
    (data (i32.const 32) "\\50\\00\\00\\00\\40\\00\\00\\00\\00\\00\\00\\00")
    (data (i32.const 64) "\\6b\\65\\79\\31")
    ${parts.data ?? ""}
    (func (export "interface_version_8"))
    (func (export "deallocate") (param i32))
    (func $allocate (export "allocate") (param $n i32) (result i32) (local $p i32)
      ${(parts.allocate ?? ALLOCATE).join("\n")})
    (func (export "instantiate") (param i32 i32 i32) (result i32) i32.const 16)
    ${
      parts.query === undefined
        ? ""
        : `(func (export "query") (param $env i32) (param $msg i32) (result i32)
      (local $i i32) (local $j i32) (local $l i64)
      ${parts.query.join("\n")})`
    }
    ${parts.fields ?? ""})`;
}
