/** What the enclave leaves to the chain where no proofs are demanded, pinned as docs/lying-host.md tells it. */
import { expect, it } from "vitest";
import { executeMsg, signTx } from "../../packages/enclave/test/support/chain.ts";
import { World } from "../../packages/enclave/test/support/world.ts";
import { shipped } from "./support/bundles.ts";
import { Enclaves } from "./support/enclaves.ts";

it("where the host is believed, a transaction runs once in a block, and once more in a later one that includes it again", async () => {
  const enclaves = new Enclaves(shipped);
  try {
    const world = new World(enclaves.create);
    const contract = world.instantiate(1);
    const msg = world.encrypt(world.bob, { increment: {} });
    const tx = signTx(world.bob, [executeMsg({ sender: world.bob.address, contract: contract.address, msg })]);
    world.begin([tx]);
    world.run(contract);
    expect(() => world.run(contract)).toThrowError(expect.objectContaining({ status: "PositionRejected" }));
    world.end();
    world.begin([tx]);
    expect(world.run(contract).result.error).toBeUndefined();
  } finally {
    await enclaves.stop();
  }
});
