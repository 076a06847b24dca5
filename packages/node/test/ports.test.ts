/**
 * Which ports a network gets.
 * @module
 */
import { describe, expect, it } from "vitest";
import { parsePortOffset } from "../src/cli/parse.ts";
import { resolvePorts } from "../src/cli/ports.ts";
import { LOCALNET_PORTS } from "../src/localnet/options.ts";

describe("ports", () => {
  it("are the defaults, all moved by the offset", () => {
    expect(resolvePorts({ portOffset: 0 })).toEqual(LOCALNET_PORTS);
    const moved = resolvePorts({ portOffset: 100 });
    for (const [name, port] of Object.entries(LOCALNET_PORTS)) expect(moved).toHaveProperty(name, port + 100);
  });

  it("that are given are taken as they are, also 0", () => {
    expect(resolvePorts({ portOffset: 100, rpcPort: 4000, restPort: 0 })).toMatchObject({
      rpcPort: 4000,
      restPort: 0,
      faucetPort: LOCALNET_PORTS.faucetPort + 100,
    });
  });

  it("stay ports with every offset that is accepted", () => {
    const highest = 65_535 - Math.max(...Object.values(LOCALNET_PORTS));
    expect(Math.max(...Object.values(resolvePorts({ portOffset: parsePortOffset(`${highest}`) })))).toBe(65_535);
    for (const text of [`${highest + 1}`, "-1", "1.5", "", "ten"]) {
      expect(() => parsePortOffset(text)).toThrowError(/expected a number from 0 to/);
    }
  });
});
