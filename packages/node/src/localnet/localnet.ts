/**
 * A network on one machine: one enclave process, one executor thread, the embedded engine, the servers. The only place that
 * puts them together.
 * @module
 */
import type { AsyncApplication } from "@enclavenet/abci";
import { LocalError } from "@enclavenet/common";
import {
  backendDatabase,
  EmbeddedEngine,
  FileSignStateStorage,
  PrivateValidator,
  type ProductionMode,
} from "@enclavenet/consensus";
import { LmdbBackend } from "@enclavenet/store";
import { openHome } from "../assembly/open-home.ts";
import type { NodeParts } from "../assembly/parts.ts";
import { serve } from "../assembly/serve.ts";
import type { FaucetOf, Servers } from "../assembly/servers.ts";
import { startNode } from "../assembly/start.ts";
import { startStateMachine } from "../assembly/state-machine.ts";
import type { ExecutorThread } from "../executor/executor-client.ts";
import { loadValidatorKey } from "../home/files.ts";
import type { NodeHome } from "../home/home.ts";
import { FAUCET_ACCOUNT, LOCAL_ACCOUNTS } from "./accounts.ts";
import { loadGenesis } from "./load-genesis.ts";
import { LOCALNET_DEFAULTS, type LocalnetOptions } from "./options.ts";
import { faucetWallet } from "./wallet.ts";

/** A running local network. */
export interface Localnet {
  readonly chainId: string;
  readonly urls: Required<Servers["urls"]>;
  readonly home: string | undefined;
  readonly enclavePids: readonly number[];
  readonly enclaveMeasurement: string;
  /** A value of `TeeName`. */
  readonly enclaveTee: string;
  height(): bigint;
  /** Resolves with the reason when the network cannot go on. */
  readonly failed: Promise<Error>;
  /** Ends everything that was started, in order. */
  stop(): Promise<void>;
}

async function openEngine(
  parts: NodeParts<LocalnetOptions>,
  home: NodeHome,
  executor: ExecutorThread,
): Promise<EmbeddedEngine> {
  const { options, logger, cleanup, primitives } = parts;
  const signer = loadValidatorKey(primitives, home.validatorKey);
  const genesis = await loadGenesis(home, options.chainId, executor, signer.publicKey);
  const backend = new LmdbBackend({ path: home.blocks });
  cleanup.add(() => backend.close());
  const engine = await EmbeddedEngine.open(
    { production: options.production },
    {
      genesis,
      application: executor.api as AsyncApplication,
      database: backendDatabase(backend),
      privateValidator: await PrivateValidator.open(signer, new FileSignStateStorage(home.validatorState)),
      clock: { now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n },
      onFinality: (height, finality) => executor.api.putFinality(height, finality),
      logger: logger.child("consensus"),
    },
  );
  cleanup.add(() => engine.stop());
  return engine;
}

/**
 * Starts a local network. Whatever was started is ended again when a step fails or `signal` is aborted (LocalError
 * `NODE_STOPPING`).
 */
export function startLocalnet(options: LocalnetOptions, signal?: AbortSignal): Promise<Localnet> {
  return startNode(options, assemble, signal);
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

/** The faucet pays from a known account. */
function faucetOf({ options, primitives }: NodeParts<LocalnetOptions>): FaucetOf {
  const account = LOCAL_ACCOUNTS.find(({ name }) => name === FAUCET_ACCOUNT);
  if (account === undefined) throw new LocalError("FAUCET_ACCOUNT", "the faucet's account is not among the accounts");
  const { chainId, faucetPort: port } = options;
  return (backend) => ({ wallet: faucetWallet({ primitives, account, chainId, backend }), port });
}

async function assemble(parts: NodeParts<LocalnetOptions>): Promise<Localnet> {
  const { options, cleanup, failures } = parts;
  const home = openHome(parts);
  const machine = startStateMachine(parts, home, LOCALNET_DEFAULTS.stateProofs);
  const engine = await openEngine(parts, home, machine.executor);
  void engine.fatal.then((error) => failures.report(error));
  const { urls, enclaveMeasurement, enclaveTee, stateProven } = await serve(parts, machine, engine, {
    moniker: "localnet",
    faucet: faucetOf(parts),
    ...(options.production.mode === "manual" ? { produceBlock: () => engine.produceBlock() } : {}),
  });
  await startProduction(engine, options.production, stateProven);
  return {
    chainId: options.chainId,
    // There is one, since a wallet for it was given.
    urls: { ...urls, faucet: urls.faucet as string },
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
