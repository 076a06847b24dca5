/**
 * Store-time check of a contract: memory rules, exports and imports of one of the two interfaces, features, IBC entry
 * points (spec 03 §1.1, §2.1). Form only: types are checked when the enclave compiles the module.
 * @module
 */
import { WasmCheckError, WasmFormatError } from "./errors.ts";
import { checkBodies, parseModule } from "./parser/parse.ts";
import type { ParsedModule } from "./parser/types.ts";
import type { ApiVersion } from "./runtime/types.ts";

const MAX_INITIAL_PAGES = 512;
const FEATURE_PREFIX = "requires_";
const LONGEST_QUOTED_NAME = 128;
const MOST_QUOTED_NAMES = 32;

const CRYPTO_IMPORTS = [
  "secp256k1_verify",
  "secp256k1_recover_pubkey",
  "secp256k1_sign",
  "ed25519_verify",
  "ed25519_batch_verify",
  "ed25519_sign",
];

const V010_EXPORTS = ["cosmwasm_vm_version_3", "query", "init", "handle", "allocate", "deallocate"];
const V010_IMPORTS = [
  "db_read",
  "db_write",
  "db_remove",
  "canonicalize_address",
  "humanize_address",
  "query_chain",
  ...CRYPTO_IMPORTS,
];
const V1_EXPORTS = ["interface_version_8", "allocate", "deallocate", "instantiate"];
const V1_IMPORTS = [
  "db_read",
  "db_write",
  "db_remove",
  "addr_validate",
  "addr_canonicalize",
  "addr_humanize",
  ...CRYPTO_IMPORTS,
  "dcap_quote_verify",
  "debug",
  "query_chain",
  "gas_evaporate",
  "check_gas",
];
const IBC_EXPORTS = [
  "ibc_channel_open",
  "ibc_channel_connect",
  "ibc_channel_close",
  "ibc_packet_receive",
  "ibc_packet_ack",
  "ibc_packet_timeout",
];

/** Settings of the node. */
export interface CheckOptions {
  /** Features a contract may require, e.g. `staking`, `stargate`, `ibc3`, `random`. */
  readonly supportedFeatures: readonly string[];
  /** Accept `debug_print` of v0.10 contracts: development networks only. */
  readonly debugPrint?: boolean;
}

/** What the chain notes about an accepted contract. */
export interface WasmReport {
  readonly apiVersion: ApiVersion;
  /** Sorted. */
  readonly requiredFeatures: readonly string[];
  readonly ibcEnabled: boolean;
}

/** Text as Rust's Debug prints it, cut short: names come from the contract. */
function quoted(text: string): string {
  const short = text.length > LONGEST_QUOTED_NAME ? `${text.slice(0, LONGEST_QUOTED_NAME)}…` : text;
  return JSON.stringify(short);
}

function quotedSet(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, MOST_QUOTED_NAMES).map(quoted);
  return `{${shown.join(", ")}${names.length > shown.length ? ", …" : ""}}`;
}

function parse(wasm: Uint8Array): ParsedModule {
  try {
    const module = parseModule(wasm);
    checkBodies(module);
    return module;
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    throw new WasmCheckError(
      `Wasm bytecode could not be deserialized. Deserialization error: ${quoted(error.message)}`,
    );
  }
}

function checkMemory(module: ParsedModule): void {
  const { memories } = module;
  if (memories === undefined) throw new WasmCheckError("Wasm contract doesn't have a memory section");
  const [memory] = memories;
  if (memory === undefined || memories.length !== 1) {
    throw new WasmCheckError("Wasm contract must contain exactly one memory");
  }
  if (memory.minimum > MAX_INITIAL_PAGES) {
    throw new WasmCheckError(`Wasm contract memory's minimum must not exceed ${MAX_INITIAL_PAGES} pages.`);
  }
  if (memory.maximum !== undefined) {
    throw new WasmCheckError("Wasm contract memory's maximum must be unset. The host will set it for you.");
  }
}

/** Problem of the exports, or undefined. */
function missingExport(exported: ReadonlySet<string>, required: readonly string[]): string | undefined {
  const missing = required.find((name) => !exported.has(name));
  if (missing === undefined) return undefined;
  return `Wasm contract doesn't have required export: ${quoted(missing)}. Exports required by VM: [${required.map(quoted).join(", ")}].`;
}

/** Problem of the imports, or undefined. */
function foreignImport(module: ParsedModule, supported: readonly string[]): string | undefined {
  const names = new Set(supported.map((name) => `env.${name}`));
  for (const entry of module.imports) {
    const fullName = `${entry.module}.${entry.name}`;
    if (!names.has(fullName) || entry.module !== "env") {
      return `Wasm contract requires unsupported import: ${quoted(fullName)}. Imports supported by VM: [${[...names].map(quoted).join(", ")}].`;
    }
    if (entry.kind !== "function") return `Wasm contract requires non-function import: ${quoted(fullName)}.`;
  }
  return undefined;
}

function debugResult(problem: string | undefined): string {
  return problem === undefined ? "Ok(())" : `Err(StaticValidationErr { msg: ${JSON.stringify(problem)} })`;
}

function checkInterface(module: ParsedModule, exported: ReadonlySet<string>, options: CheckOptions): ApiVersion {
  const v010Imports = options.debugPrint === true ? [...V010_IMPORTS, "debug_print"] : V010_IMPORTS;
  const problems = [
    missingExport(exported, V010_EXPORTS),
    foreignImport(module, v010Imports),
    missingExport(exported, V1_EXPORTS),
    foreignImport(module, V1_IMPORTS),
  ];
  const isV010 = problems[0] === undefined && problems[1] === undefined;
  const isV1 = problems[2] === undefined && problems[3] === undefined;
  if (!isV010 && !isV1) {
    throw new WasmCheckError(
      "Contract is not CosmWasm v0.10 or v1. To support v0.10 please fix the former two errors, to supports v1 please " +
        `fix the latter two errors: $[${problems.map(debugResult).join(", ")}]`,
    );
  }
  // With both interfaces present, the marker that is exported first decides at run time.
  const marker = module.exports.find(({ name }) => name === V010_EXPORTS[0] || name === V1_EXPORTS[0]);
  return marker?.name === V1_EXPORTS[0] ? "v1" : "v0.10";
}

function requiredFeatures(module: ParsedModule): string[] {
  return module.exports
    .filter(({ name, kind }) => kind === "function" && name.startsWith(FEATURE_PREFIX) && name !== FEATURE_PREFIX)
    .map(({ name }) => name.slice(FEATURE_PREFIX.length))
    .sort();
}

/** Checks a contract that someone wants to store; throws {@link WasmCheckError}. */
export function checkWasm(wasm: Uint8Array, options: CheckOptions): WasmReport {
  const module = parse(wasm);
  checkMemory(module);
  const exported = new Set(module.exports.map(({ name }) => name));
  const apiVersion = checkInterface(module, exported, options);
  const features = requiredFeatures(module);
  const unsupported = features.filter((feature) => !options.supportedFeatures.includes(feature));
  if (unsupported.length > 0) {
    throw new WasmCheckError(`Wasm contract requires unsupported features: ${quotedSet(unsupported)}`);
  }
  return { apiVersion, requiredFeatures: features, ibcEnabled: IBC_EXPORTS.every((name) => exported.has(name)) };
}
