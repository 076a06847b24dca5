/**
 * What a store's last reads of committed values found, absent ones included. Blocks read the same few records for every
 * transaction: parameters, the accounts of senders and of the fee collector. Two generations, bounded in bytes: when the young one
 * is full it becomes the old one, and what was not used since is dropped at the next turn.
 * @module
 */

/** What is known of one key. */
export interface KnownValue {
  readonly value: Uint8Array | undefined;
}

/** Bytes of an entry without its name and value, roughly. */
const ENTRY_WEIGHT = 250;

/** Bytes of one generation. */
const GENERATION_BYTES = 128 * 1024;

/** Longer ones would push out many others. */
const MAX_BYTES = 4096;

/** Committed values by the names of their keys. Values are handed out as they are: nobody changes them. */
export class ReadCache {
  private young = new Map<string, KnownValue>();
  private old = new Map<string, KnownValue>();
  private weight = 0;

  find(name: string): KnownValue | undefined {
    const young = this.young.get(name);
    if (young !== undefined) return young;
    const old = this.old.get(name);
    if (old !== undefined) this.remember(name, old.value);
    return old;
  }

  remember(name: string, value: Uint8Array | undefined): void {
    const bytes = name.length + (value?.length ?? 0);
    if (bytes > MAX_BYTES) return;
    this.young.set(name, { value });
    this.weight += ENTRY_WEIGHT + bytes;
    if (this.weight < GENERATION_BYTES) return;
    this.old = this.young;
    this.young = new Map();
    this.weight = 0;
  }

  /** The value that was committed under a name. */
  replace(name: string, value: Uint8Array | undefined): void {
    const isKnown = this.young.delete(name);
    if (this.old.delete(name) || isKnown) this.remember(name, value);
  }
}
