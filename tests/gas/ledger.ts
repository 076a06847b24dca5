/**
 * Adds up what a transaction must cost, from its trace alone: operations of the stores, contract calls as the reference meter
 * reckons them, size and signature (spec 03 §2.4, §3.2; 04 §6.1).
 *
 * Three kinds of reads are the node's own and cost nothing: the counter of transactions before metering begins, the account
 * whose number the enclave is told, and the records that go to the enclave ahead.
 * @module
 */
import { type Reckoned, reckonCall } from "./reference/call.ts";
import { callCost, operationCost, PRICES } from "./reference/prices.ts";
import type { StoreOperation } from "./store-trace.ts";
import type { CallEvent, EcallEvent, OcallEvent, TraceEvent } from "./trace.ts";

/** One contract call, as reckoned and as the enclave said. */
export interface CallLine {
  readonly entry: string;
  readonly reckoned: bigint;
  readonly reported: bigint;
  readonly error: string | undefined;
  readonly engineError: string | undefined;
  /** Remaining, exhausted, external and pseudo gas. */
  readonly meter: Reckoned["meter"];
  readonly engineMeter: Reckoned["meter"];
  readonly sameOutput: boolean;
}

export interface Ledger {
  readonly total: bigint;
  readonly calls: readonly CallLine[];
}

const STATE_PREFIX = 0x03;
const COUNTER_KEY = 0x08;

const isState = ({ store, key }: StoreOperation): boolean => store === "compute" && key[0] === STATE_PREFIX;
const isStateRead = (event: TraceEvent | undefined): boolean =>
  event?.kind === "operation" && event.operation.kind === "get" && isState(event.operation);
const isAccountRead = (event: TraceEvent | undefined): boolean =>
  event?.kind === "operation" && event.operation.kind === "get" && event.operation.store === "acc";

/** How many operations `reads` reads make: a record that is missing is also looked for under its old name. */
function readsLength(events: readonly TraceEvent[], reads: number): number {
  let at = 0;
  for (let i = 0; i < reads; i++) {
    const event = events[at++];
    if (!isStateRead(event)) throw new Error("a read by hint is not made again");
    if (event?.kind === "operation" && event.operation.value === undefined) at++;
  }
  return at;
}

const operationsOf = (events: readonly TraceEvent[]): StoreOperation[] =>
  events.flatMap((event) => (event.kind === "operation" ? [event.operation] : []));

class Accountant {
  readonly calls: CallLine[] = [];

  /** Cost of everything in `events`. */
  add(events: readonly TraceEvent[]): bigint {
    let sum = 0n;
    const charged = this.charged(events);
    for (const [i, event] of charged.entries()) {
      if (event.kind === "operation") sum += operationCost(event.operation);
      else if (event.kind === "ecall") sum += this.contractCall(event, charged.slice(i + 1));
      else sum += this.add(event.events);
    }
    return sum;
  }

  /** Without what the node reads for itself in front of an ecall. */
  private charged(events: readonly TraceEvent[]): TraceEvent[] {
    const kept: TraceEvent[] = [];
    for (const event of events) {
      if (event.kind === "ecall") {
        if (event.hints > 0) while (isStateRead(kept.at(-1))) kept.pop();
        if (event.isOfUser) {
          if (!isAccountRead(kept.at(-1))) throw new Error("the sender's account is not read for the enclave");
          kept.pop();
        }
      }
      kept.push(event);
    }
    return kept;
  }

  private contractCall(ecall: EcallEvent, after: readonly TraceEvent[]): bigint {
    const inside = this.inside(ecall.events);
    const call = inside.calls[0];
    const settled = readsLength(after, ecall.settledAfter);
    const accesses = [...inside.accesses, ...operationsOf(after.slice(0, settled))];
    const reckoned = call && this.reckon(call, ecall, { accesses, queryCosts: inside.queryCosts });
    if (reckoned !== undefined && ecall.answered) checkFlush(after.slice(settled), reckoned.writes.size);
    const used = reckoned?.used ?? 0n;
    const twice = ecall.name === "reply" && !ecall.failed;
    return PRICES.instance + inside.cost + callCost(used) * (twice ? 2n : 1n);
  }

  private reckon(event: CallEvent, ecall: EcallEvent, surroundings: Parameters<typeof reckonCall>[1]) {
    const { outcome, call } = event;
    // The host broke off: what the call used is not charged, only that it was one.
    if (outcome === undefined) return undefined;
    const reckoned = reckonCall(call, surroundings);
    this.calls.push(line(call.entry, reckoned, ecall, outcome));
    return reckoned;
  }

  /** What an ecall does besides running the contract: its accesses to state, and the cost of each of its queries. */
  private inside(events: readonly TraceEvent[]) {
    const accesses: StoreOperation[] = [];
    const queryCosts: bigint[] = [];
    const calls: CallEvent[] = [];
    let cost = 0n;
    const visit = (event: TraceEvent): void => {
      if (event.kind === "call") {
        calls.push(event);
        event.events.forEach(visit);
      } else if (event.kind === "ocall") {
        const { own, query } = this.ocall(event);
        accesses.push(...own);
        for (const one of own) cost += operationCost(one);
        if (query !== undefined) {
          queryCosts.push(query);
          cost += query;
        }
      }
    };
    events.forEach(visit);
    return { accesses, queryCosts, calls, cost };
  }

  private ocall({ name, settled, events }: OcallEvent): { own: StoreOperation[]; query: bigint | undefined } {
    if (name !== "queryChain") return { own: operationsOf(events), query: undefined };
    const length = readsLength(events, settled);
    return { own: operationsOf(events.slice(0, length)), query: this.add(events.slice(length)) };
  }
}

/** The flush of a call: every record that it wrote leaves its old name, then gets its value. */
function checkFlush(after: readonly TraceEvent[], writes: number): void {
  const kinds = after.slice(0, 2 * writes + 1).map((event) => {
    return event.kind === "operation" && isState(event.operation) ? event.operation.kind : undefined;
  });
  const expected = [...new Array<string>(writes).fill("delete"), ...new Array<string>(writes).fill("set")];
  const next = kinds[2 * writes];
  if (kinds.slice(0, 2 * writes).join() !== expected.join() || next === "set" || next === "delete") {
    throw new Error(`${writes} records were written, and the store saw ${kinds}`);
  }
}

function line(
  entry: string,
  reckoned: Reckoned,
  ecall: EcallEvent,
  outcome: NonNullable<CallEvent["outcome"]>,
): CallLine {
  const { remaining, exhausted, external, pseudoWriteGas } = outcome.gas;
  const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");
  return {
    entry,
    reckoned: reckoned.used,
    reported: ecall.usedGas,
    error: reckoned.error,
    engineError: outcome.error?.kind,
    meter: reckoned.meter,
    engineMeter: [remaining, exhausted, external, pseudoWriteGas],
    sameOutput: text(reckoned.output) === text(outcome.output),
  };
}

/** The metered part of a transaction's trace: what follows the counter of transactions. */
function metered(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const counted = events.findIndex(
    (event) => event.kind === "operation" && event.operation.kind === "set" && event.operation.key[0] === COUNTER_KEY,
  );
  if (counted < 0) throw new Error("the transaction is not counted");
  return events.slice(counted + 1);
}

/** What a transaction with one signature must cost; `extra` is what its messages charge besides. */
export function reckonTransaction(events: readonly TraceEvent[], txBytes: number, extra = 0n): Ledger {
  const accountant = new Accountant();
  const body = accountant.add(metered(events));
  return {
    total: body + PRICES.txByte * BigInt(txBytes) + PRICES.signature + extra,
    calls: accountant.calls,
  };
}

/** What a query from outside costs on its own meter. */
export function reckonQuery(events: readonly TraceEvent[]): Ledger {
  const accountant = new Accountant();
  const total = accountant.add(events);
  return { total, calls: accountant.calls };
}
