/**
 * Typed access to the compute store (spec 03 §5.1).
 * @module
 */
import { be64, bytesToUtf8, utf8ToBytes } from "@enclavenet/common";
import { create, decode, encode, secretCompute } from "@enclavenet/proto";
import { type KVStore, prefixEnd } from "@enclavenet/store";
import type { Context } from "../../baseapp/context.ts";
import { fromBe64, prefixed } from "../../support/keys.ts";
import {
  approvedAdminKey,
  approvedCodeKey,
  type CallPosition,
  CODE_PREFIX,
  COMPUTE_STORE,
  CONTRACT_PREFIX,
  codeIndexKey,
  codeKey,
  contractKey,
  enclaveKeyKey,
  historyPrefix,
  labelKey,
  PARAMS_KEY,
  statePrefix,
} from "./keys.ts";

const EMPTY = new Uint8Array(0);

/** Position of the running transaction. */
export function currentPosition(ctx: Context): CallPosition {
  return { blockHeight: ctx.block.height, txIndex: ctx.blockGasMeter.gasConsumed() };
}

export class ComputeStore {
  readonly #store: KVStore;

  constructor(ctx: Context) {
    this.#store = ctx.kvStore(COMPUTE_STORE);
  }

  params(): secretCompute.Params {
    const bytes = this.#store.get(PARAMS_KEY);
    return bytes === undefined ? create(secretCompute.ParamsSchema) : decode(secretCompute.ParamsSchema, bytes);
  }

  setParams(params: secretCompute.Params): void {
    this.#store.set(PARAMS_KEY, encode(secretCompute.ParamsSchema, params));
  }

  /** The id to use now; the next one is stored. */
  takeId(key: Uint8Array): bigint {
    const id = this.peekId(key);
    this.setId(key, id + 1n);
    return id;
  }

  peekId(key: Uint8Array): bigint {
    const bytes = this.#store.get(key);
    return bytes === undefined ? 1n : fromBe64(bytes);
  }

  setId(key: Uint8Array, id: bigint): void {
    this.#store.set(key, be64(id));
  }

  code(codeId: bigint): secretCompute.CodeInfo | undefined {
    const bytes = this.#store.get(codeKey(codeId));
    return bytes === undefined ? undefined : decode(secretCompute.CodeInfoSchema, bytes);
  }

  hasCode(codeId: bigint): boolean {
    return this.#store.has(codeKey(codeId));
  }

  setCode(codeId: bigint, info: secretCompute.CodeInfo): void {
    this.#store.set(codeKey(codeId), encode(secretCompute.CodeInfoSchema, info));
  }

  *codes(): Generator<readonly [codeId: bigint, info: secretCompute.CodeInfo]> {
    for (const [key, value] of this.#store.iterator(CODE_PREFIX, prefixEnd(CODE_PREFIX))) {
      yield [fromBe64(key.slice(1)), decode(secretCompute.CodeInfoSchema, value)];
    }
  }

  contract(address: Uint8Array): secretCompute.ContractInfo | undefined {
    const bytes = this.#store.get(contractKey(address));
    return bytes === undefined ? undefined : decode(secretCompute.ContractInfoSchema, bytes);
  }

  setContract(address: Uint8Array, info: secretCompute.ContractInfo): void {
    this.#store.set(contractKey(address), encode(secretCompute.ContractInfoSchema, info));
  }

  *contracts(): Generator<readonly [address: Uint8Array, info: secretCompute.ContractInfo]> {
    for (const [key, value] of this.#store.iterator(CONTRACT_PREFIX, prefixEnd(CONTRACT_PREFIX))) {
      yield [key.slice(1), decode(secretCompute.ContractInfoSchema, value)];
    }
  }

  enclaveKey(address: Uint8Array): secretCompute.ContractKey | undefined {
    const bytes = this.#store.get(enclaveKeyKey(address));
    return bytes === undefined ? undefined : decode(secretCompute.ContractKeySchema, bytes);
  }

  setEnclaveKey(address: Uint8Array, key: secretCompute.ContractKey): void {
    this.#store.set(enclaveKeyKey(address), encode(secretCompute.ContractKeySchema, key));
  }

  addressOfLabel(label: string): Uint8Array | undefined {
    return this.#store.get(labelKey(label));
  }

  setLabel(label: string, address: Uint8Array): void {
    this.#store.set(labelKey(label), address);
  }

  history(address: Uint8Array): secretCompute.ContractCodeHistoryEntry[] {
    const prefix = historyPrefix(address);
    return Array.from(this.#store.iterator(prefix, prefixEnd(prefix)), ([, value]) =>
      decode(secretCompute.ContractCodeHistoryEntrySchema, value),
    );
  }

  /** Positions count from 1. */
  appendHistory(address: Uint8Array, entry: secretCompute.ContractCodeHistoryEntry): void {
    const prefix = historyPrefix(address);
    let position = 1n;
    for (const [key] of this.#store.reverseIterator(prefix, prefixEnd(prefix))) {
      position = fromBe64(key.slice(prefix.length)) + 1n;
      break;
    }
    const bytes = encode(secretCompute.ContractCodeHistoryEntrySchema, entry);
    this.#store.set(prefixed(prefix, be64(position)), bytes);
  }

  indexByCode(codeId: bigint, position: CallPosition, address: Uint8Array): void {
    this.#store.set(codeIndexKey(codeId, position, address), EMPTY);
  }

  /** Takes the contract out of the list of the code that it came to last. */
  unindexByCode(codeId: bigint, position: CallPosition, address: Uint8Array): void {
    this.#store.delete(codeIndexKey(codeId, position, address));
  }

  /** Code that governance approved for the contract's next migration. */
  approvedCode(contract: string): bigint | undefined {
    const bytes = this.#store.get(approvedCodeKey(contract));
    return bytes === undefined ? undefined : fromBe64(bytes);
  }

  /** Without a code the approval is gone. */
  setApprovedCode(contract: string, codeId: bigint | undefined): void {
    if (codeId === undefined) this.#store.delete(approvedCodeKey(contract));
    else this.#store.set(approvedCodeKey(contract), be64(codeId));
  }

  /** Admin that governance approved as the contract's next; empty for nobody. */
  approvedAdmin(contract: string): string | undefined {
    const bytes = this.#store.get(approvedAdminKey(contract));
    return bytes === undefined ? undefined : bytesToUtf8(bytes);
  }

  /** Without an admin the approval is gone; that of nobody is empty text. */
  setApprovedAdmin(contract: string, admin: string | undefined): void {
    if (admin === undefined) this.#store.delete(approvedAdminKey(contract));
    else this.#store.set(approvedAdminKey(contract), utf8ToBytes(admin));
  }

  /** A contract's records, keys without prefix. */
  *state(address: Uint8Array): Generator<readonly [key: Uint8Array, value: Uint8Array]> {
    const prefix = statePrefix(address);
    for (const [key, value] of this.#store.iterator(prefix, prefixEnd(prefix))) yield [key.slice(prefix.length), value];
  }

  stateRecord(address: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    return this.#store.get(prefixed(statePrefix(address), key));
  }

  setStateRecord(address: Uint8Array, key: Uint8Array, value: Uint8Array): void {
    this.#store.set(prefixed(statePrefix(address), key), value);
  }

  deleteStateRecord(address: Uint8Array, key: Uint8Array): void {
    this.#store.delete(prefixed(statePrefix(address), key));
  }
}

/** Whether there is any contract. */
export function hasContracts(ctx: Context): boolean {
  return new ComputeStore(ctx).contracts().next().done !== true;
}
