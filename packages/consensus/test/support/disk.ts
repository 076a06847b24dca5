/** What survives a process: database, sign state, application state. */
import { compareBytes, toHex } from "@enclavenet/common";
import {
  EMPTY_SIGN_STATE,
  type EngineDatabase,
  type Entry,
  type SignState,
  type SignStateStorage,
  type WriteOp,
} from "../../src/index.ts";
import type { Faults } from "./faults.ts";

export class Disk {
  readonly rows = new Map<string, Entry>();
  signState: SignState = EMPTY_SIGN_STATE;
  app = { height: 0n, appHash: new Uint8Array(0), data: new Map<string, string>() };
  /** Every (height, round) that was ever signed, with what was signed. */
  readonly signed = new Map<string, string>();

  /** The block that was executed at each height, as an enclave remembers it: never another one. */
  readonly executed = new Map<bigint, string>();

  clone(): Disk {
    const copy = new Disk();
    for (const [key, row] of this.rows) copy.rows.set(key, row);
    copy.signState = this.signState;
    copy.app = { ...this.app, data: new Map(this.app.data) };
    for (const [key, value] of this.signed) copy.signed.set(key, value);
    for (const [height, hash] of this.executed) copy.executed.set(height, hash);
    return copy;
  }
}

export class DiskDatabase implements EngineDatabase {
  readonly #disk: Disk;
  readonly #faults: Faults;
  #sorted: Entry[] | undefined;

  constructor(disk: Disk, faults: Faults) {
    this.#disk = disk;
    this.#faults = faults;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#disk.rows.get(toHex(key))?.[1];
  }

  scan(start: Uint8Array, end: Uint8Array, limit: number): Entry[] {
    this.#sorted ??= [...this.#disk.rows.values()].sort((a, b) => compareBytes(a[0], b[0]));
    const inRange = this.#sorted.filter(([key]) => compareBytes(key, start) >= 0 && compareBytes(key, end) < 0);
    return inRange.slice(0, limit);
  }

  async write(ops: readonly WriteOp[]): Promise<void> {
    this.#faults.step("database write");
    for (const { key, value } of ops) {
      if (value === undefined) this.#disk.rows.delete(toHex(key));
      else this.#disk.rows.set(toHex(key), [key.slice(), value.slice()]);
    }
    this.#sorted = undefined;
    this.#faults.step("database written");
  }

  async close(): Promise<void> {}
}

export class DiskSignState implements SignStateStorage {
  readonly #disk: Disk;
  readonly #faults: Faults;

  constructor(disk: Disk, faults: Faults) {
    this.#disk = disk;
    this.#faults = faults;
  }

  async load(): Promise<SignState> {
    return this.#disk.signState;
  }

  async save(state: SignState): Promise<void> {
    this.#faults.step("sign state write");
    const at = `${state.height}/${state.round}`;
    const bytes = toHex(state.signBytes);
    if ((this.#disk.signed.get(at) ?? bytes) !== bytes) throw new Error(`double signing at ${at}`);
    this.#disk.signed.set(at, bytes);
    this.#disk.signState = state;
    this.#faults.step("sign state written");
  }
}
