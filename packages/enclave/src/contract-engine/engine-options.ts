/**
 * What a contract engine is built from.
 * @module
 */
import type { Primitives } from "@enclavenet/crypto";
import type { InstanceMode } from "@enclavenet/wasm-engine";
import type { MessageCounter } from "../block-verifier/message-counter.ts";
import type { LiveKeys } from "../key-guard/live-keys.ts";

export interface EngineOptions {
  readonly primitives: Primitives;
  readonly keys: LiveKeys;
  readonly counter: MessageCounter;
  /** Receives what contracts print; development bundle only. */
  readonly debug?: (text: string) => void;
  /** How contract instances are made; `pooled` when it is not given. */
  readonly instances?: InstanceMode;
}
