/**
 * The enclave's keychain: seeds of one network, what they are bound to, and the key with which the node asks for them.
 *
 * Spec: 01 §1.1 (seeds), §1.7 (registration key), architecture §3 (network class, chain id, genesis hash and first validator set
 * from birth).
 * Trust: created and opened only inside; leaves this process only sealed.
 * @module
 */
import { isPublicNetwork } from "@enclavenet/attestation";
import { equalBytes } from "@enclavenet/common";
import { EnclaveError, encode, type NetworkBirth, SEALED_FORMAT, StateProofs } from "@enclavenet/enclave-api";
import type { SealedStorage } from "../sealing/sealing.ts";
import {
  type ApprovedProgram,
  bindingBytes,
  decodeKeychain,
  type KnownNode,
  keychainSchema,
  type NetworkBinding,
  type Registration,
} from "./keychain-record.ts";

/** Which kind of network the keys belong to; fixed by the bundle that created them. */
export type NetworkClass = "development" | "production";

const RECORD = "keychain";

/** What is sealed: seeds in order (index 0: genesis seed; none before the node was let in), and what they belong to. */
export interface Keychain {
  readonly seeds: readonly Uint8Array[];
  readonly birth: NetworkBirth | undefined;
  readonly registration: Registration | undefined;
  readonly binding: NetworkBinding | undefined;
  /** First height of each seed behind the {@link BOOTSTRAP_SEEDS}; seeds that a node got ahead of its blocks have none yet. */
  readonly rotations: readonly bigint[];
  /** Nodes that verified blocks let in; undefined when an earlier enclave did not take them down. */
  readonly nodes: readonly KnownNode[] | undefined;
  /** Programs that verified blocks approved, in their order. */
  readonly programs: readonly ApprovedProgram[];
}

const NOTHING: Keychain = {
  seeds: [],
  birth: undefined,
  registration: undefined,
  binding: undefined,
  rotations: [],
  nodes: [],
  programs: [],
};

/** What the messages of registration change. */
export type Members = Pick<Keychain, "seeds" | "rotations" | "nodes" | "programs">;

/** Seeds of a network that is being born (spec 01 §1.1). */
export const BOOTSTRAP_SEEDS = 2;

/** The nodes of a network that has no block yet. */
function nodesOf({ founder }: NetworkBirth): readonly KnownNode[] {
  return founder === undefined ? [] : [{ publicKey: founder.publicKey, registered: 0n, revoked: undefined }];
}

/** Loads, creates and binds the keychain of this enclave. */
export class KeychainStore {
  readonly #storage: SealedStorage;
  readonly #networkClass: NetworkClass;
  #keychain: Keychain | undefined;

  /** Opens the sealed keychain when there is one. Throws `SealingFailed`, `SealedFormat`, or `KeychainConflict`. */
  constructor(storage: SealedStorage, networkClass: NetworkClass) {
    this.#storage = storage;
    this.#networkClass = networkClass;
    const sealed = storage.load(RECORD);
    if (sealed !== undefined) this.#keychain = this.#parse(sealed);
  }

  #parse(sealed: Uint8Array): Keychain {
    const { networkClass, version: _, ...keychain } = decodeKeychain(sealed);
    // check: keychain-class
    if (networkClass !== this.#networkClass) throw new EnclaveError("KeychainConflict", { check: "network class" });
    this.#demandFittingName(keychain);
    return keychain;
  }

  get current(): Keychain | undefined {
    return this.#keychain;
  }

  /** Keychain with seeds. Throws `NotReady`. */
  seeded(): Keychain {
    const keychain = this.#keychain;
    if (keychain === undefined || keychain.seeds.length === 0) throw new EnclaveError("NotReady");
    return keychain;
  }

  /** Seeds that are live in the block of this height. Throws `NotReady`. */
  liveSeeds(height: bigint): readonly Uint8Array[] {
    const { seeds, rotations } = this.seeded();
    return seeds.slice(0, BOOTSTRAP_SEEDS + rotations.filter((first) => first <= height).length);
  }

  /** Programs that count in the block of this height. Throws `NotReady`. */
  approvedPrograms(height: bigint): readonly ApprovedProgram[] {
    return this.seeded().programs.filter(({ approved }) => approved < height);
  }

  /** The registration of this node. Throws `NotReady`. */
  registered(): Registration {
    const registration = this.#keychain?.registration;
    if (registration === undefined) throw new EnclaveError("NotReady", { check: "no registration" });
    return registration;
  }

  /** Keychain and binding of a network that may run. Throws `NotReady`. */
  bound(): { readonly keychain: Keychain; readonly binding: NetworkBinding } {
    const keychain = this.seeded();
    if (keychain.binding === undefined) throw new EnclaveError("NotReady");
    return { keychain, binding: keychain.binding };
  }

  /**
   * Stores the seeds of a new network and the key under which this node, its founder, is registered in it. Throws `KeychainConflict`
   * when anything is there: keys are never overwritten.
   */
  create(seeds: readonly Uint8Array[], birth: NetworkBirth, privateKey: Uint8Array): Keychain {
    // check: keychain-exists
    if (this.#keychain !== undefined) throw new EnclaveError("KeychainConflict", { check: "keychain exists" });
    const registration = { chainId: birth.chainId, privateKey };
    return this.#save({ ...NOTHING, registration, seeds, birth, nodes: nodesOf(birth) });
  }

  /** The key with which this node registers in the network `chainId`; made when there is none. Throws `KeychainConflict`. */
  register(chainId: string, makeKey: () => Uint8Array): Registration {
    const keychain = this.#keychain ?? NOTHING;
    const known = keychain.registration;
    if (known === undefined) {
      // Whoever has seeds registered for them, or founded the network; founders of before did not, and have no share of later seeds.
      if (keychain.seeds.length > 0) throw new EnclaveError("KeychainConflict", { check: "keychain exists" });
      const registration = { chainId, privateKey: makeKey() };
      this.#save({ ...keychain, registration });
      return registration;
    }
    if (known.chainId !== chainId) throw new EnclaveError("KeychainConflict", { check: "registration elsewhere" });
    return known;
  }

  /** Takes over the seeds of the network that the node registered in. Throws `NotReady` or `KeychainConflict`. */
  import(seeds: readonly Uint8Array[], birth: NetworkBirth): Keychain {
    const registration = this.registered();
    this.demandNoSeeds();
    return this.#save({ ...NOTHING, registration, seeds, birth, nodes: nodesOf(birth) });
  }

  /** All that is sealed, for the enclave that takes over. Throws `NotReady`. */
  record(): Uint8Array {
    return this.#encode(this.bound().keychain);
  }

  /** What another enclave had sealed. Throws `SealingFailed`, `SealedFormat`, `KeychainConflict` or `ProductionOnly`. */
  read(record: Uint8Array): Keychain {
    return this.#parse(record);
  }

  /** Keys are never overwritten. Throws `KeychainConflict`. */
  demandNoSeeds(): void {
    if ((this.#keychain ?? NOTHING).seeds.length === 0) return;
    throw new EnclaveError("KeychainConflict", { check: "keychain exists" });
  }

  /** Takes the place of the enclave that sealed this. Throws `KeychainConflict` where there are seeds already. */
  succeed(keychain: Keychain): void {
    this.demandNoSeeds();
    this.#save(keychain);
  }

  /** Binds once and for all. Equal values again are accepted, so that a crash in between does no harm. */
  bind(binding: NetworkBinding): Keychain {
    const keychain = this.seeded();
    const { birth } = keychain;
    // SECURITY: nodes that join trust what the evidence says of the birth; with other validators the host could fork the chain.
    const isOwn =
      birth === undefined ||
      (birth.chainId === binding.chainId && equalBytes(birth.validatorSet, binding.validatorSet));
    // check: born-network
    if (!isOwn) throw new EnclaveError("KeychainConflict", { check: "born for another network" });
    const { stateProofs } = binding;
    if (stateProofs > StateProofs.all) throw new EnclaveError("BadRequest", { check: "state proofs" });
    // SECURITY: a host that may be lying gets no say in whether it is believed.
    // check: production-state-proofs
    if (stateProofs === StateProofs.off && this.#networkClass !== "development") {
      throw new EnclaveError("DevelopmentOnly", { check: "state proofs" });
    }
    if (keychain.binding === undefined) return this.#save({ ...keychain, binding });
    // check: bound-network
    if (!equalBytes(bindingBytes(keychain.binding), bindingBytes(binding))) {
      throw new EnclaveError("KeychainConflict", { check: "bound to another network" });
    }
    return keychain;
  }

  /** Seals what the registrations of a block changed. */
  replaceMembers(members: Members): void {
    this.#save({ ...this.seeded(), ...members });
  }

  /** SECURITY: nobody is to take the keys of a software enclave for those of a network that people hold value on. */
  #demandFittingName({ birth, registration, binding }: Keychain): void {
    if (this.#networkClass === "production") return;
    // check: public-name
    if ([birth, registration, binding].some((part) => part !== undefined && isPublicNetwork(part.chainId))) {
      throw new EnclaveError("ProductionOnly", { check: "chain id" });
    }
  }

  #save(keychain: Keychain): Keychain {
    this.#demandFittingName(keychain);
    this.#storage.save(RECORD, this.#encode(keychain));
    this.#keychain = keychain;
    return keychain;
  }

  #encode(keychain: Keychain): Uint8Array {
    return encode(keychainSchema, { version: SEALED_FORMAT, networkClass: this.#networkClass, ...keychain });
  }
}
