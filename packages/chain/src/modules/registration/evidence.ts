/**
 * The evidence in a genesis document: every node checks it before the first block, whoever made the document.
 *
 * Spec: 01 §8 (what upstream has no proof of: that the network's keys belong to an enclave).
 * @module
 */
import { AttestationError, judgeNetworkKeys, type Policy, parsePolicy } from "@enclavenet/attestation";
import { equalBytes, fromHex, NANOS_PER_SECOND } from "@enclavenet/common";
import { create, enclavenetRegistration as own } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { formatAddress } from "../../support/address.ts";
import { genesisError } from "../../support/genesis-json.ts";
import type { ChainPrimitives } from "../../support/primitives.ts";
import { RegistrationStore } from "./store.ts";

/**
 * Whose evidence this node accepts. Of which program is for the enclave to decide when it takes over seeds: nodes of a later
 * release start from the same document.
 */
export interface EvidenceTerms {
  trustedRoots(chainId: string): readonly Uint8Array[];
}

/** Policy of the network, where it was born with evidence of one. */
function bornPolicy({ evidence }: RegistrationStore): Policy {
  if (evidence === undefined || evidence.policy === "") return {};
  try {
    return parsePolicy(evidence.policy);
  } catch (error) {
    if (error instanceof AttestationError)
      throw genesisError(`nodes: evidence with a policy that is none: ${error.message}`);
    throw error;
  }
}

/** Whether state is proven in this network, where its evidence says so. */
export function bornStateProofs(ctx: Context): Policy["state_proofs"] {
  return bornPolicy(new RegistrationStore(ctx)).state_proofs;
}

/** The document names the authority that the enclaves know from the birth; births of before name none. */
function demandBornAuthority(store: RegistrationStore): void {
  const born = bornPolicy(store).authority;
  const { authority } = store;
  if (born === undefined || born === (authority === undefined ? "" : formatAddress(authority))) return;
  throw genesisError("nodes: evidence with another authority");
}

/** Throws when the document carries evidence that does not hold for the keys and validators that stand in it. */
export function checkGenesisEvidence(
  ctx: Context,
  validatorSet: Uint8Array,
  { trustedRoots }: EvidenceTerms,
  primitives: ChainPrimitives,
): void {
  const store = new RegistrationStore(ctx);
  const { evidence, ioKey: ioPublicKey, nodeExchangeKey: seedExchangePublicKey } = store;
  if (evidence === undefined) return;
  demandBornAuthority(store);
  if (!equalBytes(evidence.validatorSet, validatorSet)) throw genesisError("nodes: evidence with other validators");
  const { chainId, timeNs } = ctx.block;
  const { policy } = evidence;
  const founder = demandFounder(store, evidence);
  const judged = judgeNetworkKeys(
    evidence.certificate,
    { chainId, validatorSet, policy, founder, ioPublicKey, seedExchangePublicKey },
    {
      measurement: undefined,
      primitives,
      policy: {},
      trustedRoots: trustedRoots(chainId),
      time: Number(timeNs / NANOS_PER_SECOND),
    },
  );
  if ("refusal" in judged) throw genesisError(`nodes: the evidence for the network's keys: ${judged.detail}`);
  if (founder !== undefined) registerFounder(store, founder, judged.machineId);
}

/** The evidence's founder: the only node that a document may have, since enclaves know of no other. */
function demandFounder(store: RegistrationStore, { founder }: own.NetworkEvidence): own.Founder | undefined {
  if (founder === undefined) return undefined;
  if (founder.publicKey.length !== 32 || founder.owner.length !== 32) throw genesisError("nodes: the founder's keys");
  if (store.nodes.some(({ publicKey }) => !equalBytes(publicKey, founder.publicKey))) {
    throw genesisError("nodes: a node that the evidence does not name");
  }
  return founder;
}

/** It was registered before there was a block: heights are 0. It drew the seeds, and nobody encrypted them to it. */
function registerFounder(store: RegistrationStore, founder: own.Founder, machineId: string | null): void {
  const { publicKey, owner } = founder;
  const node = { publicKey, owner, status: own.NodeStatus.REGISTERED, machineId: fromHex(machineId ?? "") };
  store.setNode(create(own.NodeSchema, { ...node, seedExchangePublicKey: store.nodeExchangeKey }));
}
