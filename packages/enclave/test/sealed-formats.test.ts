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

  it("of the second format, which knew no rotation, is read, and written anew with the next change", () => {
    const world = executed();
    const record = recordOf(world, "keychain");
    // What later formats add stands at the end: an empty list, the presence of another one, and an empty list.
    const second = concatBytes(le32(2), record.slice(4, -13));
    world.sealed.set("keychain", second);
    expect(world.start().call("status", {})).toMatchObject({ ioPublicKey: world.ioPublicKey, height: 1n });
    world.instantiate(2, 5);
    expect(() => networkQuote(world)).not.toThrow();
    // Who registered under that program is not known, so that nobody can be given a share of a new seed.
    expect(() => world.enclave.call("createRotation", {})).toThrowError(
      expect.objectContaining({ status: "RotationRejected" }),
    );
  });

  it("of the third format, which knew no other programs, is read", () => {
    const world = executed();
    world.sealed.set("keychain", concatBytes(le32(3), recordOf(world, "keychain").slice(4, -4)));
    expect(world.start().call("status", {})).toMatchObject({ ioPublicKey: world.ioPublicKey, height: 1n });
    world.instantiate(2, 5);
    expect(decodeKeychain(recordOf(world, "keychain"))).toMatchObject({ programs: [] });
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
