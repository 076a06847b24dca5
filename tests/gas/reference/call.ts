/**
 * Reckons one contract call a second time: arguments, host functions with their prices, external gas from the operations of
 * the store, and what the call used (spec 03 §1.3, §1.4, §2.4). What the host answered comes from the recorded call.
 * @module
 */
import type { StoreOperation } from "../store-trace.ts";
import { decodeModule, type Module } from "./decode.ts";
import { type Import, Machine, type Value } from "./machine.ts";
import { operationCost } from "./prices.ts";
import { BATCH, type Entry, EVAPORATE, FIXED_GAS, MALFORMED_QUERY, RULES, V1, V010, WRITTEN_BYTE } from "./tables.ts";
import { Trap } from "./trap.ts";

/** One question of the contract to its backend, and the answer. */
export interface Answer {
  readonly name: string;
  readonly args: readonly string[];
  readonly value: unknown;
}

/** A call as the engine was asked for it. */
export interface RecordedCall {
  readonly wasm: Uint8Array;
  readonly entry: Entry;
  readonly env: Uint8Array;
  readonly info: Uint8Array;
  readonly msg: Uint8Array;
  readonly gasLimit: bigint;
  readonly answers: readonly Answer[];
}

export interface Reckoned {
  readonly used: bigint;
  /** The parts of the formula: what is left, the charge that did not fit, external gas, gas of written bytes. */
  readonly meter: readonly [remaining: bigint, exhausted: bigint, external: bigint, pseudo: bigint];
  /** Name of the failure. */
  readonly error: string | undefined;
  readonly output: Uint8Array | undefined;
  /** Records that are flushed when the call went well. */
  readonly writes: ReadonlySet<string>;
}

const decoded = new WeakMap<Uint8Array, Module>();

function moduleOf(wasm: Uint8Array): Module {
  const known = decoded.get(wasm) ?? decodeModule(wasm);
  decoded.set(wasm, known);
  return known;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const number = (value: Value): number => Number(value);

/** What the call's surroundings know: operations on its records in order, and what each of its queries cost. */
export interface Surroundings {
  readonly accesses: readonly StoreOperation[];
  readonly queryCosts: readonly bigint[];
}

class Reckoning {
  readonly writes = new Set<string>();
  private external = 0n;
  private pseudo = 0n;
  private readonly call: RecordedCall;
  private readonly machine: Machine;
  private readonly answers: Answer[];
  private readonly accesses: StoreOperation[];
  private readonly queryCosts: bigint[];

  constructor(call: RecordedCall, { accesses, queryCosts }: Surroundings) {
    this.call = call;
    this.answers = [...call.answers];
    this.accesses = [...accesses];
    this.queryCosts = [...queryCosts];
    this.machine = new Machine(moduleOf(call.wasm), call.gasLimit, this.imports());
  }

  run(): Reckoned {
    let output: Uint8Array | undefined;
    let error: string | undefined;
    try {
      output = this.enter();
    } catch (trap) {
      if (!(trap instanceof Trap)) throw trap;
      error = trap.kind;
    }
    const leftOver = [this.answers.length, this.accesses.length, this.queryCosts.length];
    if (leftOver.some((count) => count > 0)) throw new Error(`the host did more than the contract asked: ${leftOver}`);
    const { remaining, exhausted } = this.machine;
    const meter = [BigInt(remaining), exhausted, this.external, this.pseudo] as const;
    return { used: this.used(error === undefined), meter, error, output, writes: this.writes };
  }

  private used(ended: boolean): bigint {
    const { unit: _unit, refund } = RULES[this.call.entry];
    const floor = (value: bigint): bigint => (value < 0n ? 0n : value);
    const spent = this.call.gasLimit - BigInt(this.machine.remaining);
    const used = floor(spent - this.external) + this.machine.exhausted;
    return refund && ended ? floor(used - this.pseudo) : used;
  }

  private enter(): Uint8Array {
    const { exports } = moduleOf(this.call.wasm);
    const [name, args, allocated] = (exports.has("cosmwasm_vm_version_3") ? V010 : V1)[this.call.entry];
    const pointers = new Map(allocated.map((argument) => [argument, this.make(this.call[argument])]));
    if (!exports.has(name)) throw new Trap("FailedFunctionCall");
    return this.read(this.machine.call(name, ...args.map((argument) => pointers.get(argument) as number)) ?? 0);
  }

  private word(at: number): number {
    const { memory } = this.machine;
    if (at + 4 > memory.length) throw new Trap("MemoryReadError");
    return new DataView(memory.buffer).getUint32(at, true);
  }

  private read(region: Value): Uint8Array {
    const at = number(region) >>> 0;
    if (at === 0) throw new Trap("MemoryReadError");
    const [offset, length] = [this.word(at), this.word(at + 8)];
    if (offset === 0 || offset + length > this.machine.memory.length) throw new Trap("MemoryReadError");
    return this.machine.memory.slice(offset, offset + length);
  }

  private write(region: number, bytes: Uint8Array): void {
    const at = region >>> 0;
    if (at === 0 || this.word(at) === 0 || this.word(at + 4) < bytes.length) throw new Trap("MemoryReadError");
    this.machine.memory.set(bytes, this.word(at));
    new DataView(this.machine.memory.buffer).setUint32(at + 8, bytes.length, true);
  }

  /** A new region of the guest's allocator, which is metered like everything else. */
  private make(bytes: Uint8Array): number {
    let pointer: number | undefined;
    try {
      pointer = this.machine.call("allocate", bytes.length);
    } catch (trap) {
      if (trap instanceof Trap) throw new Trap("MemoryAllocationError");
      throw trap;
    }
    if (pointer === undefined) throw new Trap("MemoryAllocationError");
    this.write(pointer, bytes);
    return pointer;
  }

  /** The recorded answer to this question; another question was none that the engine heard. */
  private ask<T>(name: string, ...args: (Uint8Array | number)[]): T {
    const next = this.answers.shift();
    const asked = args.map((arg) => (typeof arg === "number" ? `${arg}` : hex(arg)));
    if (next === undefined || next.name !== name || next.args.join() !== asked.join()) {
      throw new Error(`the contract asks ${name}(${asked}), the engine was asked ${next?.name}(${next?.args})`);
    }
    return next.value as T;
  }

  private touch(kind: StoreOperation["kind"]): StoreOperation {
    const next = this.accesses.shift();
    if (next?.kind !== kind) throw new Error(`the store saw ${next?.kind ?? "nothing"} instead of ${kind}`);
    this.external += operationCost(next) * RULES[this.call.entry].unit;
    return next;
  }

  private dbRead(key: Uint8Array): number {
    const { value } = this.ask<{ value: Uint8Array | undefined }>("read", key);
    // A record that this call wrote is answered by the cache; a missing one is looked for under its old name, too.
    if (!this.writes.has(hex(key)) && this.touch("get").value === undefined) this.touch("get");
    return value === undefined ? 0 : this.make(value);
  }

  private dbWrite(key: Uint8Array, value: Uint8Array): void {
    const gas = WRITTEN_BYTE * BigInt(value.length);
    this.machine.charge(gas);
    this.pseudo += gas;
    this.ask("write", key, value);
    this.writes.add(hex(key));
  }

  private dbRemove(key: Uint8Array): void {
    this.ask("remove", key);
    this.writes.delete(hex(key));
    this.touch("delete");
    this.touch("delete");
  }

  private query(request: Uint8Array): number {
    const { response } = this.ask<{ response: Uint8Array }>("query", request);
    this.external += this.queryCost(new TextDecoder().decode(response));
    return this.make(response);
  }

  /** Two refusals are the enclave's own and cost what spec 03 §2.4 says; everything else the host has answered. */
  private queryCost(response: string): bigint {
    if (response.startsWith('{"Err":{"invalid_request"')) return MALFORMED_QUERY;
    if (response.startsWith('{"Err":{"exceeded_recursion_limit"')) return 0n;
    const cost = this.queryCosts.shift();
    if (cost === undefined) throw new Error("the host was asked nothing");
    return cost;
  }

  private refuseWrites(): void {
    if (this.call.entry === "query") throw new Trap("UnauthorizedWrite");
  }

  private batch(lists: readonly Value[]): number {
    const [m, s, k] = lists.map((list) => sections(this.read(list))) as [Uint8Array[], Uint8Array[], Uint8Array[]];
    const [messages, signatures, keys] = [m.length, s.length, k.length];
    const fits =
      messages === signatures || messages === 1
        ? signatures === keys || (keys === 1 && messages === signatures)
        : false;
    if (!fits) return 7;
    this.machine.charge(BATCH.fixed + BATCH.each * BigInt(signatures));
    return this.ask<number>("ed25519BatchVerify", concat(m), concat(s), concat(k));
  }

  private wide(result: { value: Uint8Array } | { code: number }): bigint {
    return "code" in result ? BigInt(result.code) << 32n : BigInt(this.make(result.value) >>> 0);
  }

  private imports(): Record<string, Import> {
    const text = (name: string, run: Import): Record<string, Import> => ({
      [name]: (...args) => {
        if (name === "db_write" || name === "db_remove") this.refuseWrites();
        this.machine.charge(FIXED_GAS[name] as bigint);
        return run(...args);
      },
    });
    const verify = (name: string, method: string) =>
      text(name, (...args) => this.ask<number>(method, ...args.map((arg) => this.read(arg))));
    const sign = (name: string, method: string) =>
      text(name, (...args) => this.wide(this.ask(method, ...args.map((arg) => this.read(arg)))));
    return {
      ...text("db_read", (key) => this.dbRead(this.read(key as Value))),
      ...text(
        "db_write",
        (key, value) => this.dbWrite(this.read(key as Value), this.read(value as Value)) as undefined,
      ),
      ...text("db_remove", (key) => this.dbRemove(this.read(key as Value)) as undefined),
      ...text("query_chain", (request) => this.query(this.read(request as Value))),
      ...text("debug", () => undefined),
      ...text("debug_print", () => undefined),
      ...this.addressImports(text),
      ...verify("secp256k1_verify", "secp256k1Verify"),
      ...verify("ed25519_verify", "ed25519Verify"),
      ...sign("secp256k1_sign", "secp256k1Sign"),
      ...sign("ed25519_sign", "ed25519Sign"),
      ...text("secp256k1_recover_pubkey", (hash, signature, param) => {
        const args = [this.read(hash as Value), this.read(signature as Value), number(param as Value) >>> 0] as const;
        return this.wide(this.ask("secp256k1RecoverPublicKey", ...args));
      }),
      // Not there yet: the generic error.
      ...text("dcap_quote_verify", () => 10n << 32n),
      ...text("check_gas", () => (this.call.gasLimit - BigInt(this.machine.remaining)) / EVAPORATE.unit),
      ed25519_batch_verify: (...lists) => this.batch(lists),
      gas_evaporate: (amount) => {
        const gas = BigInt.asUintN(64, BigInt(number(amount as Value)) * EVAPORATE.unit);
        this.machine.charge(gas < EVAPORATE.least ? EVAPORATE.least : gas);
        return 0;
      },
    };
  }

  /** The texts of refusals are the engine's affair; here it only matters whether one is made, and how long it is. */
  private addressImports(text: (name: string, run: Import) => Record<string, Import>): Record<string, Import> {
    const encoder = new TextEncoder();
    const decode = (address: Uint8Array) => this.ask<{ bytes: Uint8Array } | { error: string }>("decode", address);
    const encode = (bytes: Uint8Array) => encoder.encode(this.ask<string>("encode", encoder.encode("secret"), bytes));
    const canonicalize = (human: Value, canonical: Value): number => {
      const answer = decode(this.read(human));
      if ("error" in answer) return this.make(encoder.encode(answer.error));
      this.write(number(canonical), answer.bytes);
      return 0;
    };
    const humanize = (canonical: Value, human: Value): number => {
      this.write(number(human), encode(this.read(canonical)));
      return 0;
    };
    const both =
      (run: (a: Value, b: Value) => number): Import =>
      (a, b) =>
        run(a as Value, b as Value);
    return {
      ...text("canonicalize_address", both(canonicalize)),
      ...text("addr_canonicalize", both(canonicalize)),
      ...text("humanize_address", both(humanize)),
      ...text("addr_humanize", both(humanize)),
      ...text("addr_validate", (human) => {
        const address = this.read(human as Value);
        if (address.length === 0) return this.make(encoder.encode("Input is empty"));
        const answer = decode(address);
        if ("error" in answer) return this.make(encoder.encode(answer.error));
        return hex(encode(answer.bytes)) === hex(address) ? 0 : this.make(encoder.encode("Address is not normalized"));
      }),
    };
  }
}

function sections(list: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let end = list.length; end >= 4; ) {
    const at = end - 4;
    const length = new DataView(list.buffer, list.byteOffset).getUint32(at);
    found.unshift(list.subarray(at - length, at));
    end = at - length;
  }
  return found;
}

const concat = (list: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(list));

/** Reckons `call` from its module, its inputs and what its host did. */
export function reckonCall(call: RecordedCall, surroundings: Surroundings): Reckoned {
  return new Reckoning(call, surroundings).run();
}
