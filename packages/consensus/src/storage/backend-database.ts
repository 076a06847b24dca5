/**
 * The engine's database over a backend of the store room: LMDB in nodes, memory in tests.
 * @module
 */
import type { Backend } from "@enclavenet/store";
import type { EngineDatabase, Entry, WriteOp } from "./database.ts";

function write(backend: Backend, ops: readonly WriteOp[]): void {
  const puts: { key: Uint8Array; value: Uint8Array }[] = [];
  const deletes: Uint8Array[] = [];
  for (const { key, value } of ops) {
    if (value === undefined) deletes.push(key);
    else puts.push({ key, value });
  }
  backend.write({ puts, deletes });
}

function scan(backend: Backend, start: Uint8Array, end: Uint8Array, limit: number): Entry[] {
  const out: Entry[] = [];
  for (const entry of backend.range(start, end, false)) {
    if (out.length >= limit) break;
    out.push(entry);
  }
  return out;
}

/** An engine database that owns `backend`. */
export function backendDatabase(backend: Backend): EngineDatabase {
  return {
    get: (key) => backend.get(key),
    scan: (start, end, limit) => scan(backend, start, end, limit),
    write: async (ops) => write(backend, ops),
    close: async () => backend.close(),
  };
}
