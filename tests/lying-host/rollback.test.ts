/**
 * Sealed state that the host put back. No backend has a counter that only grows, so that the enclave cannot tell: what it does then
 * is the same again, and what stays open is pinned here as it is told in docs/security.md.
 */
import { cpSync, rmSync } from "node:fs";
import { toHex } from "@enclavenet/common";
import type { OcallHandlers } from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { World } from "../../packages/enclave/test/support/world.ts";
import { shipped } from "./support/bundles.ts";
import { Enclaves } from "./support/enclaves.ts";

const refused = (status: string) => expect.objectContaining({ name: "EnclaveError", status });

/** A counter, its state before the last block, that block's outcome, and the ways of a host to have it run again. */
function played(enclaves: Enclaves, stateProofs: boolean) {
  const world = new World(enclaves.create, { stateProofs });
  const contract = world.instantiate(1);
  const folder = enclaves.folderOf(world.sealed);
  cpSync(folder, `${folder}-before`, { recursive: true });
  const before = new Map(world.host.recordsOf(contract.address));
  const fork = world.chain.build([], stateProofs ? { header: { appHash: world.proofs.appHash } } : {});
  const { result } = world.execute(world.bob, contract, { increment: {} });
  world.end();
  const readState: OcallHandlers["readState"] = ({ key }) => {
    return { value: before.get(toHex(key)), legacyValue: undefined, sdkGas: 100n };
  };
  const again = (handlers: Partial<OcallHandlers>) => {
    world.enclave.call("beginBlock", world.chain.last?.request ?? fork.request);
    return world.run(contract, { handlers }).result;
  };
  return {
    result,
    begin: () => world.enclave.call("beginBlock", fork.request),
    onSameState: () => again({ readState }),
    onLaterState: () => again({}),
    rollBack(): void {
      rmSync(folder, { recursive: true });
      cpSync(`${folder}-before`, folder, { recursive: true });
      world.start();
    },
  };
}

async function inScene(stateProofs: boolean, step: (scene: ReturnType<typeof played>) => void): Promise<void> {
  const enclaves = new Enclaves(shipped);
  try {
    step(played(enclaves, stateProofs));
  } finally {
    await enclaves.stop();
  }
}

describe.each([true, false])("sealed state that is put back, where proofs are demanded: %s,", (stateProofs) => {
  it("gives the same outputs when the block runs again", async () => {
    await inScene(stateProofs, ({ result, rollBack, onSameState }) => {
      expect(onSameState()).toEqual(result);
      rollBack();
      expect(onSameState()).toEqual(result);
    });
  });

  it("is what lets another block at that height in, if the validators signed two", async () => {
    await inScene(stateProofs, ({ begin, rollBack }) => {
      expect(begin).toThrowError(refused("HeightRejected"));
      rollBack();
      expect(begin).not.toThrow();
    });
  });
});

describe("the block on other state, after sealed state was put back,", () => {
  it("is refused where proofs are demanded", async () => {
    await inScene(true, ({ rollBack, onLaterState }) => {
      rollBack();
      expect(onLaterState).toThrowError(refused("StateUnproven"));
    });
  });

  it("is refused before, and runs afterwards, where the host is believed", async () => {
    await inScene(false, ({ result, rollBack, onLaterState }) => {
      expect(onLaterState).toThrowError(refused("OutputDiffers"));
      rollBack();
      expect(onLaterState()).not.toEqual(result);
    });
  });
});
