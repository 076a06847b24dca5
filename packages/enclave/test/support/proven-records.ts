/**
 * The host's records in a real multistore, so that the test chain's headers carry its app hashes and the host can prove.
 * @module
 */
import { fromHex } from "@enclavenet/common";
import type { OcallHandlers } from "@enclavenet/enclave-api";
import { MemoryBackend, RootMultiStore } from "@enclavenet/store";
import { encodeStoredAccount } from "@enclavenet/wire";

interface Records {
  /** Hex of a contract's address → hex of the record's name → value. */
  readonly state: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
  /** Hex of other keys → value. */
  readonly notes: ReadonlyMap<string, Uint8Array>;
  /** Hex of an address → sequence of its next transaction. */
  readonly sequences: ReadonlyMap<string, bigint>;
  /** Hex of the key in the register store → value. */
  readonly registrations: ReadonlyMap<string, Uint8Array>;
}

type Prove = OcallHandlers["proveState"];

/** Key of a contract's record in the compute store. */
export function recordKey(contract: string, name: string): Uint8Array {
  return fromHex(`03${contract}${name}`);
}

export class ProvenRecordStore {
  readonly store = RootMultiStore.open({
    backend: new MemoryBackend(),
    storeNames: ["acc", "bank", "compute", "register"],
  });

  get appHash(): Uint8Array {
    return this.store.lastCommit.appHash;
  }

  /** Makes the records the state after the next block. The store is never empty, as that of a real chain. */
  commit({ state, notes, sequences, registrations }: Records): void {
    const compute = this.store.kvStore("compute");
    compute.set(Uint8Array.of(0x0b), Uint8Array.of(1));
    const wanted = new Map<string, readonly [Uint8Array, Uint8Array]>();
    for (const [hex, value] of notes) wanted.set(fromHex(hex).join(), [fromHex(hex), value]);
    for (const [contract, values] of state) {
      for (const [name, value] of values) {
        const key = recordKey(contract, name);
        wanted.set(key.join(), [key, value]);
      }
    }
    for (const [key] of [...compute.iterator(Uint8Array.of(0x02), Uint8Array.of(0x0b))]) {
      if (!wanted.has(key.join())) compute.delete(key);
    }
    for (const [key, value] of wanted.values()) compute.set(key, value);
    const accounts = this.store.kvStore("acc");
    accounts.set(Uint8Array.of(0x02), Uint8Array.of(1));
    for (const [address, sequence] of sequences) {
      const account = { address: "", publicKey: undefined, accountNumber: 5n, sequence };
      accounts.set(fromHex(`01${address}`), encodeStoredAccount(account));
    }
    const register = this.store.kvStore("register");
    register.set(Uint8Array.of(0x02), Uint8Array.of(1));
    for (const [hex, value] of registrations) register.set(fromHex(hex), value);
    this.store.commit();
  }

  /** An honest host's answer; `store` and `version` are what a dishonest one takes instead. */
  prove({ store, keys, version, withStore }: Parameters<Prove>[0]): ReturnType<Prove> {
    const { storeProof, proofs } = this.store.proveKeys(store, keys, version, withStore);
    return { storeProof, proofs: [...proofs] };
  }
}
