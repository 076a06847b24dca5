/**
 * In-memory backend for tests: a map for state, a recorder for calls, and addresses of the form `<prefix>1<hex>`.
 * @module
 */
import { fromHex, toHex } from "@enclavenet/common";
import {
  type Backend,
  type CallOutcome,
  type CallRequest,
  call,
  compileModule,
  type EntryPoint,
} from "@enclavenet/wasm-engine";
import { assemble, type ContractParts, contract } from "./wat.ts";

export interface TestBackend extends Backend {
  readonly state: Map<string, Uint8Array>;
  /** Names of the backend functions called, in order, with hex arguments. */
  readonly log: string[];
}

const text = (bytes: Uint8Array): string => toHex(bytes);

/** A backend; `overrides` replace single functions. */
export function memoryBackend(overrides: Partial<Backend> = {}): TestBackend {
  const state = new Map<string, Uint8Array>();
  const log: string[] = [];
  return {
    state,
    log,
    read(key) {
      log.push(`read ${text(key)}`);
      return { value: state.get(toHex(key)), externalGas: 7n };
    },
    write(key, value) {
      log.push(`write ${text(key)} ${text(value)}`);
      state.set(toHex(key), value);
    },
    remove(key) {
      log.push(`remove ${text(key)}`);
      state.delete(toHex(key));
      return { externalGas: 11n };
    },
    query(request, remainingGas) {
      log.push(`query ${text(request)} ${remainingGas}`);
      return { response: Uint8Array.of(1, 2, 3), externalGas: 13n };
    },
    crypto: {
      secp256k1Verify: (h, s, k) => {
        log.push(`secp256k1Verify ${text(h)} ${text(s)} ${text(k)}`);
        return 1;
      },
      secp256k1RecoverPublicKey: (_h, _s, param) => (param > 3 ? { code: 10 } : { value: Uint8Array.of(9, 9) }),
      secp256k1Sign: () => ({ value: Uint8Array.of(5) }),
      ed25519Verify: () => 0,
      ed25519BatchVerify: (m, s, k) => {
        log.push(`batch ${m.map(text)} ${s.map(text)} ${k.map(text)}`);
        return 0;
      },
      ed25519Sign: () => ({ code: 1000 }),
    },
    addresses: {
      decode(address) {
        const match = /^([a-z"\\]+)1([0-9a-f]*)$/.exec(address);
        if (match === null) return { error: "invalid length" };
        return { prefix: match[1] as string, bytes: fromHex(match[2] as string) };
      },
      encode: (prefix, bytes) => `${prefix}1${toHex(bytes)}`,
    },
    ...overrides,
  };
}

export const PLENTY = 1_000_000_000n;

/** Calls `entry` of a text module with one-byte arguments. */
export function run(text: string, options: Partial<CallRequest> & { readonly entry?: EntryPoint } = {}): CallOutcome {
  return runWasm(assemble(text), options);
}

/** Calls `entry` of a binary module with one-byte arguments. */
export function runWasm(wasm: Uint8Array, options: Partial<CallRequest> = {}): CallOutcome {
  return call(compileModule(wasm), {
    entry: "query",
    env: Uint8Array.of(0x45),
    info: Uint8Array.of(0x49),
    msg: Uint8Array.of(0x4d),
    gasLimit: PLENTY,
    backend: memoryBackend(),
    readOnly: false,
    ...options,
  });
}

/** Runs the `query` of a test contract. */
export function runQuery(parts: ContractParts, options: Partial<CallRequest> = {}): CallOutcome {
  return run(contract(parts), options);
}
