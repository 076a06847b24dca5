/**
 * A whole chain in one thread: engine, application, enclave and LMDB without processes and servers, as a test harness
 * has it. No waiting for company: a block is made as soon as a transaction is there.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@enclavenet/common";
import {
  backendDatabase,
  EmbeddedEngine,
  FileSignStateStorage,
  PrivateValidator,
  parseValidatorKey,
  validatorKeyJson,
} from "@enclavenet/consensus";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { createEnclave, softwareSealing } from "@enclavenet/enclave";
import { inProcessEnclave } from "@enclavenet/enclave-host";
import { createExecutor, LOCAL_ACCOUNTS, MIN_GAS_PRICES, VERSION } from "@enclavenet/node";
import { LmdbBackend } from "@enclavenet/store";
import { localPlan } from "../../packages/node/dist/localnet/genesis.js";
import { firstValidators, networkGenesis } from "../../packages/node/dist/network/genesis-document.js";
import { MNEMONICS } from "../../scripts/lib/localnet.mjs";
import { median, percentile, round } from "./statistics.mjs";
import { BenchWallet, instantiate, storeCode } from "./wallets.mjs";
import { tokenInit, tokenWasm } from "./world.mjs";

const CHAIN_ID = "secretdev-1";

/** An application's calls as promises. */
function asynchronous(application) {
  const names = [
    "info",
    "initChain",
    "checkTx",
    "prepareProposal",
    "processProposal",
    "finalizeBlock",
    "commit",
    "query",
  ];
  return Object.fromEntries(names.map((name) => [name, async (...args) => application[name](...args)]));
}

async function openChain(directory) {
  const primitives = createNodePrimitives();
  const folder = (name) => {
    const path = join(directory, name);
    mkdirSync(path);
    return path;
  };
  const sealingDirectory = folder("enclave");
  const storage = softwareSealing(primitives, sealingDirectory, "development");
  const measurement = new Uint8Array(32);
  const blocks = new LmdbBackend({ path: folder("blocks") });
  const executor = createExecutor({
    enclave: inProcessEnclave(createEnclave({ primitives, storage, networkClass: "development", measurement })),
    sealingDirectory,
    stateDirectory: folder("state"),
    codeDirectory: folder("code"),
    minGasPrices: MIN_GAS_PRICES,
    stateProofs: "off",
    version: VERSION,
    logger: silentLogger,
    pruning: "nothing",
  });
  const signer = parseValidatorKey(primitives, validatorKeyJson(primitives, primitives.randomBytes(32)));
  const keys = executor.bornNetwork({
    chainId: CHAIN_ID,
    validators: firstValidators(signer.publicKey),
    policy: "",
  });
  const now = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
  const engine = await EmbeddedEngine.open(
    { production: { mode: "auto", batchWindowMs: 0, staleAfterMs: 3_600_000, proofDelayMs: 3_600_000 } },
    {
      genesis: networkGenesis(localPlan(CHAIN_ID), now(), signer.publicKey, keys),
      application: asynchronous(executor.application),
      database: backendDatabase(blocks),
      privateValidator: await PrivateValidator.open(
        signer,
        new FileSignStateStorage(join(directory, "sign-state.json")),
      ),
      clock: { now },
      onFinality: async (height, evidence) => executor.putFinality(height, evidence),
    },
  );
  await engine.produceBlock();
  engine.start();
  const close = async () => {
    await engine.stop();
    executor.close();
    blocks.close();
  };
  return { engine, network: { ioPublicKey: keys.ioPublicKey }, primitives, close };
}

async function commit({ engine, primitives }, tx) {
  const checked = await engine.broadcastTx(tx);
  if (checked.code !== 0) throw new Error(`refused: ${checked.log.slice(0, 200)}`);
  const { result } = await engine.waitForTx(primitives.sha256(tx), 10_000);
  if (result.code !== 0) throw new Error(`failed: ${result.log}`);
  return result;
}

function attribute(result, type, key) {
  for (const event of result.events) {
    const found = event.type === type && event.attributes.find((one) => one.key === key);
    if (found) return found.value;
  }
  throw new Error(`no ${type}.${key}`);
}

/** Milliseconds from the hand-over of a signed transfer to its durable commit. */
export async function measureInProcess(count) {
  const directory = mkdtempSync(join(tmpdir(), "enclavenet-bench-"));
  const chain = await openChain(directory);
  try {
    const owner = BenchWallet.fromMnemonic(MNEMONICS.a);
    owner.accountNumber = BigInt(LOCAL_ACCOUNTS.findIndex(({ address }) => address === owner.text));
    const recipient = BenchWallet.numbered(1).text;
    const stored = await commit(chain, owner.sign([storeCode(owner, tokenWasm())], 5_000_000n));
    const codeId = attribute(stored, "message", "code_id");
    const codeHash = Buffer.from(chain.primitives.sha256(tokenWasm())).toString("hex");
    const init = instantiate(owner, chain.network, codeId, codeHash, "bench", tokenInit([owner]));
    const made = await commit(chain, owner.sign([init], 5_000_000n));
    const contract = { codeHash, address: attribute(made, "message", "contract_address") };
    const times = [];
    for (let i = 0; i < count + WARM_UP; i++) {
      const msg = owner.execute(chain.network, contract, { transfer: { recipient, amount: "1" } });
      const tx = owner.sign([msg], 300_000n);
      const started = performance.now();
      await commit(chain, tx);
      if (i >= WARM_UP) times.push(performance.now() - started);
    }
    return { p50: round(median(times)), p95: round(percentile(times, 0.95)) };
  } finally {
    await chain.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Transfers before anything is measured. */
const WARM_UP = 50;
