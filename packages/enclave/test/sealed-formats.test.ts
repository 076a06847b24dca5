/**
 * Format numbers inside the seal: what earlier enclaves wrote is read, what later ones wrote is refused.
 * @module
 */
import { concatBytes, le32 } from "@enclavenet/common";
import {
  bytes,
  encode,
  fixedBytes,
  list,
  option,
  SEALED_FORMAT,
  StateProofs,
  sealedFormatExitCode,
  sealedFormatOfExit,
  struct,
  text,
  u8,
  u32,
  u64,
} from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { decodeKeychain } from "../src/keychain/keychain-record.ts";
import { birthOf, GENESIS_HASH } from "./support/chain.ts";
import { networkQuote } from "./support/registration.ts";
import { World } from "./support/world.ts";

const refused = expect.objectContaining({ name: "EnclaveError", status: "SealedFormat" });
const FORMAT_BYTES = 8;

/** A world with one executed block, and its records. */
function executed(): World {
  const world = new World(createEnclave);
  world.instantiate(1, 5);
  return world;
}

const recordOf = (world: World, name: string) => world.sealed.get(name) as Uint8Array;

describe("the progress record", () => {
  it("of the first format, which had no number, is read, and written anew with one", () => {
    const world = executed();
    const { height, blockHash } = world.enclave.call("status", {});
    const record = recordOf(world, "progress");
    expect([record[0], record[FORMAT_BYTES - 1]]).toEqual([SEALED_FORMAT, 0x80]);
    world.sealed.set("progress", record.slice(FORMAT_BYTES));
    expect(world.start().call("status", {})).toMatchObject({ height, blockHash });
    world.instantiate(2, 5);
    expect([recordOf(world, "progress")[0], recordOf(world, "progress")[FORMAT_BYTES - 1]]).toEqual([
      SEALED_FORMAT,
      0x80,
    ]);
    expect(world.start().call("status", {}).height).toBe(height + 1n);
  });

  it("of a later format is refused, before anything behind the number is read", () => {
    const world = executed();
    const later = Uint8Array.of(SEALED_FORMAT + 1, 0, 0, 0, 0, 0, 0, 0x80, 0xff);
    world.sealed.set("progress", later);
    expect(() => world.start()).toThrowError(refused);
    expect(recordOf(world, "progress")).toEqual(later);
  });
});

describe("the keychain", () => {
  it("of the first format, which knew no birth and no registration, is read; nobody can join its network", () => {
    const world = executed();
    const { chainId, validatorSet } = birthOf(world.chain);
    const { seeds, binding } = decodeKeychain(recordOf(world, "keychain"));
    const first = struct({
      version: u32,
      networkClass: text,
      seeds: list(fixedBytes(32)),
      binding: option(struct({ chainId: text, genesisHash: fixedBytes(32), initialHeight: u64, validatorSet: bytes })),
    });
    world.sealed.set("keychain", encode(first, { version: 1, networkClass: "development", seeds, binding }));
    const { ioPublicKey } = world;
    expect(world.start().call("status", {})).toMatchObject({ chainId, ioPublicKey, height: 1n });
    world.instantiate(2, 5);
    expect(() => networkQuote(world)).toThrowError(expect.objectContaining({ status: "NoEvidence" }));
    const stateProofs = StateProofs.off;
    const rebind = { chainId, genesisHash: GENESIS_HASH, initialHeight: 1n, validatorSet, stateProofs };
    expect(() => world.enclave.call("bindNetwork", rebind)).not.toThrow();
  });

  const birthFields = { chainId: text, validatorSet: bytes, policy: text };
  const secondFields = {
    version: u32,
    networkClass: text,
    seeds: list(fixedBytes(32)),
    birth: option(struct(birthFields)),
    registration: option(struct({ chainId: text, privateKey: fixedBytes(32) })),
    binding: option(
      struct({ chainId: text, genesisHash: fixedBytes(32), initialHeight: u64, validatorSet: bytes, stateProofs: u8 }),
    ),
  };

  it("of the second format, which knew no rotation, is read, and written anew with the next change", () => {
    const world = executed();
    const record = { ...decodeKeychain(recordOf(world, "keychain")), version: 2 };
    world.sealed.set("keychain", encode(struct(secondFields), record));
    expect(world.start().call("status", {})).toMatchObject({ ioPublicKey: world.ioPublicKey, height: 1n });
    world.instantiate(2, 5);
    expect(() => networkQuote(world)).not.toThrow();
    // Who registered under that program is not known, so that nobody can be given a share of a new seed.
    expect(() => world.enclave.call("createRotation", {})).toThrowError(
      expect.objectContaining({ status: "RotationRejected" }),
    );
  });

  it("of the third format, which knew no other programs and no founder, is read with the nodes that registered", () => {
    const world = executed();
    const node = struct({ publicKey: fixedBytes(32), registered: u64, revoked: option(u64) });
    const third = struct({ ...secondFields, rotations: list(u64), nodes: option(list(node)) });
    const nodes = [{ publicKey: new Uint8Array(32).fill(1), registered: 4n, revoked: undefined }];
    const record = { ...decodeKeychain(recordOf(world, "keychain")), version: 3, nodes };
    world.sealed.set("keychain", encode(third, record));
    expect(world.start().call("status", {})).toMatchObject({ ioPublicKey: world.ioPublicKey, height: 1n });
    expect(() => networkQuote(world)).not.toThrow();
    const { birth, programs, ...read } = decodeKeychain(recordOf(world, "keychain"));
    expect([birth?.founder, programs, read.nodes]).toEqual([undefined, [], nodes]);
  });

  it("of the fourth format, which knew no founder, is read", () => {
    const world = executed();
    const node = struct({ publicKey: fixedBytes(32), registered: u64, revoked: option(u64) });
    const program = struct({ measurement: bytes, rtmrs: list(bytes), approved: u64 });
    const fourth = struct({
      ...secondFields,
      rotations: list(u64),
      nodes: option(list(node)),
      programs: list(program),
    });
    const programs = [{ measurement: new Uint8Array(32), rtmrs: [], approved: 2n }];
    const record = { ...decodeKeychain(recordOf(world, "keychain")), version: 4, programs };
    world.sealed.set("keychain", encode(fourth, record));
    expect(world.start().call("status", {})).toMatchObject({ ioPublicKey: world.ioPublicKey, height: 1n });
    const read = decodeKeychain(recordOf(world, "keychain"));
    expect([read.birth?.founder, read.programs]).toEqual([undefined, programs]);
  });

  it("of a later format is refused, before anything behind the number is read", () => {
    const world = executed();
    const original = recordOf(world, "keychain");
    expect(original.subarray(0, 4)).toEqual(le32(SEALED_FORMAT));
    world.sealed.set("keychain", concatBytes(le32(SEALED_FORMAT + 1), Uint8Array.of(0xff)));
    expect(() => world.start()).toThrowError(refused);
    world.sealed.set("keychain", original);
    expect(world.start().call("status", {}).height).toBe(1n);
  });
});

describe("exit codes", () => {
  it("tell the format, and no other code looks like one", () => {
    expect([0, 1, 2, 15].map(sealedFormatExitCode).map(sealedFormatOfExit)).toEqual([0, 1, 2, 15]);
    expect(sealedFormatOfExit(sealedFormatExitCode(4_000_000_000))).toBe(15);
    expect([0, 1, 70, 71, 72, 79, 96, 137].map(sealedFormatOfExit)).toEqual(Array(8).fill(undefined));
  });
});
