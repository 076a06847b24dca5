/** One simulated following process over a disk that outlives it. */
import { setTimeout as delay } from "node:timers/promises";
import {
  type EngineEvent,
  FollowEngine,
  type FollowEngineOptions,
  type GenesisDocument,
  type RpcTransport,
  type Timers,
} from "../../../src/index.ts";
import { Disk, DiskDatabase } from "../disk.ts";
import { Faults } from "../faults.ts";
import { KvApp } from "../kv-app.ts";
import { primitives } from "../primitives.ts";

export interface FollowerOptions {
  readonly genesis: GenesisDocument;
  readonly sources: readonly RpcTransport[];
  readonly disk?: Disk;
  readonly faults?: Faults;
  readonly prepare?: (app: KvApp) => void;
  readonly engine?: FollowEngineOptions;
  readonly timers?: Timers;
  /** A build of the engine in which something is missing. */
  readonly Engine?: typeof FollowEngine;
}

export interface Follower {
  readonly engine: FollowEngine;
  readonly app: KvApp;
  readonly disk: Disk;
  readonly events: EngineEvent[];
}

/** Opened, not started. */
export async function openFollower(options: FollowerOptions): Promise<Follower> {
  const { disk = new Disk(), faults = new Faults(), Engine = FollowEngine } = options;
  const app = new KvApp(disk, faults);
  options.prepare?.(app);
  const engine = await Engine.open(
    { pollMs: 1, ...options.engine },
    {
      genesis: options.genesis,
      application: app,
      database: new DiskDatabase(disk, faults),
      sources: options.sources,
      primitives,
      publicKey: new Uint8Array(32),
      onFinality: app.onFinality,
      ...(options.timers === undefined ? {} : { timers: options.timers }),
    },
  );
  const events: EngineEvent[] = [];
  engine.reader.subscribe((event) => events.push(event));
  return { engine, app, disk, events };
}

/** Looks until there is something to see; fails the test when there never is. */
export async function eventually<T>(look: () => T | undefined, ms = 15_000): Promise<T> {
  for (const end = performance.now() + ms; performance.now() < end; await delay(2)) {
    const seen = look();
    if (seen !== undefined) return seen;
  }
  throw new Error("it did not happen");
}

/** Waits until the engine has executed `height`. */
export function untilHeight({ engine }: Pick<Follower, "engine">, height: bigint): Promise<true> {
  return eventually(() => (engine.reader.latestHeight() >= height ? true : undefined));
}

/** Code of the reason for which the last source failed. */
export function untilRefused({ engine }: Pick<Follower, "engine">): Promise<string> {
  return eventually(() => engine.progress().lastError?.code);
}
