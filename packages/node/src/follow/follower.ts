/**
 * A following node: one enclave process, one executor thread, the following engine, the servers. No vote, no faucet.
 * @module
 */
import { FollowEngine, type FollowProgress, httpTransport } from "@enclavenet/consensus";
import { engineModules } from "../assembly/engine-modules.ts";
import { openHome } from "../assembly/open-home.ts";
import type { NodeOptions, NodeParts, NodePorts } from "../assembly/parts.ts";
import type { RunningNode } from "../assembly/running-node.ts";
import { serve } from "../assembly/serve.ts";
import { startNode } from "../assembly/start.ts";
import { startStateMachine } from "../assembly/state-machine.ts";
import type { ExecutorThread } from "../executor/executor-client.ts";
import { loadValidatorKey } from "../home/files.ts";
import type { NodeHome } from "../home/home.ts";
import { followedGenesis } from "./followed-genesis.ts";

export interface FollowerOptions extends NodeOptions, NodePorts {
  readonly home: string;
  /** URLs of RPCs, the preferred one first. */
  readonly sources: readonly string[];
}

/** A running following node. */
export interface FollowerNode extends RunningNode {
  progress(): FollowProgress;
}

async function openEngine(
  parts: NodeParts<FollowerOptions>,
  home: NodeHome,
  executor: ExecutorThread,
): Promise<FollowEngine> {
  const { options, cleanup, primitives } = parts;
  const sources = options.sources.map(httpTransport);
  const genesis = await followedGenesis(home, executor, sources);
  const engine = await FollowEngine.open(
    {},
    {
      genesis,
      ...engineModules(parts, home, executor),
      sources,
      primitives,
      publicKey: loadValidatorKey(primitives, home.validatorKey).publicKey,
    },
  );
  cleanup.add(() => engine.stop());
  return engine;
}

/** What `/status` says of following, beside `catching_up`. */
function factsOf(engine: FollowEngine): Readonly<Record<string, string>> {
  const { source, target, blocksPerSecond, txsPerSecond, lastError } = engine.progress();
  return {
    follow_source: source,
    follow_target_height: target.toString(),
    follow_blocks_per_second: blocksPerSecond.toFixed(1),
    follow_txs_per_second: txsPerSecond.toFixed(1),
    follow_error: lastError?.code ?? "",
  };
}

async function assemble(parts: NodeParts<FollowerOptions>): Promise<FollowerNode> {
  const { options, cleanup, failures } = parts;
  const home = openHome(parts);
  const machine = startStateMachine(parts, home);
  const engine = await openEngine(parts, home, machine.executor);
  void engine.fatal.then((error) => failures.report(error));
  const { urls, enclaveMeasurement, enclaveTee } = await serve(parts, machine, engine, {
    moniker: "follower",
    facts: () => factsOf(engine),
  });
  engine.start();
  return {
    chainId: engine.reader.genesis.chainId,
    urls,
    home: options.home,
    enclavePids: [machine.enclave.pid],
    enclaveMeasurement,
    enclaveTee,
    progress: () => engine.progress(),
    failed: failures.failed,
    async stop() {
      failures.stopping();
      await cleanup.run();
    },
  };
}

/**
 * Starts a following node. It answers at once, and says in its status whether it is behind. Whatever was started is ended again
 * when a step fails or `signal` is aborted (LocalError `NODE_STOPPING`).
 */
export function startFollower(options: FollowerOptions, signal?: AbortSignal): Promise<FollowerNode> {
  return startNode(options, assemble, signal);
}
