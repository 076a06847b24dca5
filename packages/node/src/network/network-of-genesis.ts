/**
 * What a genesis document says of its network, in the form in which an enclave judges it.
 *
 * Spec: 01 §2.3, §8.
 * @module
 */
import { type AttestationPrimitives, judgeNetworkKeys } from "@enclavenet/attestation";
import { encodeValidatorSet, genesisNetwork } from "@enclavenet/chain";
import { bytesToUtf8, equalBytes, LocalError, NANOS_PER_SECOND } from "@enclavenet/common";
import type { GenesisDocument } from "@enclavenet/consensus";
import type { Primitives } from "@enclavenet/crypto";
import { EnclaveError, type NetworkDescription } from "@enclavenet/enclave-api";
import type { EnclaveSession } from "../executor/evidence-certificate.ts";
import { evidenceTerms } from "../executor/network-birth.ts";

function refused(chainId: string, why: string): LocalError {
  return new LocalError("NETWORK_REFUSED", `the evidence of the network ${chainId} does not hold: ${why}`, {
    fix: "get the network's original genesis document from somebody you trust, and use the program that the network runs",
  });
}

/**
 * The network of a document, unverified. Its evidence is judged at the genesis time: later, collateral that was good then has
 * run out. Throws LocalError `CHAIN_GENESIS` or `NETWORK_REFUSED`.
 */
export function networkOfGenesis(primitives: Primitives, genesis: GenesisDocument): NetworkDescription {
  const { chainId, validators, genesisTimeNs } = genesis;
  const { evidence, ioPublicKey, seedExchangePublicKey } = genesisNetwork(JSON.parse(bytesToUtf8(genesis.appState)));
  if (evidence === undefined) throw refused(chainId, "it was begun without any, so that no node can join it");
  const { certificate, validatorSet, policy, founder } = evidence;
  if (!equalBytes(validatorSet, encodeValidatorSet(primitives, validators))) {
    throw refused(chainId, "it is about other validators than those of the document");
  }
  const birth = { chainId, validatorSet, policy, founder };
  return { certificate, birth, ioPublicKey, seedExchangePublicKey, time: genesisTimeNs / NANOS_PER_SECOND };
}

/** The check that fails, in words: production enclaves answer with a number. */
function explain(primitives: AttestationPrimitives, { hello }: EnclaveSession, network: NetworkDescription): string {
  const { certificate, birth, time, ...keys } = network;
  const { trustedRoots } = evidenceTerms(hello, primitives as Primitives);
  const judged = judgeNetworkKeys(
    certificate,
    { ...birth, ...keys },
    {
      time: Number(time),
      trustedRoots: trustedRoots(birth.chainId),
      policy: {},
      measurement: hello.measurement,
      primitives,
    },
  );
  return "refusal" in judged ? judged.detail : "the enclave gives no reason";
}

/** Lets the home's enclave judge the network. Throws LocalError `NETWORK_REFUSED`. */
export function demandGoodNetwork(
  primitives: Primitives & AttestationPrimitives,
  session: EnclaveSession,
  network: NetworkDescription,
): void {
  try {
    session.enclave.call("judgeNetwork", network);
  } catch (error) {
    if (!EnclaveError.is(error)) throw error;
    throw refused(network.birth.chainId, explain(primitives, session, network));
  }
}
