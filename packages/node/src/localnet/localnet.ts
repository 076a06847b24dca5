/**
 * A network on one machine: one enclave process, one executor thread, the embedded engine, the servers. The only place that
 * puts them together.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AsyncApplication } from "@enclavenet/abci";
import { LocalError, type Logger, toHex } from "@enclavenet/common";
import {
  backendDatabase,
  EmbeddedEngine,
  FileSignStateStorage,
  PrivateValidator,
  type ProductionMode,
} from "@enclavenet/consensus";
import type { Primitives } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { CallClock, type EnclaveProcess, spawnEnclave, watchDeadline } from "@enclavenet/enclave-host";
import { LmdbBackend } from "@enclavenet/store";
import { type ExecutorThread, startExecutor } from "../executor/executor-client.ts";
import { checkDatabases } from "../home/databases.ts";
import { loadValidatorKey } from "../home/files.ts";
import { bringHomeUpToDate, requireKnownFormat } from "../home/format.ts";
import { lockHome, type NodeHome, prepareHome } from "../home/home.ts";
import { createLogger } from "../logger.ts";
import { VERSION } from "../version.ts";
import { Cleanup, nodeIsStopping } from "./cleanup.ts";
import { enclaveDied } from "./enclave-exit.ts";
import { FailureWatch } from "./failure-watch.ts";
import { loadGenesis } from "./load-genesis.ts";
import { type LocalnetOptions, MIN_GAS_PRICES } from "./options.ts";
import { rpcBackend } from "./rpc-backend.ts";
import { type Servers, startServers } from "./servers.ts";

/** A running local network. */
export interface Localnet {
  readonly chainId: string;
  readonly urls: Servers["urls"];
  readonly home: string | undefined;
  readonly enclavePids: readonly number[];
  readonly enclaveMeasurement: string;
  height(): bigint;
  /** Resolves with the reason when the network cannot go on. */
  readonly failed: Promise<Error>;
  /** Ends everything that was started, in order. */
  stop(): Promise<void>;
}

/** Time that an enclave gets to end by itself. */
const ENCLAVE_EXIT_MS = 1_000;

async function endEnclave(enclave: EnclaveProcess): Promise<void> {
  enclave.close();
  const timer = setTimeout(() => enclave.kill(), ENCLAVE_EXIT_MS);
  await enclave.exited;
  clearTimeout(timer);
}

function temporaryHome(): string {
  try {
    return mkdtempSync(join(tmpdir(), "enclavenet-localnet-"));
  } catch (cause) {
    throw new LocalError("TMPDIR_UNUSABLE", `no folder can be made in ${tmpdir()}`, {
      fix: "set TMPDIR to a writable directory, or give --home",
      cause,
    });
  }
}

function openHome({ options, cleanup, logger }: Parts): NodeHome {
  const directory = options.home ?? temporaryHome();
  if (options.home === undefined) cleanup.add(() => rmSync(directory, { recursive: true, force: true }));
  requireKnownFormat(directory);
  const home = prepareHome(directory);
  cleanup.add(lockHome(home));
  for (const step of bringHomeUpToDate(directory)) logger.warn("the home was migrated", { step });
  checkDatabases(home);
  return home;
}

function startEnclave(options: LocalnetOptions, home: NodeHome, cleanup: Cleanup): EnclaveProcess {
  const enclave = spawnEnclave({ bundle: options.enclaveBundle, sealingDirectory: home.enclave });
  cleanup.add(() => endEnclave(enclave));
  return enclave;
}

interface Parts {
  readonly options: LocalnetOptions;
  readonly logger: Logger;
  readonly cleanup: Cleanup;
  readonly failures: FailureWatch;
  readonly primitives: Primitives;
}

function startExecutorThread(parts: Parts, home: NodeHome, enclave: EnclaveProcess, clock: CallClock): ExecutorThread {
  const { options, cleanup, failures } = parts;
  const executor = startExecutor(
    new URL("../bundles/executor-thread.mjs", import.meta.url),
    {
      enclaveReadFd: enclave.readFd,
      enclaveWriteFd: enclave.writeFd,
      callClock: clock.buffer,
      sealingDirectory: home.enclave,
      stateDirectory: home.state,
      codeDirectory: home.code,
      minGasPrices: MIN_GAS_PRICES,
      version: VERSION,
      logLevel: options.logLevel,
      pruning: "nothing",
    },
    (error) => failures.report(error),
  );
  cleanup.add(() => executor.close());
  // A call that does not come back would hold the shutdown; what it would have written was shown to nobody.
  cleanup.addImpatient(() => {
    executor.fail(nodeIsStopping());
    enclave.kill();
  });
  const stopWatching = watchDeadline(clock, options.enclaveDeadlineMs, () => {
    failures.report(
      new LocalError("ENCLAVE_DEADLINE", `an enclave call took longer than ${options.enclaveDeadlineMs} ms`, {
        fix: "start the node again: it goes on from the last committed block",
      }),
    );
    enclave.kill();
  });
  cleanup.add(stopWatching);
  void enclave.exited.then((exit) => {
    const error = enclaveDied(exit);
    failures.report(error);
    executor.fail(error);
  });
  return executor;
}

async function openEngine(parts: Parts, home: NodeHome, executor: ExecutorThread): Promise<EmbeddedEngine> {
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

/** Rejects when the caller wants the start to end. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(nodeIsStopping());
    signal?.addEventListener("abort", () => reject(nodeIsStopping()), { once: true });
  });
}

/**
 * Starts a local network. Whatever was started is ended again when a step fails or `signal` is aborted (LocalError
 * `NODE_STOPPING`).
 */
export async function startLocalnet(options: LocalnetOptions, signal?: AbortSignal): Promise<Localnet> {
  const logger = createLogger(options.logLevel);
  const cleanup = new Cleanup(logger);
  const failures = new FailureWatch();
  const parts: Parts = { options, logger, cleanup, failures, primitives: createNodePrimitives() };
  const failed = failures.failed.then((error) => Promise.reject(error));
  const assembled = assemble(parts).catch((error: Error) => {
    failures.report(error);
    return failed;
  });
  try {
    return await Promise.race([assembled, failed, aborted(signal)]);
  } catch (error) {
    failures.stopping();
    await cleanup.run();
    throw error;
  }
}

/** Starts production. The chain has a block then, so that whoever is told "ready" can query and send. */
async function startProduction(engine: EmbeddedEngine, { mode }: ProductionMode): Promise<void> {
  const isNew = engine.reader.latestHeight() === 0n;
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

/** An enclave that has forgotten blocks would refuse the next one; the start is the better time to say so. */
function demandProgress(enclaveHeight: bigint, chainHeight: bigint): void {
  if (enclaveHeight >= chainHeight) return;
  throw new LocalError(
    "ENCLAVE_BEHIND",
    `the chain is at height ${chainHeight}, further than the enclave's sealed state`,
    {
      fix: "the node goes on with the enclave that executed its blocks: restore its enclave folder, or start with a new --home",
    },
  );
}

async function assemble(parts: Parts): Promise<Localnet> {
  const { options, logger, cleanup, failures, primitives } = parts;
  const home = openHome(parts);
  const enclave = startEnclave(options, home, cleanup);
  const clock = new CallClock();
  const executor = startExecutorThread(parts, home, enclave, clock);
  const engine = await openEngine(parts, home, executor);
  void engine.fatal.then((error) => failures.report(error));
  const { hello, status } = await executor.api.enclaveStatus();
  demandProgress(status.height, engine.reader.latestHeight());
  const measurement = toHex(hello.measurement);
  let rpcAddress = `${options.host}:${options.rpcPort}`;
  const { production } = options;
  const backend = rpcBackend(
    { engine, executor: executor.api, primitives, production, queryMethods: await executor.api.queryMethods() },
    {
      moniker: "localnet",
      version: VERSION,
      get rpcAddress() {
        return rpcAddress;
      },
      minimumGasPrice: "0.012500000000000000uscrt",
      enclave() {
        const { ecalls, ocalls } = clock.crossings();
        return {
          enclave: "software enclave, development only",
          enclave_network_class: hello.networkClass,
          enclave_measurement: measurement,
          enclave_calls: ecalls.toString(),
          enclave_ocalls: ocalls.toString(),
        };
      },
    },
  );
  const servers = await startServers({ options, backend, primitives, logger });
  cleanup.add(() => servers.close());
  rpcAddress = new URL(servers.urls.rpc).host;
  await startProduction(engine, production);
  return {
    chainId: options.chainId,
    urls: servers.urls,
    home: options.home,
    enclavePids: [enclave.pid],
    enclaveMeasurement: measurement,
    height: () => engine.reader.latestHeight(),
    failed: failures.failed,
    async stop() {
      failures.stopping();
      await cleanup.run();
    },
  };
}
