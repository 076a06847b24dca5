/**
 * A network on one machine: one enclave process, one executor thread, the embedded engine, the servers. The only place that
 * puts them together.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AsyncApplication } from "@enclavenet/abci";
import { equalBytes, LocalError, type Logger, toHex } from "@enclavenet/common";
import {
  backendDatabase,
  EmbeddedEngine,
  FileSignStateStorage,
  type GenesisDocument,
  PrivateValidator,
  parseGenesis,
} from "@enclavenet/consensus";
import type { Primitives } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { KeychainState } from "@enclavenet/enclave-api";
import { CallClock, type EnclaveProcess, spawnEnclave, watchDeadline } from "@enclavenet/enclave-host";
import { LmdbBackend } from "@enclavenet/store";
import { type ExecutorThread, startExecutor } from "../executor/executor-client.ts";
import { loadValidatorKey, readFileIfThere, writeFileDurably } from "../home/files.ts";
import { lockHome, type NodeHome, prepareHome } from "../home/home.ts";
import { createLogger } from "../logger.ts";
import { VERSION } from "../version.ts";
import { enclaveDied } from "./enclave-exit.ts";
import { localGenesis } from "./genesis.ts";
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

/** Undo steps, run last in, first out. */
class Cleanup {
  readonly #steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  async run(logger: Logger): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        logger.warn("a step of the shutdown failed", {}, error);
      }
    }
  }
}

/** Time that an enclave gets to end by itself. */
const ENCLAVE_EXIT_MS = 1_000;

async function endEnclave(enclave: EnclaveProcess): Promise<void> {
  enclave.close();
  const timer = setTimeout(() => enclave.kill(), ENCLAVE_EXIT_MS);
  await enclave.exited;
  clearTimeout(timer);
}

function openHome(options: LocalnetOptions, cleanup: Cleanup): NodeHome {
  const directory = options.home ?? mkdtempSync(join(tmpdir(), "enclavenet-localnet-"));
  if (options.home === undefined) cleanup.add(() => rmSync(directory, { recursive: true, force: true }));
  const home = prepareHome(directory);
  cleanup.add(lockHome(home));
  return home;
}

function readGenesis(home: NodeHome, chainId: string): GenesisDocument | undefined {
  const bytes = readFileIfThere(home.genesis);
  if (bytes === undefined) return undefined;
  const genesis = parseGenesis(bytes);
  if (genesis.chainId !== chainId) {
    throw new LocalError("CHAIN_ID_MISMATCH", `the home holds the chain ${genesis.chainId}, not ${chainId}`, {
      fix: `give --chain-id ${genesis.chainId}, or another --home`,
    });
  }
  return genesis;
}

/** The chain's genesis document; a new chain gets one that carries the public keys of its enclave. */
async function loadGenesis(
  home: NodeHome,
  chainId: string,
  executor: ExecutorThread,
  validatorPublicKey: Uint8Array,
): Promise<GenesisDocument> {
  const { status } = await executor.api.enclaveStatus();
  const stored = readGenesis(home, chainId);
  if (stored !== undefined) {
    if (status.keychain === KeychainState.bound && !equalBytes(status.genesisHash, stored.hash)) {
      throw new LocalError(
        "ENCLAVE_OTHER_NETWORK",
        "the enclave's keys belong to another network than the genesis file",
        {
          fix: "restore config/genesis.json and the enclave folder of one and the same home",
        },
      );
    }
    return stored;
  }
  if (status.keychain === KeychainState.bound) {
    throw new LocalError("GENESIS_MISSING", "the enclave holds keys of a network whose genesis file is gone", {
      fix: "restore config/genesis.json, or start with a new --home",
    });
  }
  const now = BigInt(Date.now()) * 1_000_000n + 1n;
  const genesis = localGenesis(chainId, now, validatorPublicKey, await executor.api.networkKeys());
  writeFileDurably(home.genesis, genesis.bytes);
  return genesis;
}

function startEnclave(options: LocalnetOptions, home: NodeHome, cleanup: Cleanup): EnclaveProcess {
  const enclave = spawnEnclave({ bundle: options.enclaveBundle, sealingDirectory: home.enclave });
  cleanup.add(() => endEnclave(enclave));
  return enclave;
}

/** Failures of the parts, merged into one promise. */
class FailureWatch {
  readonly failed: Promise<Error>;
  #report: (error: Error) => void = () => {};
  #stopping = false;

  constructor() {
    this.failed = new Promise((resolve) => {
      this.#report = resolve;
    });
  }

  report(error: Error): void {
    if (!this.#stopping) this.#report(error);
  }

  stopping(): void {
    this.#stopping = true;
  }
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

/** Starts a local network. Whatever was started is ended again when a step fails. */
export async function startLocalnet(options: LocalnetOptions): Promise<Localnet> {
  const logger = createLogger(options.logLevel);
  const parts: Parts = {
    options,
    logger,
    cleanup: new Cleanup(),
    failures: new FailureWatch(),
    primitives: createNodePrimitives(),
  };
  const { cleanup, failures } = parts;
  try {
    return await Promise.race([assemble(parts), failures.failed.then((error) => Promise.reject(error))]);
  } catch (error) {
    failures.stopping();
    await cleanup.run(logger);
    throw error;
  }
}

/** Resolves once the chain has a block, so that whoever is told "ready" can query. */
async function firstBlock(engine: EmbeddedEngine): Promise<void> {
  if (engine.reader.latestHeight() > 0n) return;
  await new Promise<void>((resolve) => {
    const unsubscribe = engine.reader.subscribe(() => {
      unsubscribe();
      resolve();
    });
  });
}

async function assemble(parts: Parts): Promise<Localnet> {
  const { options, logger, cleanup, failures, primitives } = parts;
  const home = openHome(options, cleanup);
  const enclave = startEnclave(options, home, cleanup);
  const clock = new CallClock();
  const executor = startExecutorThread(parts, home, enclave, clock);
  const engine = await openEngine(parts, home, executor);
  void engine.fatal.then((error) => failures.report(error));
  const { hello } = await executor.api.enclaveStatus();
  const measurement = toHex(hello.measurement);
  let rpcAddress = `${options.host}:${options.rpcPort}`;
  const backend = rpcBackend(engine, executor.api, primitives, {
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
  });
  const servers = await startServers({ options, backend, primitives, logger });
  cleanup.add(() => servers.close());
  rpcAddress = new URL(servers.urls.rpc).host;
  await engine.start();
  if (options.production.mode !== "manual") await firstBlock(engine);
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
      await cleanup.run(logger);
    },
  };
}
