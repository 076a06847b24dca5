/**
 * The cache of compiled contracts: compiling costs up to a second and no gas, so nothing is compiled twice in a row,
 * refused code included, and what is kept is bounded.
 * @module
 */
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { InstancePool } from "@enclavenet/wasm-engine";
import { describe, expect, it } from "vitest";
import { type BinaryParts, binary } from "../../wasm-engine/test/support/binary.ts";
import { ModuleCache } from "../src/contract-engine/module-cache.ts";
import type { HostCalls } from "../src/host-calls.ts";

const primitives = createNodePrimitives();
const refused = (status: string) => expect.objectContaining({ name: "EnclaveError", status });

/** A host that counts how often it is asked for code. */
function hostOf(wasm: Uint8Array): HostCalls & { readonly asked: () => number } {
  let count = 0;
  const readCode = () => {
    count++;
    return { wasm };
  };
  return { readCode, asked: () => count } as never;
}

const honest = (parts: BinaryParts = {}): Uint8Array => binary(parts);
/** One byte too many. */
const malformed = (): Uint8Array => Uint8Array.of(...honest(), 99);

describe("the module cache", () => {
  it("asks for code once", () => {
    const wasm = honest();
    const [cache, host] = [new ModuleCache(primitives, new InstancePool()), hostOf(wasm)];
    const hash = primitives.sha256(wasm);
    expect(cache.get(hash, host)).toBe(cache.get(hash, host));
    expect(host.asked()).toBe(1);
  });

  it("remembers what it refused, with the same status", () => {
    const wasm = malformed();
    const [cache, host] = [new ModuleCache(primitives, new InstancePool()), hostOf(wasm)];
    const hash = primitives.sha256(wasm);
    for (let i = 0; i < 3; i++) expect(() => cache.get(hash, host)).toThrowError(refused("InvalidWasm"));
    expect(host.asked()).toBe(1);
  });

  it("does not remember a lie of the host: the bytes are not those of the hash", () => {
    const wasm = honest();
    const cache = new ModuleCache(primitives, new InstancePool());
    const hash = primitives.sha256(wasm);
    const liar = hostOf(Uint8Array.of(1, 2, 3));
    for (let i = 0; i < 2; i++) expect(() => cache.get(hash, liar)).toThrowError(refused("ValidationFailure"));
    expect(liar.asked()).toBe(2);
    expect(cache.get(hash, hostOf(wasm)).apiVersion).toBe("v1");
  });

  it("keeps a bounded number of bytes of code, the latest used ones", () => {
    const modules = [1, 2, 3].map((i) => honest({ data: [new Uint8Array([0, 0x41, 0, 0x0b, 2, i, i])] }));
    const { instrumented } = new ModuleCache(primitives, new InstancePool()).get(
      primitives.sha256(modules[0] as Uint8Array),
      hostOf(modules[0] as Uint8Array),
    ).size;
    const cache = new ModuleCache(primitives, new InstancePool(), 2 * instrumented + 1);
    const hosts = modules.map(hostOf);
    const get = (i: number) => cache.get(primitives.sha256(modules[i] as Uint8Array), hosts[i] as HostCalls);
    for (const i of [0, 1, 0, 2, 0, 1]) get(i);
    expect(hosts.map((host) => host.asked())).toEqual([1, 2, 1]);
  });
});
