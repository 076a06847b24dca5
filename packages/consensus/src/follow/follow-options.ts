/**
 * What a following engine is made of, and what it says of itself.
 * @module
 */
import type { AsyncApplication } from "@enclavenet/abci";
import type { LocalError, Logger, MetricsRegistry } from "@enclavenet/common";
import type { CometPrimitives } from "@enclavenet/light-client";
import type { Timers } from "../base/timers.ts";
import type { OnFinality } from "../execution/executor.ts";
import type { GenesisDocument } from "../genesis/genesis-document.ts";
import type { SearchLimits } from "../search/search.ts";
import type { EngineDatabase } from "../storage/database.ts";
import type { SourceTimeouts } from "./source/block-source.ts";
import type { RpcTransport } from "./source/transport.ts";
import type { Speed } from "./sync-speed.ts";

/** Choices. */
export interface FollowEngineOptions {
  /** Pause between two looks for a new block. */
  readonly pollMs?: number;
  readonly timeouts?: Partial<SourceTimeouts>;
  readonly search?: Partial<SearchLimits>;
}

/** Collaborators. */
export interface FollowEngineModules {
  readonly genesis: GenesisDocument;
  readonly application: AsyncApplication;
  /** This engine's own database; the caller closes it after {@link FollowEngine.stop}. */
  readonly database: EngineDatabase;
  /** RPCs of nodes of this network, the preferred one first. At least one. */
  readonly sources: readonly RpcTransport[];
  readonly primitives: CometPrimitives;
  /** The ed25519 key that this node is known by. It signs nothing. */
  readonly publicKey: Uint8Array;
  readonly onFinality: OnFinality;
  readonly timers?: Timers;
  readonly logger?: Logger;
  readonly metrics?: MetricsRegistry;
}

/** How far this node is. */
export interface FollowProgress extends Speed {
  readonly height: bigint;
  /** Height that the sources claim; unverified. */
  readonly target: bigint;
  readonly catchingUp: boolean;
  readonly source: string;
  /** Why the last source failed, while no good block has come since. */
  readonly lastError: LocalError | undefined;
}

export const DEFAULT_POLL_MS = 200;
