/**
 * Bundles of an enclave that behaves until a certain answer, and then does not: the real bundle behind a prelude that spoils what
 * it writes to the channel.
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EcallName, ecalls } from "@enclavenet/enclave-api";

/** What a hostile enclave does with an answer. */
export type Misdeed =
  | "noise"
  | "hugeLength"
  | "halfAndExit"
  | "exit"
  | "crash"
  | "hang"
  | "halfAndHang"
  | "twice"
  | "floodOfAnswers"
  | "floodOfOcalls"
  | "patch";

export interface HostilePlan {
  /** Answers to this call are spoiled. */
  readonly call: EcallName;
  readonly how: Misdeed;
  /** For `exit`. */
  readonly code?: number;
  /** For `patch`: bytes in hexadecimal, and where in the answer's body they go. */
  readonly at?: number;
  readonly bytes?: string;
}

/** Writes the bundle of a plan into `folder`; returns its path. */
export function hostileBundle(realBundle: string, folder: string, { call, ...plan }: HostilePlan): string {
  const prelude = readFileSync(new URL("prelude.mjs", import.meta.url), "utf8");
  const bundle = readFileSync(realBundle);
  const misdeed = JSON.stringify({ ...plan, method: ecalls[call].id, bundleBytes: bundle.length });
  const path = join(folder, `enclave-${call}-${plan.how}.mjs`);
  writeFileSync(path, Buffer.concat([Buffer.from(prelude.replace("= MISDEED;", () => `= ${misdeed};`)), bundle]));
  return path;
}
