/**
 * Records that a call will probably read, sent along with it to save crossings: those that the last call of the same sender
 * to the same contract read.
 *
 * Hints change no result and no gas. Each carries what reading it costs; the enclave reports which ones it used, in order,
 * and those reads are made again here on the caller's meter before anything that comes after them.
 * PERF: a warm token transfer then crosses the boundary once.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { OcallRequest, ReadHint } from "@enclavenet/enclave-api";
import { InfiniteGasMeter } from "@enclavenet/store";
import type { Context } from "../../baseapp/context.ts";
import { readState } from "./state-writes.ts";

/** Names of a record, as the enclave asks for it. */
export type RecordNames = Pick<OcallRequest<"readState">, "key" | "legacyKey">;

/** Callers that are remembered; the least recently seen one is forgotten first. */
const MAX_CALLERS = 10_000;
/** Hints per call: more would cost more than the crossings that they save. */
const MAX_HINTS = 32;
/** Longest name that is remembered: a contract chooses how long its names are. */
const MAX_NAME_BYTES = 1_024;

/** What callers read last. Not part of the state: it only decides how often the boundary is crossed. */
export class ReadMemory {
  readonly #byCaller = new Map<string, readonly RecordNames[]>();

  recall(contract: Uint8Array, sender: Uint8Array): readonly RecordNames[] {
    return this.#byCaller.get(callerName(contract, sender)) ?? [];
  }

  remember(contract: Uint8Array, sender: Uint8Array, reads: readonly RecordNames[]): void {
    const caller = callerName(contract, sender);
    this.#byCaller.delete(caller);
    const short = reads.filter(({ key }) => key.length <= MAX_NAME_BYTES);
    this.#byCaller.set(caller, short.slice(0, MAX_HINTS));
    const oldest = this.#byCaller.keys().next().value;
    if (this.#byCaller.size > MAX_CALLERS && oldest !== undefined) this.#byCaller.delete(oldest);
  }
}

function callerName(contract: Uint8Array, sender: Uint8Array): string {
  return `${toHex(contract)}/${toHex(sender)}`;
}

/** The hints of one call, and the reads that it really made. */
export class CallReads {
  readonly #ctx: Context;
  readonly contract: Uint8Array;
  readonly #ahead: readonly RecordNames[];
  /** Hex of the name → names, in the order of the first read. */
  readonly #made = new Map<string, RecordNames>();

  constructor(ctx: Context, contract: Uint8Array, ahead: readonly RecordNames[]) {
    this.#ctx = ctx;
    this.contract = contract;
    this.#ahead = ahead;
  }

  /** The hints, read without charging anybody. */
  hints(): readonly ReadHint[] {
    const unmetered = this.#ctx.with({ gasMeter: new InfiniteGasMeter() });
    return this.#ahead.map((names) => {
      const { value, sdkGas } = readState(unmetered, this.contract, names);
      return { key: names.key, value, sdkGas };
    });
  }

  /** Charges the reads that the enclave made by hint. */
  settle(usedHints: readonly number[]): void {
    for (const index of usedHints) {
      const names = this.#ahead[index];
      if (names !== undefined) this.read(names);
    }
  }

  /** One read on the caller's meter. */
  read(names: RecordNames): ReturnType<typeof readState> {
    this.#made.set(toHex(names.key), names);
    return readState(this.#ctx, this.contract, names);
  }

  /** Distinct records that were read. */
  get made(): readonly RecordNames[] {
    return [...this.#made.values()];
  }
}
