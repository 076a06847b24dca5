/**
 * Starts of nodes: whatever was started is ended again when a step fails, or when the caller wants the start to end.
 * @module
 */
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { createLogger } from "../logger.ts";
import { Cleanup, nodeIsStopping } from "./cleanup.ts";
import { FailureWatch } from "./failure-watch.ts";
import type { NodeOptions, NodeParts } from "./parts.ts";

/** Rejects when the caller wants the start to end. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(nodeIsStopping());
    signal?.addEventListener("abort", () => reject(nodeIsStopping()), { once: true });
  });
}

/**
 * Runs `assemble`. Throws what it threw, the first failure of a part, or LocalError `NODE_STOPPING` when `signal` was aborted.
 */
export async function startNode<Options extends NodeOptions, Node>(
  options: Options,
  assemble: (parts: NodeParts<Options>) => Promise<Node>,
  signal?: AbortSignal,
): Promise<Node> {
  const logger = createLogger(options.logLevel);
  const cleanup = new Cleanup(logger);
  const failures = new FailureWatch();
  const failed = failures.failed.then((error) => Promise.reject(error));
  const assembled = assemble({ options, logger, cleanup, failures, primitives: createNodePrimitives() }).catch(
    (error: Error) => {
      failures.report(error);
      return failed;
    },
  );
  try {
    return await Promise.race([assembled, failed, aborted(signal)]);
  } catch (error) {
    failures.stopping();
    await cleanup.run();
    throw error;
  }
}
