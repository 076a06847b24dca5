/**
 * The blocks of a home on an application that never crashed: a fresh state and an enclave with the same keys that has
 * executed nothing. Gives the app hash after every height.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { silentLogger } from "@enclavenet/common";
import {
  backendDatabase,
  EmbeddedEngine,
  MemorySignStateStorage,
  PrivateValidator,
  parseGenesis,
  parseValidatorKey,
} from "@enclavenet/consensus";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { createEnclave, softwareSealing } from "@enclavenet/enclave";
import { inProcessEnclave } from "@enclavenet/enclave-host";
import { createExecutor, MIN_GAS_PRICES, VERSION } from "@enclavenet/node";
import { LmdbBackend } from "@enclavenet/store";

/** What the enclave has sealed of how far it came; without it the same keys begin at the first block. */
const PROGRESS = "progress.sealed.";

function freshEnclave(home, scratch) {
  const folder = join(scratch, "enclave");
  cpSync(join(home, "enclave"), folder, { recursive: true });
  for (const name of readdirSync(folder)) if (name.startsWith(PROGRESS)) rmSync(join(folder, name));
  const primitives = createNodePrimitives();
  const networkClass = "development";
  const storage = softwareSealing(primitives, folder, networkClass);
  return inProcessEnclave(createEnclave({ primitives, storage, networkClass, measurement: new Uint8Array(32) }));
}

/**
 * Executes all blocks of a stopped node's home below `scratch`, an empty folder. The engine refuses a block whose outcome
 * is not what the next header says; the app hashes that come back are this application's own.
 */
export async function replayHome(home, scratch) {
  cpSync(join(home, "data/blocks"), join(scratch, "blocks"), { recursive: true });
  mkdirSync(join(scratch, "code"));
  const executor = createExecutor({
    enclave: freshEnclave(home, scratch),
    sealingDirectory: join(scratch, "enclave"),
    stateDirectory: join(scratch, "state"),
    codeDirectory: join(scratch, "code"),
    minGasPrices: MIN_GAS_PRICES,
    stateProofs: "off",
    version: VERSION,
    logger: silentLogger,
    pruning: "nothing",
  });
  const { application } = executor;
  const appHashes = new Map();
  const recorded = {
    ...asynchronous(application, ["info", "initChain", "checkTx", "prepareProposal", "processProposal", "query"]),
    async finalizeBlock(request) {
      const response = application.finalizeBlock(request);
      appHashes.set(Number(request.height), Buffer.from(response.appHash).toString("hex").toUpperCase());
      return response;
    },
    commit: async () => application.commit(),
  };
  const backend = new LmdbBackend({ path: join(scratch, "blocks") });
  const primitives = createNodePrimitives();
  const key = readFileSync(join(home, "config/priv_validator_key.json"), "utf8");
  const engine = await EmbeddedEngine.open(
    { production: { mode: "manual" } },
    {
      genesis: parseGenesis(new Uint8Array(readFileSync(join(home, "config/genesis.json")))),
      application: recorded,
      database: backendDatabase(backend),
      privateValidator: await PrivateValidator.open(parseValidatorKey(primitives, key), new MemorySignStateStorage()),
      clock: { now: () => 0n },
      onFinality: async (height, finality) => executor.putFinality(height, finality),
    },
  );
  await engine.stop();
  backend.close();
  executor.close();
  return appHashes;
}

function asynchronous(application, names) {
  return Object.fromEntries(names.map((name) => [name, async (...args) => application[name](...args)]));
}
