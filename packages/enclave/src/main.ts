/**
 * Entry of both bundles: closes every door of the process that is not the channel, builds the enclave, serves.
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { createEnclave } from "./enclave.ts";
import type { NetworkClass } from "./keychain/keychain.ts";
import { softwareSealing } from "./sealing/software-sealing.ts";
import { inheritedChannel, serve } from "./transport.ts";

/** Exit codes: the host reads nothing else of an enclave that ended. */
const EXIT = { hostGone: 0, failed: 70, sealingFailed: 72 } as const;

function exitCodeOf(error: unknown): number {
  const { code, status } = error as { code?: unknown; status?: unknown };
  if (code === "ENCLAVE_CHANNEL_CLOSED") return EXIT.hostGone;
  return status === "SealingFailed" || status === "KeychainConflict" ? EXIT.sealingFailed : EXIT.failed;
}

/**
 * No signal starts the inspector, no error prints: texts of exceptions may hold plaintext. Signals that a terminal or a
 * supervisor sends to a whole group are the host's to answer; its end is this process's end.
 */
function closeDoors(): void {
  for (const signal of ["SIGUSR1", "SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("uncaughtException", () => process.exit(EXIT.failed));
  process.on("unhandledRejection", () => process.exit(EXIT.failed));
  process.report.reportOnFatalError = false;
  process.report.reportOnSignal = false;
  process.report.reportOnUncaughtException = false;
}

/** Runs the enclave of one network class over the sealing folder given as the only argument. Never returns. */
export function runEnclave(networkClass: NetworkClass, bundleUrl: string): never {
  closeDoors();
  try {
    const directory = process.argv[2];
    if (directory === undefined) process.exit(EXIT.failed);
    const primitives = createNodePrimitives();
    const measurement = primitives.sha256(readFileSync(fileURLToPath(bundleUrl)));
    const storage = softwareSealing(primitives, directory, networkClass);
    const program = createEnclave({ primitives, storage, networkClass, measurement });
    return serve(inheritedChannel(), program);
  } catch (error) {
    process.exit(exitCodeOf(error));
  }
}
