/**
 * What a contract engine is built from.
 * @module
 */
import type { Primitives } from "@enclavenet/crypto";
import type { InstanceMode } from "@enclavenet/wasm-engine";
import type { MessageCounter } from "../block-verifier/message-counter.ts";
import type { KeyGuard } from "../key-guard/key-guard.ts";

export interface EngineOptions {
  readonly primitives: Primitives;
  readonly guard: KeyGuard;
  readonly counter: MessageCounter;
  /** Receives what contracts print; development bundle only. */
  readonly debug?: (text: string) => void;
  /** How contract instances are made; `pooled` when it is not given. */
  readonly instances?: InstanceMode;
}
