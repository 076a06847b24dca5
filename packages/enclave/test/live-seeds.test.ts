/**
 * Several live seeds: which keys answer in which block, and what was encrypted under which stays readable. Spec 01 §1.1, §1.3.
 */
import { toHex } from "@enclavenet/common";
import { encode, SEALED_FORMAT } from "@enclavenet/enclave-api";
import { afterAll, describe, expect, it } from "vitest";
import { Mutants } from "../../../tests/support/mutant.ts";
import { createEnclave } from "../src/index.ts";
import { seedKeyGuard } from "../src/key-guard/seed-key-guard.ts";
import { decodeKeychain, keychainSchema } from "../src/keychain/keychain-record.ts";
import { executeMsg, signTx } from "./support/chain.ts";
import { type Contract, World } from "./support/world.ts";

const refused = (status: string) => expect.objectContaining({ name: "EnclaveError", status });
const mutants = new Mutants<{ createEnclave: typeof createEnclave }>("packages/enclave/src/index.ts");
afterAll(() => mutants.remove());

const NEW_SEED = new Uint8Array(32).fill(9);

/** A world with a counter of 5, whose enclave got a further seed that is live from each of these heights on. */
function rotatedWorld(
  rotations: readonly bigint[],
  create = createEnclave,
): { readonly world: World; readonly contract: Contract } {
  const world = new World(create);
  const contract = world.instantiate(1, 5);
  const record = decodeKeychain(world.sealed.get("keychain") as Uint8Array);
  const seeds = [...record.seeds, ...rotations.map((_, i) => new Uint8Array(32).fill((NEW_SEED[0] as number) - i))];
  const rotated = { ...record, version: SEALED_FORMAT, seeds, rotations: [...rotations] };
  world.sealed.set("keychain", encode(keychainSchema, rotated));
  world.start();
  return { world, contract };
}

const ioKey = (world: World) => world.enclave.call("status", {}).ioPublicKey as Uint8Array;

/** Opens a block in which bob calls the contract under the given key of the network. */
function beginUnder(world: World, key: Uint8Array, contract: Contract, msg: unknown): void {
  const { bob } = world;
  const message = executeMsg({
    sender: bob.address,
    contract: contract.address,
    msg: bob.encrypt(key, world.codeHash, msg),
  });
  world.begin([signTx(bob, [message])]);
}

function increment(world: World, key: Uint8Array, contract: Contract): void {
  beginUnder(world, key, contract, { increment: {} });
  const { result } = world.run(contract);
  expect(result.error).toBeUndefined();
  world.host.apply(contract.address, result.writes);
  world.end();
}

describe("a seed of a rotation", () => {
  it("gives the network's keys from its first height on, and the key before still opens messages", () => {
    const { world, contract } = rotatedWorld([3n]);
    const old = ioKey(world);
    expect(old).toEqual(world.ioPublicKey);
    increment(world, old, contract);
    const fresh = ioKey(world);
    expect(fresh).not.toEqual(old);
    increment(world, old, contract);
    increment(world, fresh, contract);
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 8 });
    expect(world.start().call("status", {}).ioPublicKey).toEqual(fresh);
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 8 });
  });

  it("is none before its height: a message that is encrypted to it fails, in every execution of the block", () => {
    const { world, contract } = rotatedWorld([3n]);
    const { primitives } = world;
    const { seeds } = decodeKeychain(world.sealed.get("keychain") as Uint8Array);
    const { ioPublicKey: early } = seedKeyGuard(primitives, seeds);
    beginUnder(world, early, contract, { increment: {} });
    expect(() => world.run(contract)).toThrowError(refused("ValidationFailure"));
    world.end();
    expect(ioKey(world)).toEqual(early);
    // After a crash the chain executes its last block again.
    world.start().call("beginBlock", world.chain.last?.request as never);
    expect(() => world.run(contract)).toThrowError(refused("ValidationFailure"));
    world.end();
  });

  it("ends the key before the one before it: two keys are open at a time, by height", () => {
    const { world, contract } = rotatedWorld([3n, 4n]);
    const first = ioKey(world);
    increment(world, first, contract);
    const second = ioKey(world);
    increment(world, first, contract);
    const third = ioKey(world);
    expect(new Set([first, second, third].map(toHex)).size).toBe(3);
    beginUnder(world, first, contract, { increment: {} });
    expect(() => world.run(contract)).toThrowError(refused("ValidationFailure"));
    world.end();
    increment(world, second, contract);
    increment(world, third, contract);
    // Encrypted under the first key.
    expect(() => world.query(contract, { get_count: {} })).toThrowError(refused("DecryptionError"));
  });

  it("leaves the first key open for ever in a build without the end of keys", async () => {
    const file = "packages/enclave/src/key-guard/seed-key-guard.ts";
    const { createEnclave: create } = await mutants.without([{ file, text: ".slice(-OPEN_IO_KEYS)", without: "" }]);
    const { world, contract } = rotatedWorld([3n, 4n], create);
    const first = ioKey(world);
    for (let i = 0; i < 4; i++) increment(world, first, contract);
    expect(world.chain.height).toBe(5n);
  });

  it("keeps contracts of before and their administration", () => {
    const world = new World(createEnclave);
    const { seeds } = decodeKeychain(world.sealed.get("keychain") as Uint8Array);
    const before = seedKeyGuard(world.primitives, seeds);
    const after = seedKeyGuard(world.primitives, [...seeds, NEW_SEED]);
    const contract = { contractAddress: new Uint8Array(20).fill(1), codeHash: world.codeHash };
    const og = before.createContractKey(world.alice.address, 1n, contract);
    const stored = { og, current: undefined, proof: undefined };
    expect(() => after.authenticateContract(contract, stored)).not.toThrow();
    const proof = before.adminProof(world.alice.address, og);
    expect(after.verifyAdminProof(world.alice.address, og, proof)).toBe(true);
    expect(after.adminProof(world.alice.address, og)).not.toEqual(proof);
    const name = before.stateCipher(og).encryptName(new Uint8Array(3));
    const value = before.stateCipher(og).sealValue(name, new Uint8Array(24), Uint8Array.of(7));
    expect(after.stateCipher(og).encryptName(new Uint8Array(3))).toEqual(name);
    expect(after.stateCipher(og).openValue(name, value)).toEqual(Uint8Array.of(7));
    expect(
      before.stateCipher(og).openValue(name, after.stateCipher(og).sealValue(name, new Uint8Array(24), value)),
    ).toBe(undefined);
  });
});
