/**
 * The enclave process and the executor thread of a node, watched and ended with it.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { StateProofs } from "@enclavenet/enclave-api";
import { CallClock, type EnclaveProcess, spawnEnclave, watchDeadline } from "@enclavenet/enclave-host";
import { type ExecutorThread, startExecutor } from "../executor/executor-client.ts";
import type { NodeHome } from "../home/home.ts";
import { VERSION } from "../version.ts";
import { nodeIsStopping } from "./cleanup.ts";
import { enclaveDied } from "./enclave-exit.ts";
import { enclaveProgram, MIN_GAS_PRICES, type NodeParts, type StateProofsSetting } from "./parts.ts";

/** Time that an enclave gets to end by itself. */
const ENCLAVE_EXIT_MS = 1_000;

/** An enclave with the thread that calls it. */
export interface StateMachine {
  readonly enclave: EnclaveProcess;
  readonly executor: ExecutorThread;
  readonly clock: CallClock;
}

/** Lets an enclave end by itself, and kills it when it does not. */
export async function endEnclave(enclave: EnclaveProcess): Promise<void> {
  enclave.close();
  const timer = setTimeout(() => enclave.kill(), ENCLAVE_EXIT_MS);
  await enclave.exited;
  clearTimeout(timer);
}

/** What a thread is started with beside the node's parts. */
interface ThreadParts {
  readonly home: NodeHome;
  readonly enclave: EnclaveProcess;
  readonly clock: CallClock;
  readonly stateProofs: StateProofsSetting;
}

function startThread(parts: NodeParts, { home, enclave, clock, stateProofs }: ThreadParts): ExecutorThread {
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
      stateProofs,
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

/** Starts both. `proofs`: what a network that begins now gets unless the options say otherwise. */
export function startStateMachine(parts: NodeParts, home: NodeHome, proofs: StateProofsSetting = "all"): StateMachine {
  const enclave = spawnEnclave({ ...enclaveProgram(parts.options), sealingDirectory: home.enclave });
  parts.cleanup.add(() => endEnclave(enclave));
  const clock = new CallClock();
  const stateProofs = parts.options.stateProofs ?? proofs;
  return { enclave, clock, executor: startThread(parts, { home, enclave, clock, stateProofs }) };
}

/** An enclave that has forgotten blocks would refuse the next one; the start is the better time to say so. */
export function demandProgress(enclaveHeight: bigint, chainHeight: bigint): void {
  if (enclaveHeight >= chainHeight) return;
  throw new LocalError(
    "ENCLAVE_BEHIND",
    `the chain is at height ${chainHeight}, further than the enclave's sealed state`,
    {
      fix: "the node goes on with the enclave that executed its blocks: restore its enclave folder, or start with a new --home",
    },
  );
}

/** The setting is sealed with the network: asking for another one later must not look as if it worked. */
export function demandStateProofs(bound: number, wanted: StateProofsSetting | undefined): void {
  if (wanted === undefined || bound === StateProofs[wanted]) return;
  const has = bound === StateProofs.all ? "all" : "off";
  throw new LocalError("STATE_PROOFS_BOUND", `this network began with state proofs "${has}", which cannot be changed`, {
    fix: `leave the setting out, or begin a network with "${wanted}" in a new --home`,
  });
}
