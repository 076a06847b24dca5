/**
 * The enclave's keychain: seeds of one network and what they are bound to.
 *
 * Spec: 01 §1.1 (seeds), architecture §3 (network class, chain id, genesis hash and first validator set from birth).
 * Trust: created and opened only inside; leaves this process only sealed.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import {
  bytes,
  decode,
  EnclaveError,
  encode,
  FrameError,
  fixedBytes,
  type Infer,
  list,
  option,
  Reader,
  SEALED_FORMAT,
  struct,
  text,
  u32,
  u64,
} from "@enclavenet/enclave-api";
import { requireSealedFormat } from "../sealing/sealed-format.ts";
import type { SealedStorage } from "../sealing/sealing.ts";

/** Which kind of network the keys belong to; fixed by the bundle that created them. */
export type NetworkClass = "development" | "production";

const RECORD = "keychain";

const bindingSchema = struct({
  chainId: text,
  genesisHash: fixedBytes(32),
  initialHeight: u64,
  /** Protobuf ValidatorSet that signs the first block. */
  validatorSet: bytes,
});

/** Plaintext of the sealed record. */
export const keychainSchema = struct({
  version: u32,
  networkClass: text,
  seeds: list(fixedBytes(32)),
  binding: option(bindingSchema),
});

/** The one network that a keychain serves. */
export type NetworkBinding = Infer<typeof bindingSchema>;

/** Seeds in order (index 0: genesis seed) and their binding. */
export interface Keychain {
  readonly seeds: readonly Uint8Array[];
  readonly binding: NetworkBinding | undefined;
}

/** Seeds of a network that is being born (spec 01 §1.1). */
export const BOOTSTRAP_SEEDS = 2;

function decodeRecord(sealed: Uint8Array): Infer<typeof keychainSchema> {
  try {
    // The number first: what follows it is known only then.
    requireSealedFormat(new Reader(sealed).u32(), SEALED_FORMAT);
    return decode(keychainSchema, sealed);
  } catch (error) {
    if (error instanceof FrameError) throw new EnclaveError("SealingFailed", { check: "keychain record" });
    throw error;
  }
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
    const { networkClass, seeds, binding } = decodeRecord(sealed);
    if (networkClass !== this.#networkClass) throw new EnclaveError("KeychainConflict", { check: "network class" });
    return { seeds, binding };
  }

  get current(): Keychain | undefined {
    return this.#keychain;
  }

  /** Keychain and binding of a network that may run. Throws `NotReady`. */
  bound(): { readonly keychain: Keychain; readonly binding: NetworkBinding } {
    const keychain = this.#keychain;
    if (keychain?.binding === undefined) throw new EnclaveError("NotReady");
    return { keychain, binding: keychain.binding };
  }

  /** Stores new seeds. Throws `KeychainConflict` when any exist: a network's keys are never overwritten. */
  create(seeds: readonly Uint8Array[]): Keychain {
    if (this.#keychain !== undefined) throw new EnclaveError("KeychainConflict", { check: "keychain exists" });
    return this.#save({ seeds, binding: undefined });
  }

  /** Binds once and for all. Equal values again are accepted, so that a crash in between does no harm. */
  bind(binding: NetworkBinding): Keychain {
    const keychain = this.#keychain;
    if (keychain === undefined) throw new EnclaveError("NotReady");
    if (keychain.binding === undefined) return this.#save({ ...keychain, binding });
    if (!equalBytes(encode(bindingSchema, keychain.binding), encode(bindingSchema, binding))) {
      throw new EnclaveError("KeychainConflict", { check: "bound to another network" });
    }
    return keychain;
  }

  #save(keychain: Keychain): Keychain {
    const sealed = encode(keychainSchema, {
      version: SEALED_FORMAT,
      networkClass: this.#networkClass,
      ...keychain,
    });
    this.#storage.save(RECORD, sealed);
    this.#keychain = keychain;
    return keychain;
  }
}
