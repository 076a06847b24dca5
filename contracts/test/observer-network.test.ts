/**
 * What an observer of the chain sees of two transfers: nothing that tells who got how much.
 * @module
 */
import type { SecretNetworkClient } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute } from "../../tests/support/localnet.ts";
import { INITIAL, type Network, startWithToken } from "./support/network.ts";

let network: Network;
let a: SecretNetworkClient;

beforeAll(async () => {
  network = await startWithToken();
  ({ a } = network.accounts);
});

afterAll(async () => {
  await network?.net.stop();
});

/** A transfer as the chain shows it to everybody. */
async function observed(recipient: string, amount: number, memo: string, filled = 120): Promise<string> {
  // Senders who care fill their messages up (SNIP-20, "Padding").
  const padding = "x".repeat(filled - `${amount}`.length - memo.length);
  const transfer = { recipient, amount: `${amount}`, memo, padding };
  const tx = await execute(a, network.token, { transfer });
  const response = await fetch(`${network.net.ready.rest}/cosmos/tx/v1beta1/txs/${tx.transactionHash}`);
  return await response.text();
}

/** The same JSON with every text replaced by its length; the height, which may get a digit more, is left out. */
function shape(value: unknown): unknown {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "height");
  return Object.fromEntries(kept.map(([key, inner]) => [key, shape(inner)]));
}

const shapeOf = (text: string) => shape(JSON.parse(text) as unknown);
const codeOf = (text: string) => (JSON.parse(text) as { tx_response: { code: number } }).tx_response.code;

describe("two transfers", () => {
  it("look the same to an observer, whoever gets how much", async () => {
    const { b, c } = network.accounts;
    const small = await observed(b.address, 1, "rent");
    const large = await observed(c.address, 54_321, "a long memo about a large amount");
    expect([codeOf(small), codeOf(large)]).toEqual([0, 0]);
    expect(shapeOf(large)).toEqual(shapeOf(small));
    for (const text of [small, large]) {
      for (const secret of [b.address, c.address, "rent", "54321"]) expect(text).not.toContain(secret);
    }
    // The comparison sees a message that is three bytes longer.
    expect(shapeOf(await observed(b.address, 1, "rent", 123))).not.toEqual(shapeOf(small));
  });

  it("look the same when they fail, whatever is missing", async () => {
    const { b, c } = network.accounts;
    const small = await observed(b.address, INITIAL, "rent");
    await execute(a, network.token, { transfer: { recipient: b.address, amount: "45000" } });
    const large = await observed(c.address, INITIAL * 1_000_000, "rent");
    expect([codeOf(small), codeOf(large)]).toEqual([3, 3]);
    expect(shapeOf(large)).toEqual(shapeOf(small));
  });
});
