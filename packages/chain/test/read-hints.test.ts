/**
 * Read hints on the chain's side: what is sent ahead, and that the gas is the same with and without.
 * @module
 */
import type { EcallRequest } from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { a, b, execMsg, withContract } from "./support/contracts.ts";
import { executed } from "./support/fake-enclave.ts";

const key = new Uint8Array(32).fill(1);
const legacyKey = new Uint8Array(32).fill(2);
const missing = new Uint8Array(32).fill(4);
const READ_GAS = 100n + 53n + 5n;
const MISS_GAS = 2n * (100n + 53n);

/** A network whose contract has one record, and whose first caller has read it and a missing one. */
function warmNetwork() {
  const network = withContract();
  network.enclave.script.push(() => executed({ writes: [{ key, value: new Uint8Array(5).fill(3) }] }));
  network.deliver(a, [execMsg()]);
  network.enclave.script.push((_call, handlers) => {
    handlers.readState({ key, legacyKey, usedHints: [] });
    handlers.readState({ key: missing, legacyKey, usedHints: [] });
    return executed({ usedGas: 0n });
  });
  const asked = network.deliver(a, [execMsg()]).gasUsed;
  return { network, asked };
}

function lastRequest(network: ReturnType<typeof warmNetwork>["network"]): EcallRequest<"execute"> {
  const request = network.enclave.callsOf("execute").at(-1);
  if (request === undefined) throw new Error("no call");
  return request;
}

describe("read hints", () => {
  it("are what the same sender read last, with what a read costs", () => {
    const { network } = warmNetwork();
    network.deliver(a, [execMsg()]);
    expect(lastRequest(network).hints).toEqual([
      { key, value: new Uint8Array(5).fill(3), sdkGas: READ_GAS },
      { key: missing, value: undefined, sdkGas: MISS_GAS },
    ]);
  });

  it("are not kept for names of which a contract made much", () => {
    const { network } = warmNetwork();
    const long = new Uint8Array(1_025).fill(6);
    network.enclave.script.push((_call, handlers) => {
      for (const name of [long, long.subarray(1), key]) handlers.readState({ key: name, legacyKey, usedHints: [] });
      return executed({ usedGas: 0n });
    });
    network.deliver(a, [execMsg()]);
    network.deliver(a, [execMsg()]);
    expect(lastRequest(network).hints.map((hint) => hint.key.length)).toEqual([1_024, 32]);
  });

  it("of one sender are not sent for another", () => {
    const { network } = warmNetwork();
    network.deliver(b, [execMsg({ sender: b.address })]);
    expect(lastRequest(network).hints).toEqual([]);
  });

  it("cost nothing unless they are used, and then what the read costs, each time", () => {
    const { network, asked } = warmNetwork();
    network.enclave.script.push(() => executed({ usedGas: 0n }));
    const unused = network.deliver(a, [execMsg()]).gasUsed;
    const { network: other } = warmNetwork();
    other.enclave.script.push(() => executed({ usedGas: 0n, usedHints: [0, 1] }));
    expect(other.deliver(a, [execMsg()]).gasUsed).toBe(asked);
    expect(asked - unused).toBe(READ_GAS + MISS_GAS);
    const { network: third } = warmNetwork();
    third.enclave.script.push(() => executed({ usedGas: 0n, usedHints: [0, 0, 1] }));
    expect(third.deliver(a, [execMsg()]).gasUsed).toBe(asked + READ_GAS);
  });

  it("are charged before what comes after them, also when the call fails", () => {
    const { network, asked } = warmNetwork();
    network.enclave.script.push((_call, handlers) => {
      handlers.settleReads({ usedHints: [0] });
      handlers.removeState({ key, legacyKey, usedHints: [1] });
      return executed({ usedGas: 0n });
    });
    expect(network.deliver(a, [execMsg()]).gasUsed).toBe(asked + 200n);
  });

  it("with an index that was never sent are ignored", () => {
    const { network } = warmNetwork();
    network.enclave.script.push(() => executed({ usedGas: 0n, usedHints: [99] }));
    expect(network.deliver(a, [execMsg()]).code).toBe(0);
  });
});
