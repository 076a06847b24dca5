/**
 * `enclavenet register`: a home's enclave earns the seeds of its network, by transaction, and shows that it has them.
 *
 * Spec: 01 §3.1, §8. docs/protocol/registration.md tells the steps.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { httpTransport, parseGenesis } from "@enclavenet/consensus";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import type { enclavenetRegistration as own } from "@enclavenet/proto";
import { type SessionOptions, withEnclave } from "../assembly/enclave-session.ts";
import { takeHome } from "../assembly/open-home.ts";
import { loadValidatorKey, readFileIfThere } from "../home/files.ts";
import type { NodeHome } from "../home/home.ts";
import { networkOfGenesis } from "../network/network-of-genesis.ts";
import { nextStep, type Step } from "./next-step.ts";
import { Payer, type PayerOptions } from "./payer.ts";
import { ProgressFile } from "./progress-file.ts";
import { revoked } from "./refusals.ts";
import { Registration } from "./registration.ts";
import { RemoteNode } from "./remote-node.ts";

export interface RegisterOptions extends SessionOptions {
  readonly home: string;
  /** RPC of a node of the network. */
  readonly node: string;
  readonly payer: PayerOptions;
  /** Machine that this one replaces, 40 hexadecimal digits; empty: none. */
  readonly replaceMachineId: string;
  /** How long a block with a transaction is waited for, in milliseconds. */
  readonly waitMs: number;
  /** Called after each step, when its outcome is durable, with what is worth knowing of it. */
  report(step: Step, details: Readonly<Record<string, string>>): void;
}

/** More steps than any registration has; transactions may have to be signed anew a few times. */
const MAX_STEPS = 24;

function storedGenesis(home: NodeHome) {
  const stored = readFileIfThere(home.genesis);
  if (stored !== undefined) return parseGenesis(stored);
  throw new LocalError("NO_NETWORK", `${home.directory} is no home of a network`, {
    fix: "make one with `enclavenet init --home DIR --join URL`",
  });
}

/** Throws LocalError `REGISTRATION_NETWORK`. */
export async function demandNetwork(node: RemoteNode, chainId: string): Promise<void> {
  const found = await node.chainId();
  if (found === chainId) return;
  throw new LocalError("REGISTRATION_NETWORK", `the node is one of ${JSON.stringify(found)}, the home of ${chainId}`, {
    fix: "give --node the RPC of a node of this home's network",
  });
}

/** The last steps that are none. */
function ended(step: Step): LocalError | undefined {
  if (step === "revoked") return revoked();
  if (step === "founder") {
    return new LocalError("REGISTRATION_FOUNDER", "the enclave of this home drew its network's seeds itself", {
      fix: "it needs no registration: start it with `enclavenet start`",
    });
  }
  if (step !== "lost") return undefined;
  return new LocalError("REGISTRATION_LOST", "the enclave has the network's seeds, but this chain knows no such node", {
    fix: "give --node a node that is up to date, or begin again with a new --home",
  });
}

async function runSteps(registration: Registration, report: RegisterOptions["report"]): Promise<own.Node> {
  for (let count = 0; count < MAX_STEPS; count++) {
    const step = nextStep(await registration.facts());
    const error = ended(step);
    if (error !== undefined) throw error;
    if (step === "ready") {
      const record = await registration.chainRecord();
      if (record !== undefined) return record;
    } else report(step, await registration.run(step));
  }
  throw new LocalError("REGISTRATION_STUCK", "the account that pays sends transactions all the time", {
    fix: "pay from an account that nothing else sends from",
  });
}

/**
 * Registers the home's enclave, from wherever an earlier call stopped. Answers with what the chain knows of the node. Throws
 * LocalError `NO_NETWORK`, `NETWORK_REFUSED`, `REGISTRATION_…`, `COLLATERAL_…`, `PAYER_…`, `FOLLOW_…`, and what opening a home and its enclave throws.
 */
export async function registerNode(options: RegisterOptions): Promise<own.Node> {
  const { home, release } = takeHome(options.home);
  try {
    const primitives = createNodePrimitives();
    const network = networkOfGenesis(primitives, storedGenesis(home));
    const node = new RemoteNode(httpTransport(options.node));
    await demandNetwork(node, network.birth.chainId);
    const file = new ProgressFile(home);
    const { replaceMachineId, waitMs } = options;
    let payer: Payer | undefined;
    return await withEnclave(options, home, async (session) => {
      const registration = new Registration({
        primitives,
        session,
        network,
        node,
        file,
        payer: () => (payer ??= new Payer(primitives, home, options.payer)),
        owner: loadValidatorKey(primitives, home.validatorKey).publicKey,
        replaceMachineId,
        waitMs,
        now: () => Math.floor(Date.now() / 1000),
      });
      const record = await runSteps(registration, options.report);
      file.remove();
      return record;
    });
  } finally {
    release();
  }
}
