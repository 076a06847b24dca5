/**
 * TEMPORARY
 * @module
 */
import { LocalError, concatBytes, compareBytes, fromHex, toHex, utf8ToBytes } from "@enclavenet/common";
import { BranchedMultiStore } from "../../../store/src/kv/cache-multi-store.ts";
import { STORE_NAMES } from "@enclavenet/chain";
import { createHash } from "node:crypto";

class Plain {
  map = new Map<string, Uint8Array>();
  get(k: Uint8Array) { return this.map.get(toHex(k)); }
  has(k: Uint8Array) { return this.map.has(toHex(k)); }
  set(k: Uint8Array, v: Uint8Array) { this.map.set(toHex(k), v); }
  delete(k: Uint8Array) { this.map.delete(toHex(k)); }
  *iterator(s?: Uint8Array, e?: Uint8Array) { for (const k of [...this.map.keys()].sort()) { const b = fromHex(k); if (s && compareBytes(b, s) < 0) continue; if (e && compareBytes(b, e) >= 0) continue; yield [b, this.map.get(k)] as const; } }
  *reverseIterator(s?: Uint8Array, e?: Uint8Array) { yield* [...this.iterator(s, e)].reverse(); }
}
export class Root {
  stores = new Map<string, Plain>(STORE_NAMES.map((n) => [n, new Plain()]));
  versions = new Map<bigint, Map<string, Plain>>();
  extras = new Map<string, Uint8Array>();
  lastCommit = { version: 0n, appHash: new Uint8Array(createHash("sha256").digest()) };
  kvStore(n: string) { const s = this.stores.get(n); if (!s) throw new LocalError("STORE_UNKNOWN", n); return s; }
  cacheMultiStore() { return new BranchedMultiStore(this as never); }
  workingHash() { const h = createHash("sha256"); for (const [n, s] of this.stores) { h.update(n); for (const [k, v] of s.iterator()) h.update(concatBytes(utf8ToBytes(toHex(k)), v as Uint8Array)); } return new Uint8Array(h.digest()); }
  commit(extra?: Map<string, Uint8Array>) { for (const [k, v] of extra ?? []) this.extras.set(k, v); const version = this.lastCommit.version + 1n; this.lastCommit = { version, appHash: this.workingHash() }; const copy = new Map<string, Plain>(); for (const [n, s] of this.stores) { const p = new Plain(); p.map = new Map(s.map); copy.set(n, p); } this.versions.set(version, copy); }
  extra(k: string) { return this.extras.get(k); }
  at(v: bigint) { if (v === 0n) return this.empty(); const m = this.versions.get(v); if (!m) throw new LocalError("STORE_VERSION", "no"); const self = { kvStore: (n: string) => { const s = m.get(n); if (!s) throw new LocalError("STORE_UNKNOWN", n); return s; }, cacheMultiStore: () => new BranchedMultiStore(self as never) }; return self; }
  empty() { const self = { kvStore: () => new Plain(), cacheMultiStore: () => new BranchedMultiStore(self as never) }; return self; }
  prove() { return []; }
}
export function memoryStore(): never { return new Root() as never; }
