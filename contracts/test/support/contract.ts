/**
 * Runs a built artefact on the real engine with a map for state, and counts what it reads and writes.
 *
 * State changes of a call that fails are dropped, as the chain does (spec 03 §1.5). Inputs are what the enclave hands to
 * a contract (spec 03 §4.2), unencrypted.
 * @module
 */
import { readFileSync } from "node:fs";
import { bytesToUtf8, utf8ToBytes } from "@enclavenet/common";
import { createHostCrypto } from "@enclavenet/crypto";
import { noblePrimitives } from "@enclavenet/crypto/noble";
import { type Backend, type CallOutcome, type CompiledModule, call, compileModule } from "@enclavenet/wasm-engine";
import { encodeBech32, tryDecodeBech32 } from "@enclavenet/wire";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A file of `contracts/artifacts`. */
export function artifact(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../artifacts/${name}`, import.meta.url)));
}

/** An address whose 20 bytes are all `fill`. */
export function address(fill: number): string {
  return encodeBech32("secret", new Uint8Array(20).fill(fill));
}

/** What a successful call returned. */
export interface ContractResponse {
  readonly messages: readonly { readonly id: number; readonly msg: Json; readonly reply_on: string }[];
  readonly attributes: readonly { readonly key: string; readonly value: string; readonly encrypted: boolean }[];
  readonly events: readonly { readonly type: string }[];
  readonly data: string | null;
  /** Attributes of a v0.10 contract. */
  readonly log?: readonly { readonly key: string; readonly value: string }[];
}

export interface Effort {
  reads: number;
  writes: number;
  gas: bigint;
}

export interface CallOptions {
  readonly sender?: string;
  readonly funds?: readonly { readonly denom: string; readonly amount: string }[];
  readonly gasLimit?: bigint;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

export const CHAIN_ID = "enclavenet-test";
export const CONTRACT = address(0xcc);
const GAS_LIMIT = 1_000_000_000n;
const CODE_HASH = "00".repeat(32);
const RANDOM = Buffer.alloc(32, 7).toString("base64");

/** A contract with its state. */
export class TestContract {
  readonly state = new Map<string, Uint8Array>();
  /** Effort of the last call. */
  effort: Effort = { reads: 0, writes: 0, gas: 0n };
  time = 1_700_000_000;
  height = 1;
  private readonly module: CompiledModule;

  constructor(wasm: Uint8Array) {
    this.module = compileModule(wasm);
  }

  /** Environment of a call; that of a v0.10 contract includes the message's sender and funds. */
  private env(entry: string, sender: string, funds: Json): Json {
    const block = { height: this.height, chain_id: CHAIN_ID };
    if (this.module.apiVersion === "v0.10") {
      return {
        block: { ...block, time: this.time },
        message: { sender, sent_funds: funds },
        contract: { address: CONTRACT },
        contract_key: null,
        contract_code_hash: CODE_HASH,
        transaction: null,
      };
    }
    return {
      block: { ...block, time: `${this.time}000000000`, random: entry === "query" ? "AA==" : RANDOM },
      contract: { address: CONTRACT, code_hash: CODE_HASH },
      transaction: entry === "query" ? null : { index: 3, hash: "AB".repeat(32) },
    };
  }

  instantiate(msg: Json, options: CallOptions = {}): ContractResponse {
    return this.change("instantiate", msg, options);
  }

  execute(msg: Json, options: CallOptions = {}): ContractResponse {
    return this.change("execute", msg, options);
  }

  migrate(msg: Json): ContractResponse {
    return this.change("migrate", msg, {});
  }

  reply(msg: Json): ContractResponse {
    return this.change("reply", msg, {});
  }

  /** Parsed answer of a query; a contract error is thrown with its text. */
  query(msg: Json): Json {
    return JSON.parse(this.queryText(msg)) as Json;
  }

  /** Answer of a query with its padding. */
  queryText(msg: Json): string {
    const outcome = this.run(
      "query",
      msg,
      {},
      this.backend(new Map(), () => ({ Err: { unknown: {} } })),
    );
    return Buffer.from(this.unwrap(outcome) as string, "base64").toString("utf8");
  }

  /** A query in which the contract's own queries are answered with `answer`. */
  queryWith(msg: Json, answer: (request: Json) => Json): Json {
    const outcome = this.run("query", msg, {}, this.backend(new Map(), answer));
    return JSON.parse(Buffer.from(this.unwrap(outcome) as string, "base64").toString("utf8")) as Json;
  }

  /** The engine's outcome of an execute, whose state changes are dropped. */
  attempt(msg: Json, options: CallOptions = {}): CallOutcome {
    return this.run(
      "execute",
      msg,
      options,
      this.backend(new Map(), () => null),
    );
  }

  private change(entry: "instantiate" | "execute" | "migrate" | "reply", msg: Json, options: CallOptions) {
    const pending = new Map<string, Uint8Array | undefined>();
    const outcome = this.run(
      entry,
      msg,
      options,
      this.backend(pending, () => null),
    );
    const response = this.unwrap(outcome) as unknown as ContractResponse;
    for (const [key, value] of pending) {
      if (value === undefined) this.state.delete(key);
      else this.state.set(key, value);
    }
    return response;
  }

  private run(
    entry: "instantiate" | "execute" | "query" | "migrate" | "reply",
    msg: Json,
    options: CallOptions,
    backend: Backend,
  ): CallOutcome {
    const info = { sender: options.sender ?? address(1), funds: options.funds ?? [] };
    const env = this.env(entry, info.sender, info.funds);
    const outcome = call(this.module, {
      entry,
      env: utf8ToBytes(JSON.stringify(env)),
      info: utf8ToBytes(JSON.stringify(info)),
      msg: utf8ToBytes(JSON.stringify(msg)),
      gasLimit: options.gasLimit ?? GAS_LIMIT,
      backend,
      readOnly: entry === "query",
    });
    this.effort.gas = outcome.gas.used - outcome.gas.pseudoWriteGas;
    return outcome;
  }

  private unwrap(outcome: CallOutcome): Json {
    if (outcome.output === undefined) throw new Error(outcome.error?.message);
    const result = JSON.parse(bytesToUtf8(outcome.output)) as { readonly Ok?: Json; readonly Err?: Json };
    if (result.Ok === undefined)
      throw new Error(typeof result.Err === "string" ? result.Err : JSON.stringify(result.Err));
    return result.Ok;
  }

  private backend(pending: Map<string, Uint8Array | undefined>, answer: (request: Json) => Json): Backend {
    this.effort = { reads: 0, writes: 0, gas: 0n };
    return {
      read: (key) => {
        this.effort.reads++;
        const name = hex(key);
        return { value: pending.has(name) ? pending.get(name) : this.state.get(name), externalGas: 0n };
      },
      write: (key, value) => {
        this.effort.writes++;
        pending.set(hex(key), value.slice());
      },
      remove: (key) => {
        pending.set(hex(key), undefined);
        return { externalGas: 0n };
      },
      query: (request) => ({
        response: utf8ToBytes(JSON.stringify(answer(JSON.parse(bytesToUtf8(request)) as Json))),
        externalGas: 0n,
      }),
      crypto: createHostCrypto(noblePrimitives),
      addresses: {
        decode(text) {
          const decoded = tryDecodeBech32(text);
          if ("failure" in decoded) return { error: decoded.failure.kind };
          return { prefix: decoded.prefix, bytes: decoded.data };
        },
        encode: encodeBech32,
      },
    };
  }
}

/** Data of a response as text, with its padding. */
export function dataOf(response: ContractResponse): string {
  return Buffer.from(response.data ?? "", "base64").toString("utf8");
}
