/**
 * The attacks of a table against the shipped bundle, and against bundles without the check that refuses them.
 * @module
 */
import { afterAll, describe, expect, it } from "vitest";
import type { Attack } from "../../../packages/enclave/test/support/attacks/attack.ts";
import { Bundles } from "./bundles.ts";
import { play } from "./play.ts";

/** Tests of these attacks. */
export function lyingHost(attacks: readonly Attack[]): void {
  const bundles = new Bundles();
  afterAll(() => bundles.remove());

  describe.each(attacks)("$name", (attack) => {
    const { status, exit, check } = attack;

    it(`is refused by the shipped bundle, and the same without the lie is not: ${status}`, async () => {
      const { refusal, honest } = await play(attack, await bundles.whole(attack), true);
      expect(refusal).toMatchObject(exit === undefined ? { status } : { exits: [exit] });
      expect(honest).toBe(true);
    });

    it("gets through a bundle without the check", async () => {
      const without = await bundles.without([check].flat(), attack);
      expect((await play(attack, without, false)).refusal).toBeUndefined();
    });
  });
}
