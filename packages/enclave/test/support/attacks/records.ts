/**
 * State that is not the contract's, or not what the block ran on.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { Attack } from "./attack.ts";
import { attack } from "./attack.ts";

function fail(): never {
  throw new Error("the world has no block");
}

function expectDifferent(before: Map<string, Uint8Array>, after: Map<string, Uint8Array>): void {
  const same = [...after].every(([key, value]) => toHex(before.get(key) ?? new Uint8Array(0)) === toHex(value));
  if (same) throw new Error("the call changed nothing, so that this attack would prove nothing");
}

export const records: readonly Attack[] = [
  attack(
    "a record moved from one contract to another",
    "DecryptionError",
    {
      file: "packages/enclave/src/contract-engine/kv-cache.ts",
      text: 'if (value === undefined) throw new EnclaveError("DecryptionError", { check: "state record" });',
      without: "",
    },
    (world, contract) => {
      const other = world.instantiate(2, 1000);
      const foreign = [...world.host.recordsOf(other.address).values()];
      let next = 0;
      const readState = () => ({ value: foreign[next++ % foreign.length], legacyValue: undefined, sdkGas: 1n });
      return () => world.execute(world.bob, contract, { increment: {} }, { handlers: { readState } });
    },
  ),
  attack(
    "a made-up record in the old form",
    "HostMisbehavior",
    {
      file: "packages/enclave/src/contract-engine/host-state.ts",
      text: 'if (legacyValue !== undefined) throw new EnclaveError("HostMisbehavior", { check: "legacy record" });',
      without: "",
    },
    (world, contract) => {
      const honest = world.host.handlers(contract.address).readState;
      const readState: typeof honest = (request) => ({
        ...(honest?.(request) ?? { value: undefined, sdkGas: 1n }),
        legacyValue: new Uint8Array(80),
      });
      return () =>
        world.execute(
          world.bob,
          contract,
          { increment: {} },
          { handlers: { readState: readState as NonNullable<typeof honest> } },
        );
    },
  ),
  attack(
    "the executed block again, on other state",
    "OutputDiffers",
    {
      file: "packages/enclave/src/block-verifier/output-log.ts",
      text: 'if (known && (expected === undefined || !equalBytes(expected, digest))) throw new EnclaveError("OutputDiffers");',
      without: "",
    },
    (world, contract) => {
      const before = new Map(world.host.recordsOf(contract.address));
      world.execute(world.bob, contract, { add: { n: 1 } });
      world.end();
      const last = world.chain.last;
      // Honest recovery would answer from the state before the block; the host answers from the state after it.
      expectDifferent(before, world.host.recordsOf(contract.address));
      return () => {
        world.enclave.call("beginBlock", last?.request ?? fail());
        return world.run(contract);
      };
    },
  ),
  attack(
    "the open block again, on other state",
    "OutputDiffers",
    {
      file: "packages/enclave/src/block-verifier/output-log.ts",
      text: 'if (known && (expected === undefined || !equalBytes(expected, digest))) throw new EnclaveError("OutputDiffers");',
      without: "",
    },
    (world, contract) => {
      world.execute(world.bob, contract, { add: { n: 1 } });
      const last = world.chain.last;
      return () => {
        world.enclave.call("beginBlock", last?.request ?? fail());
        return world.run(contract);
      };
    },
  ),
];
