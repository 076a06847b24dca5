/**
 * What every engine of a node is given: the executor as the application, the database of blocks, the mailbox of finality.
 * @module
 */
import type { AsyncApplication } from "@enclavenet/abci";
import { backendDatabase } from "@enclavenet/consensus";
import { LmdbBackend } from "@enclavenet/store";
import type { ExecutorThread } from "../executor/executor-client.ts";
import type { NodeHome } from "../home/home.ts";
import type { NodeParts } from "./parts.ts";

/** Opens the database of the home's blocks, which is closed at the end. */
export function engineModules({ logger, cleanup }: NodeParts, home: NodeHome, executor: ExecutorThread) {
  const backend = new LmdbBackend({ path: home.blocks });
  cleanup.add(() => backend.close());
  return {
    application: executor.api as AsyncApplication,
    database: backendDatabase(backend),
    onFinality: (...finality: Parameters<ExecutorThread["api"]["putFinality"]>) =>
      executor.api.putFinality(...finality),
    logger: logger.child("consensus"),
  };
}
