/** One simulated node process: engine, application, clock and timers over a disk that outlives it. */
import { createHash } from "node:crypto";
import { utf8ToBytes } from "@enclavenet/common";
import {
  createGenesis,
  DEFAULT_CONSENSUS_PARAMS,
  EmbeddedEngine,
  type EmbeddedEngineModules,
  type EmbeddedEngineOptions,
  type EngineEvent,
  ed25519Signer,
  type GenesisDocument,
  PrivateValidator,
  type ProductionMode,
  type Timers,
} from "../../src/index.ts";
import { Disk, DiskDatabase, DiskSignState } from "./disk.ts";
import { Faults } from "./faults.ts";
import { KvApp } from "./kv-app.ts";
import { primitives } from "./primitives.ts";

/** sha256("it's a secret"), spec 05 §3.13. */
export const SEED = new Uint8Array(createHash("sha256").update("it's a secret").digest());
export const GENESIS_TIME_NS = 1_700_000_000_000_000_000n;

export function genesisFor(over: { initialHeight?: bigint; chainId?: string } = {}): GenesisDocument {
  return createGenesis({
    genesisTimeNs: GENESIS_TIME_NS,
    chainId: over.chainId ?? "secretdev-1",
    initialHeight: over.initialHeight ?? 1n,
    consensusParams: DEFAULT_CONSENSUS_PARAMS,
    validators: [{ publicKey: ed25519Signer(primitives, SEED).publicKey, power: 1000n, name: "" }],
    appState: {},
  });
}

/** Lets everything run that does not wait for time. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Time that moves only by {@link ManualTime.advance}: timers and wall clock together. */
export class ManualTime implements Timers {
  static #started = 0n;
  #nowMs = 0;
  /** Every process starts at another time: nothing may depend on making the same block twice by chance. */
  #offsetNs = GENESIS_TIME_NS + 1_000_000_007n * ++ManualTime.#started;
  readonly #timers = new Set<{ due: number; callback: () => void }>();

  readonly clock = { now: () => this.#offsetNs + BigInt(Math.round(this.#nowMs * 1_000_000)) };

  now(): number {
    return this.#nowMs;
  }

  /** Timers that were set so far. */
  sets = 0;

  set(ms: number, callback: () => void): () => void {
    this.sets++;
    const timer = { due: this.#nowMs + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves the wall clock alone, as a user who travels in time. */
  travel(ms: number): void {
    this.#offsetNs += BigInt(ms) * 1_000_000n;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > end) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.due);
      next.callback();
      await settle();
    }
    this.#nowMs = end;
    await settle();
  }
}

export interface Node {
  readonly engine: EmbeddedEngine;
  readonly app: KvApp;
  readonly disk: Disk;
  readonly database: DiskDatabase;
  readonly faults: Faults;
  readonly time: ManualTime;
  readonly events: EngineEvent[];
  readonly validator: PrivateValidator;
}

export interface NodeOptions {
  readonly disk?: Disk;
  readonly faults?: Faults;
  readonly genesis?: GenesisDocument;
  readonly production?: ProductionMode;
  readonly engine?: Partial<EmbeddedEngineOptions>;
  readonly modules?: Partial<EmbeddedEngineModules>;
  readonly prepare?: (app: KvApp) => void;
}

export async function openNode(options: NodeOptions = {}): Promise<Node> {
  const { disk = new Disk(), faults = new Faults(), genesis = genesisFor() } = options;
  const time = new ManualTime();
  const app = new KvApp(disk, faults);
  options.prepare?.(app);
  const database = new DiskDatabase(disk, faults);
  const validator = await PrivateValidator.open(ed25519Signer(primitives, SEED), new DiskSignState(disk, faults));
  const engine = await EmbeddedEngine.open(
    { production: options.production ?? { mode: "manual" }, ...options.engine },
    {
      genesis,
      application: app,
      database,
      privateValidator: validator,
      clock: time.clock,
      timers: time,
      onFinality: app.onFinality,
      ...options.modules,
    },
  );
  const events: EngineEvent[] = [];
  engine.reader.subscribe((event) => events.push(event));
  return { engine, app, disk, database, faults, time, events, validator };
}

export const tx = utf8ToBytes;

export function hashOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
