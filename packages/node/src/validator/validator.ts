/**
 * A node that makes the blocks of its network alone: one enclave process, one executor thread, the embedded engine, the servers.
 * @module
 */
import {
  type Ed25519Signer,
  EmbeddedEngine,
  FileSignStateStorage,
  type GenesisDocument,
  PrivateValidator,
  type ProductionMode,
} from "@enclavenet/consensus";
import { engineModules } from "../assembly/engine-modules.ts";
import { openHome } from "../assembly/open-home.ts";
import type { NodeOptions, NodeParts, NodePorts, StateProofsSetting } from "../assembly/parts.ts";
import type { RunningNode } from "../assembly/running-node.ts";
import { serve } from "../assembly/serve.ts";
import type { FaucetOf } from "../assembly/servers.ts";
import { startStateMachine } from "../assembly/state-machine.ts";
import type { ExecutorThread } from "../executor/executor-client.ts";
import { loadValidatorKey } from "../home/files.ts";
import type { NodeHome } from "../home/home.ts";

/** Options of any node that makes blocks. */
export interface ProducerOptions extends NodeOptions, NodePorts {
  readonly production: ProductionMode;
}

/** What one kind of such a node differs in. */
export interface ValidatorPlan {
  readonly moniker: string;
  /** What a network that begins now gets unless the options say otherwise. */
  readonly stateProofs: StateProofsSetting;
  readonly faucet?: FaucetOf;
  genesis(home: NodeHome, executor: ExecutorThread, signer: Ed25519Signer): Promise<GenesisDocument>;
}

/** A running node that makes blocks. */
export interface ValidatorNode extends RunningNode {
  height(): bigint;
}

async function openEngine(
  parts: NodeParts<ProducerOptions>,
  home: NodeHome,
  executor: ExecutorThread,
  plan: ValidatorPlan,
): Promise<EmbeddedEngine> {
  const { options, cleanup, primitives } = parts;
  const signer = loadValidatorKey(primitives, home.validatorKey);
  const genesis = await plan.genesis(home, executor, signer);
  const engine = await EmbeddedEngine.open(
    { production: options.production },
    {
      genesis,
      ...engineModules(parts, home, executor),
      privateValidator: await PrivateValidator.open(signer, new FileSignStateStorage(home.validatorState)),
      clock: { now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n },
    },
  );
  cleanup.add(() => engine.stop());
  return engine;
}

/**
 * Starts production. The chain has a block then, so that whoever is told "ready" can query and send. An enclave that wants proofs
 * needs a header of this run before it answers queries.
 */
async function startProduction(engine: EmbeddedEngine, { mode }: ProductionMode, stateProven: boolean): Promise<void> {
  const isNew = engine.reader.latestHeight() === 0n;
  if (!isNew && stateProven) await engine.produceBlock();
  // Nobody should wait an interval, or for ever, for the block that makes the genesis state visible.
  if (isNew && mode !== "auto") await engine.produceBlock();
  engine.start();
  if (isNew && mode === "auto") await nextBlock(engine);
}

async function nextBlock(engine: EmbeddedEngine): Promise<void> {
  await new Promise<void>((resolve) => {
    const unsubscribe = engine.reader.subscribe(() => {
      unsubscribe();
      resolve();
    });
  });
}

/** Puts the node together and starts it. */
export async function assembleValidator(
  parts: NodeParts<ProducerOptions>,
  plan: ValidatorPlan,
): Promise<ValidatorNode> {
  const { options, cleanup, failures } = parts;
  const home = openHome(parts);
  const machine = startStateMachine(parts, home, plan.stateProofs);
  const engine = await openEngine(parts, home, machine.executor, plan);
  void engine.fatal.then((error) => failures.report(error));
  const { urls, enclaveMeasurement, enclaveTee, stateProven } = await serve(parts, machine, engine, {
    moniker: plan.moniker,
    ...(plan.faucet === undefined ? {} : { faucet: plan.faucet }),
    ...(options.production.mode === "manual" ? { produceBlock: () => engine.produceBlock() } : {}),
  });
  await startProduction(engine, options.production, stateProven);
  return {
    chainId: engine.reader.genesis.chainId,
    urls,
    home: options.home,
    enclavePids: [machine.enclave.pid],
    enclaveMeasurement,
    enclaveTee,
    height: () => engine.reader.latestHeight(),
    failed: failures.failed,
    async stop() {
      failures.stopping();
      await cleanup.run();
    },
  };
}
