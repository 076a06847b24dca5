import { describe, expect, it } from "vitest";
import { a, execMsg, fail, withContract } from "./support/contracts.ts";
import { executed } from "./support/fake-enclave.ts";

describe("gas", () => {
  const base = (() => {
    const network = withContract();
    network.enclave.script.push(() => executed({ usedGas: 0n }));
    return network.deliver(a, [execMsg()]).gasUsed;
  })();

  const used = (script: () => unknown, gas = 200_000n) => {
    const network = withContract();
    network.enclave.script.push(script);
    return network.deliver(a, [execMsg()], { gas });
  };

  it.each([
    [0n, 0n],
    [999n, 0n],
    [1_000n, 1n],
    [1_999n, 1n],
    [50_000_000n, 50_000n],
  ])("charges %s wasm gas as %s more than nothing", (wasmGas, extra) => {
    expect(used(() => executed({ usedGas: wasmGas })).gasUsed - base).toBe(extra);
  });

  it("charges what a failed call used", () => {
    expect(used(() => fail("ContractPanic")).gasUsed - base).toBe(5n);
  });

  it("grants the enclave what is left, times 1000, at most 10^10", () => {
    const network = withContract();
    network.deliver(a, [execMsg()], { gas: 100_000n });
    network.deliver(a, [execMsg()], { gas: 20_000_000n });
    const [small, large] = network.enclave.callsOf("execute").map(({ gasLimit }) => gasLimit);
    expect(small).toBeLessThan(80_000_000n);
    expect((small as bigint) % 1000n).toBe(0n);
    expect(large).toBe(10_000_000_000n);
  });

  it("is out of gas when the limit is reached exactly", () => {
    // The same size of transaction at every limit, so that the size costs the same.
    const fee = [{ denom: "uscrt", amount: "3000" }];
    const attempt = (gas: bigint) => {
      const network = withContract();
      network.enclave.script.push(() => executed({ usedGas: 100_000n }));
      return network.deliver(a, [execMsg()], { gas, fee });
    };
    const exactly = attempt(90_000n).gasUsed;
    const result = attempt(exactly);
    expect(result).toMatchObject({ code: 11, codespace: "sdk", gasUsed: exactly });
    expect(result.log).toBe(
      `out of gas in location: Wasmer function execution; gasWanted: ${exactly}, gasUsed: ${exactly}: out of gas`,
    );
    expect(attempt(exactly + 1n).code).toBe(0);
  });

  it("charges the flush like any store: deletes, then sets in the given order", () => {
    const key = new Uint8Array(10).fill(1);
    const result = used(() =>
      executed({ usedGas: 0n, legacyDeletes: [key], writes: [{ key, value: new Uint8Array(7) }] }),
    );
    // 100 for the delete; 200 flat and 5 per byte of 1 + 20 + 10 key bytes and 7 value bytes.
    expect(result.gasUsed - base).toBe(100n + 200n + 5n * (31n + 7n));
  });

  it("reports running out of gas in the flush as the call's own", () => {
    const value = new Uint8Array(100_000);
    const result = used(() => executed({ writes: [{ key: Uint8Array.of(1), value }] }));
    expect(result.code).toBe(11);
    expect(result.log).toContain("out of gas in location: wasm contract;");
  });

  it("charges reads on the caller's meter and tells the enclave how much", () => {
    const network = withContract();
    const key = new Uint8Array(32).fill(1);
    const legacyKey = new Uint8Array(32).fill(2);
    network.enclave.script.push(() => executed({ writes: [{ key, value: new Uint8Array(5).fill(3) }] }));
    network.deliver(a, [execMsg()]);
    network.enclave.script.push((_call, handlers) => {
      expect(handlers.readState({ key, legacyKey, usedHints: [] })).toEqual({
        value: new Uint8Array(5).fill(3),
        legacyValue: undefined,
        sdkGas: 100n + 53n + 5n,
      });
      expect(handlers.readState({ key: legacyKey, legacyKey: key, usedHints: [] })).toEqual({
        value: undefined,
        legacyValue: new Uint8Array(5).fill(3),
        sdkGas: 200n + 53n + 53n + 5n,
      });
      expect(handlers.removeState({ key, legacyKey, usedHints: [] })).toEqual({ sdkGas: 200n });
      expect(handlers.readState({ key, legacyKey, usedHints: [] }).value).toBeUndefined();
      return executed({ usedGas: 0n });
    });
    expect(network.deliver(a, [execMsg()]).gasUsed - base).toBe(158n + 311n + 200n + 306n);
  });

  it("ends a call whose read runs out of gas as out of gas", () => {
    const result = used(() => executed(), 30_000n);
    expect(result.code).toBe(11);
    const network = withContract();
    network.enclave.script.push((_call, handlers) => {
      for (;;) handlers.readState({ key: Uint8Array.of(1), legacyKey: Uint8Array.of(2), usedHints: [] });
    });
    const endless = network.deliver(a, [execMsg()]);
    expect(endless).toMatchObject({ code: 11, codespace: "sdk" });
    expect(endless.log).toContain("out of gas in location: wasm contract; gasWanted: 200000");
  });
});
