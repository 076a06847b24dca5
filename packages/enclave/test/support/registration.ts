/**
 * Nodes that ask to be let into the network of a world, and the messages of their registration.
 * @module
 */
import { type CombinedEvidence, encodeCombinedEvidence } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { type EcallRequest, type Enclave, EvidencePurpose } from "@enclavenet/enclave-api";
import { encodeMsgConfirmNode, encodeRaAuthenticate, TypeUrl } from "@enclavenet/wire";
import { type createEnclave, softwareAttestation } from "../../src/index.ts";
import { type AnyMessage, birthOf, bornOf, CHAIN_ID, GENESIS_HASH, signTx } from "./chain.ts";
import { enclaveOf } from "./enclave-of.ts";
import { memoryStorage } from "./memory-storage.ts";
import { MEASUREMENT, type World } from "./world.ts";

export const NOBODY = new Uint8Array(32);
/** Of the first message, whose sender has the account number that {@link signTx} signs. */
export const POSITION = { txIndex: 0, msgIndex: 0, accountNumber: 5n };

/** Certificate over a quote, with the collateral of a development network. */
export function certificateOf(world: World, quote: Uint8Array, changes: Partial<CombinedEvidence> = {}): Uint8Array {
  const collateral = developmentAuthority(world.primitives, CHAIN_ID).collateral();
  return encodeCombinedEvidence({ quote, collateral, owner: NOBODY, ...changes });
}

export interface NodeOptions {
  readonly measurement?: Uint8Array;
  /** Measurements that stand in its program as those before it. */
  readonly predecessors?: readonly Uint8Array[];
  readonly chainId?: string;
}

/** A node with its own enclave, which has a key for its registration and nothing else. */
export class Joiner {
  readonly enclave: Enclave;
  readonly publicKey: Uint8Array;
  readonly sealed = new Map<string, Uint8Array>();
  readonly #world: World;

  constructor(world: World, create: typeof createEnclave, options: NodeOptions = {}) {
    const { measurement = MEASUREMENT, chainId = CHAIN_ID, predecessors = [] } = options;
    this.#world = world;
    const { primitives } = world;
    this.enclave = enclaveOf(
      create({
        primitives,
        storage: memoryStorage(this.sealed),
        networkClass: "development",
        measurement,
        predecessors: predecessors.map((one) => ({ measurement: one, rtmrs: [] })),
        attestation: softwareAttestation(primitives, measurement),
      }),
    );
    this.publicKey = this.enclave.call("createRegistration", { chainId }).publicKey;
  }

  quote(owner: Uint8Array = NOBODY): Uint8Array {
    return this.enclave.call("evidence", { purpose: EvidencePurpose.registration, owner, nonce: NOBODY }).quote;
  }

  /** What the host of the node hands in to take over the seeds. */
  importRequest(): EcallRequest<"importSeeds"> {
    const world = this.#world;
    const { encryptedSeeds } = authenticate(world, certificateOf(world, this.quote()));
    const { ioPublicKey, seedExchangePublicKey } = world.enclave.call("status", {});
    const network = {
      certificate: certificateOf(world, networkQuote(world)),
      birth: bornOf(world.enclave, world.chain, world.policy),
      ioPublicKey: ioPublicKey as Uint8Array,
      seedExchangePublicKey: seedExchangePublicKey as Uint8Array,
      time: 1_700_000_000n,
    };
    return { network, encryptedSeeds, exchangeKey: network.seedExchangePublicKey };
  }

  /** Registers and takes over the seeds. */
  takeOver(): void {
    this.enclave.call("importSeeds", this.importRequest());
  }

  /** Registers, takes over the seeds and is bound to the network. */
  join(): void {
    this.takeOver();
    const { chainId, validatorSet } = birthOf(this.#world.chain, this.#world.policy);
    this.enclave.call("bindNetwork", {
      chainId,
      genesisHash: GENESIS_HASH,
      initialHeight: 1n,
      validatorSet,
      stateProofs: 0,
    });
  }
}

/** Evidence of the world's enclave about its network's keys. */
export function networkQuote(world: World): Uint8Array {
  const { quote } = world.enclave.call("evidence", {
    purpose: EvidencePurpose.networkKeys,
    owner: NOBODY,
    nonce: NOBODY,
  });
  return quote;
}

export function authenticateMsg(sender: Uint8Array, certificate: Uint8Array, replaceMachineId = ""): AnyMessage {
  return {
    typeUrl: TypeUrl.raAuthenticate,
    value: encodeRaAuthenticate({ sender, certificate, replaceMachineId }),
  };
}

export function confirmMsg(sender: Uint8Array, publicKey: Uint8Array, proof: Uint8Array): AnyMessage {
  return { typeUrl: TypeUrl.msgConfirmNode, value: encodeMsgConfirmNode({ sender, publicKey, proof }) };
}

/** A block with one registration message, open. */
export function beginWith(world: World, message: AnyMessage, signer = world.alice): void {
  world.begin([signTx(signer, [message])]);
}

/** Registers a node in a block of its own. */
export function authenticate(world: World, certificate: Uint8Array) {
  beginWith(world, authenticateMsg(world.alice.address, certificate));
  const answer = world.enclave.call("authenticateNode", POSITION);
  world.end();
  return answer;
}
