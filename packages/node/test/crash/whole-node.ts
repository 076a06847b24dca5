/**
 * A node in this process: the real home, locks, key files, LMDB databases, engine, application and enclave program, put
 * together as the composition root does it, without servers.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AsyncApplication } from "@enclavenet/abci";
import { silentLogger, toHex } from "@enclavenet/common";
import { backendDatabase, EmbeddedEngine, FileSignStateStorage, PrivateValidator } from "@enclavenet/consensus";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { createEnclave, softwareSealing } from "@enclavenet/enclave";
import { inProcessEnclave } from "@enclavenet/enclave-host";
import { createExecutor, type Executor, MIN_GAS_PRICES, VERSION } from "@enclavenet/node";
import { LmdbBackend } from "@enclavenet/store";
import type { AsyncExecutor, ExecutorThread } from "../../src/executor/executor-client.ts";
import { plainError } from "../../src/executor/protocol.ts";
import { checkDatabases } from "../../src/home/databases.ts";
import { loadValidatorKey } from "../../src/home/files.ts";
import { bringHomeUpToDate, requireKnownFormat } from "../../src/home/format.ts";
import { lockHome, type NodeHome, prepareHome } from "../../src/home/home.ts";
import { loadGenesis } from "../../src/localnet/load-genesis.ts";
import { openDatabases } from "./faulty-modules.ts";

export const primitives = createNodePrimitives();
const CHAIN_ID = "secretdev-1";
const DEVELOPMENT = "development";

/** A failure as the main thread learns it from the executor's. */
function crossed(error: unknown): unknown {
  const plain = plainError(error);
  return plain.code === undefined ? error : Object.assign(new Error(plain.message, { cause: error }), plain);
}

function asynchronous(executor: Executor): AsyncExecutor {
  const target = { ...executor } as unknown as Record<string, (...args: unknown[]) => unknown>;
  const application = executor.application as unknown as Record<string, (...args: unknown[]) => unknown>;
  return new Proxy({} as AsyncExecutor, {
    get:
      (_, name: string) =>
      async (...args: unknown[]) => {
        try {
          return name in target ? target[name]?.(...args) : application[name]?.(...args);
        } catch (error) {
          throw crossed(error);
        }
      },
  });
}

function openExecutor(home: NodeHome): Executor {
  try {
    return buildExecutor(home);
  } catch (error) {
    throw crossed(error);
  }
}

function buildExecutor(home: NodeHome): Executor {
  const storage = softwareSealing(primitives, home.enclave, DEVELOPMENT);
  const measurement = new Uint8Array(32);
  const program = createEnclave({ primitives, storage, networkClass: DEVELOPMENT, measurement });
  return createExecutor({
    enclave: inProcessEnclave(program),
    sealingDirectory: home.enclave,
    stateDirectory: home.state,
    codeDirectory: home.code,
    minGasPrices: MIN_GAS_PRICES,
    stateProofs: "off",
    version: VERSION,
    logger: silentLogger,
    pruning: "nothing",
  });
}

/** A node that makes blocks when it is told to. */
export class WholeNode {
  readonly engine: EmbeddedEngine;
  readonly #close: () => void;

  private constructor(engine: EmbeddedEngine, close: () => void) {
    this.engine = engine;
    this.#close = close;
  }

  static async start(directory: string): Promise<WholeNode> {
    requireKnownFormat(directory);
    const home = prepareHome(directory);
    const unlock = lockHome(home);
    bringHomeUpToDate(directory);
    checkDatabases(home);
    const executor = openExecutor(home);
    const api = asynchronous(executor);
    const signer = loadValidatorKey(primitives, home.validatorKey);
    const birth = { chainId: CHAIN_ID, stateProofs: "off", collateral: undefined } as const;
    const genesis = await loadGenesis(home, birth, { api } as ExecutorThread, signer.publicKey);
    const blocks = new LmdbBackend({ path: home.blocks });
    const engine = await EmbeddedEngine.open(
      { production: { mode: "manual" } },
      {
        genesis,
        application: api as unknown as AsyncApplication,
        database: backendDatabase(blocks),
        privateValidator: await PrivateValidator.open(signer, new FileSignStateStorage(home.validatorState)),
        clock: { now: () => BigInt(Date.now()) * 1_000_000n },
        onFinality: async (height, finality) => executor.putFinality(height, finality),
      },
    );
    return new WholeNode(engine, () => {
      blocks.close();
      executor.close();
      unlock();
    });
  }

  /** Makes a block with `txs`, all of which CheckTx must take. */
  async block(txs: readonly Uint8Array[]): Promise<bigint> {
    for (const tx of txs) {
      const { code, log } = await this.engine.broadcastTx(tx);
      if (code !== 0) throw new Error(`refused: ${log}`);
    }
    return this.engine.produceBlock();
  }

  /** App hash of the last block, in hexadecimal. */
  get appHash(): string {
    return toHex(this.engine.reader.status().latest.appHash);
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    this.#close();
  }
}

/** More than any system gives to a process. */
const NO_PID = 2 ** 31 - 1;

/** The lock in a home as one of a process that is gone: the dead here share the pid of the living. */
export function bury(directory: string): void {
  const lock = join(directory, "node.lock");
  if (existsSync(lock) && readFileSync(lock, "utf8").startsWith(`${process.pid} `))
    writeFileSync(lock, `${NO_PID} 1\n`);
}

/** What the system does for a process that has ended. */
export async function abandon(): Promise<void> {
  for (const database of openDatabases.splice(0)) await database.close();
}
