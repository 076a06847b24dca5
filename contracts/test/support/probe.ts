/**
 * A probe on the engine: steps, and what its imports gave.
 * @module
 */
import { expect } from "vitest";
import { artifact, type ContractResponse, dataOf, type Json, TestContract } from "./contract.ts";

export const base64 = (text: string): string => Buffer.from(text).toString("base64");
export const fromHex = (text: string): string => Buffer.from(text, "hex").toString("base64");
export const run = (...steps: readonly Json[]): Json => ({ run: { steps } });
export const importing = (name: string, args: readonly (string | null)[], number?: string): Json => ({
  import: { name, arguments: args, ...(number === undefined ? {} : { number }) },
});

/** A probe that holds a fruit. */
export function probe(name: "probe" | "v010-probe"): TestContract {
  const contract = new TestContract(artifact(`${name}.wasm`));
  contract.instantiate(run({ set: { key: "fruit", value: "🍌" } }));
  return contract;
}

export const attributesOf = (response: ContractResponse) => response.attributes ?? response.log ?? [];

/** What an import gave, as the probe says it. */
export function outcome(
  contract: TestContract,
  name: string,
  args: readonly (string | null)[],
  number?: string,
): string {
  const response = contract.execute(run(importing(name, args, number)));
  expect(attributesOf(response)[0]).toMatchObject({ key: name, value: dataOf(response) });
  return dataOf(response);
}
