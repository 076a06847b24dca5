/**
 * The lying host: every attack is refused with its status by the enclave, and gets through a build in which only the check
 * that should stop it is missing.
 * @module
 */
import { afterAll, describe, expect, it } from "vitest";
import { Mutants } from "../../../tests/support/mutant.ts";
import { createEnclave } from "../src/index.ts";
import { attacks } from "./support/attacks.ts";

const mutants = new Mutants<{ createEnclave: typeof createEnclave }>("packages/enclave/src/index.ts");

afterAll(() => mutants.remove());

describe.each(attacks)("$name", ({ status, check, prepare }) => {
  it(`is refused: ${status}`, () => {
    const attack = prepare(createEnclave);
    expect(attack).toThrowError(expect.objectContaining({ name: "EnclaveError", status }));
  });

  it("gets through a build without the check", async () => {
    const mutant = await mutants.without([check]);
    const attack = prepare(mutant.createEnclave);
    expect(attack).not.toThrow();
  });
});
