/** How long a node takes to earn the seeds of a running network, step by step: every step is one that an operator would make. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeCombinedEvidence } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { EvidencePurpose } from "@enclavenet/enclave-api";
import { greet, processEnclave, spawnEnclave } from "@enclavenet/enclave-host";
import { encodeMsgConfirmNode, encodeRaAuthenticate, TypeUrl } from "@enclavenet/wire";
import { MNEMONICS } from "../../scripts/lib/localnet.mjs";
import { rest } from "./nodes.mjs";
import { median, round } from "./statistics.mjs";
import { BenchWallet, commit, eventValue, primitives } from "./wallets.mjs";

const GAS = 5_000_000n;
const NOBODY = new Uint8Array(32);
const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));

/** What a joining node reads of the network before it takes over seeds. */
async function networkOf(node) {
  const answer = await rest(node, "/enclavenet/registration/v1/evidence");
  const { certificate, validator_set: validatorSet, policy, founder } = answer.evidence;
  return {
    certificate: bytes(certificate),
    birth: {
      chainId: node.chainId,
      validatorSet: bytes(validatorSet),
      policy,
      founder: founder && { publicKey: bytes(founder.public_key), owner: bytes(founder.owner) },
    },
    ioPublicKey: bytes(answer.io_public_key),
    seedExchangePublicKey: bytes(answer.seed_exchange_public_key),
    time: BigInt(Math.floor(Date.now() / 1000)),
  };
}

/** One node from an empty folder to its confirmation; milliseconds of each step. */
async function register(node, operator, process) {
  const enclave = processEnclave(process);
  const laps = [];
  let last = performance.now();
  const lap = (name) => {
    const now = performance.now();
    laps.push([name, now - last]);
    last = now;
  };
  greet(enclave);
  const { publicKey } = enclave.call("createRegistration", { chainId: node.chainId });
  const request = { purpose: EvidencePurpose.registration, owner: NOBODY, nonce: NOBODY };
  const { quote } = enclave.call("evidence", request);
  const collateral = developmentAuthority(primitives, node.chainId).collateral();
  const certificate = encodeCombinedEvidence({ quote, collateral, owner: NOBODY });
  lap("evidence");
  const message = { sender: operator.address, certificate, replaceMachineId: "" };
  const registration = { typeUrl: TypeUrl.raAuthenticate, value: encodeRaAuthenticate(message) };
  const answer = await commit(node, operator.sign([registration], GAS));
  const encryptedSeeds = new Uint8Array(Buffer.from(eventValue(answer, "message", "encrypted_seed").slice(2), "hex"));
  lap("transaction");
  const network = await networkOf(node);
  enclave.call("importSeeds", { network, encryptedSeeds, exchangeKey: network.seedExchangePublicKey });
  lap("seeds");
  const { proof } = enclave.call("possessionProof", {});
  const value = encodeMsgConfirmNode({ sender: operator.address, publicKey, proof });
  await commit(node, operator.sign([{ typeUrl: TypeUrl.msgConfirmNode, value }], GAS));
  lap("confirmation");
  return laps;
}

/** Registers `count` nodes one after the other; medians in seconds. */
export async function measureRegistration(node, bundle, count) {
  const operator = await BenchWallet.fromMnemonic(MNEMONICS.b).load(node);
  const samples = [];
  for (let i = 0; i < count; i++) {
    const directory = mkdtempSync(join(tmpdir(), "enclavenet-bench-registration-"));
    const process = spawnEnclave({ bundle, sealingDirectory: join(directory, "enclave") });
    try {
      samples.push(Object.fromEntries(await register(node, operator, process)));
    } finally {
      process.close();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  const seconds = (of) => round(median(samples.map(of)) / 1000, 3);
  const steps = Object.fromEntries(Object.keys(samples[0]).map((name) => [name, seconds((sample) => sample[name])]));
  return { ...steps, whole: seconds((sample) => Object.values(sample).reduce((sum, ms) => sum + ms, 0)) };
}
