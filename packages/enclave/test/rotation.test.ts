/** Rotation of the seeds: who gets the new one, when it is live, and that every node comes to the same keys. */

import { toHex } from "@enclavenet/common";
import { openSeedShare, SecretBytes } from "@enclavenet/crypto";
import {
  type EcallRequest,
  type EcallResponse,
  type Enclave,
  encode,
  type NetworkDescription,
} from "@enclavenet/enclave-api";
import { decodeHeader, decodeSeedRotation } from "@enclavenet/wire";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { decodeKeychain, keychainSchema } from "../src/keychain/keychain-record.ts";
import { bornOf, CHAIN_ID, executeMsg, GENESIS_HASH, signTx } from "./support/chain.ts";
import { beginWith, certificateOf, Joiner, networkQuote, POSITION } from "./support/registration.ts";
import { admit, beginRotation, endRotation, registeredJoiner, revoke, rotate, rotateMsg } from "./support/rotation.ts";
import { type Contract, World } from "./support/world.ts";

const refused = (status: string) => expect.objectContaining({ name: "EnclaveError", status });
const keysOf = (world: World) => {
  const { ioPublicKey, seedExchangePublicKey } = world.enclave.call("status", {});
  return { ioPublicKey, seedExchangePublicKey };
};

const ownKey = (world: World) => world.enclave.call("status", {}).registrationPublicKey as Uint8Array;

/** Makes the world's keychain one of the time when founders were not registered. */
function bornWithoutFounder(world: World): void {
  const record = decodeKeychain(world.sealed.get("keychain") as Uint8Array);
  const birth = record.birth && { ...record.birth, founder: undefined };
  world.sealed.set("keychain", encode(keychainSchema, { ...record, birth, registration: undefined, nodes: [] }));
  world.start();
}

/** Calls the contract in a block of its own, under the given key of the network. */
function add(world: World, key: Uint8Array, contract: Contract): void {
  const { alice } = world;
  const msg = alice.encrypt(key, world.codeHash, { increment: {} });
  world.begin([signTx(alice, [executeMsg({ sender: alice.address, contract: contract.address, msg })])]);
  const { result } = world.run(contract);
  expect(result.error).toBeUndefined();
  world.host.apply(contract.address, result.writes);
  world.end();
}

describe("a rotation", () => {
  it("gives the network new keys from the next block on; contracts, their state and old messages stay usable", () => {
    const world = new World(createEnclave);
    const contract = world.instantiate(1, 5);
    const before = keysOf(world);
    const keys = beginRotation(world, world.enclave.call("createRotation", {}));
    expect(keysOf(world)).toEqual(before);
    endRotation(world);
    expect(keysOf(world)).toEqual(keys);
    expect(keys.ioPublicKey).not.toEqual(before.ioPublicKey);
    add(world, world.ioPublicKey, contract);
    add(world, keys.ioPublicKey, contract);
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 7 });
    world.start();
    expect(keysOf(world)).toEqual(keys);
  });

  it("does not happen when its transaction fails behind it", () => {
    const world = new World(createEnclave);
    const before = keysOf(world);
    beginRotation(world, world.enclave.call("createRotation", {}));
    world.end();
    expect(keysOf(world)).toEqual(before);
    expect(() => rotate(world)).not.toThrow();
  });

  it("comes to the same outcome when its block is executed again after a crash, at every point", () => {
    const world = new World(createEnclave);
    const keys = beginRotation(world, world.enclave.call("createRotation", {}));
    const again = () => {
      world.start().call("beginBlock", world.chain.last?.request as never);
      return world.enclave.call("rotateSeed", POSITION);
    };
    expect(again()).toEqual(keys);
    world.enclave.call("settleRegistrations", { positions: [POSITION] });
    expect(again()).toEqual(keys);
    endRotation(world);
    expect(again()).toEqual(keys);
    endRotation(world);
    expect(keysOf(world)).toEqual(keys);
    const { seeds, rotations } = decodeKeychain(world.sealed.get("keychain") as Uint8Array);
    expect([seeds.length, rotations]).toEqual([3, [world.chain.height + 1n]]);
  });

  it("can follow another one, until the network has five seeds", () => {
    const world = new World(createEnclave);
    const contract = world.instantiate(1, 5);
    for (let round = 0; round < 2; round++) rotate(world);
    const { ioPublicKey: previous } = keysOf(world);
    rotate(world);
    expect(() => world.enclave.call("createRotation", {})).toThrowError(refused("RotationRejected"));
    for (const key of [previous, keysOf(world).ioPublicKey]) add(world, key as Uint8Array, contract);
    expect(() => add(world, world.ioPublicKey, contract)).toThrowError(refused("ValidationFailure"));
  });
});

describe("the nodes of a rotation", () => {
  it("are those that verified blocks let in and did not revoke", () => {
    const world = new World(createEnclave);
    const own = ownKey(world);
    const [stays, goes] = [registeredJoiner(world, createEnclave), registeredJoiner(world, createEnclave)];
    const nodes = () =>
      decodeSeedRotation(world.enclave.call("createRotation", {}).rotation).shares.map(({ nodePublicKey }) =>
        toHex(nodePublicKey),
      );
    const hex = (...keys: readonly Uint8Array[]) => keys.map(toHex).sort();
    expect(nodes()).toEqual(hex(own, stays.publicKey, goes.publicKey));
    revoke(world, goes.publicKey);
    expect(nodes()).toEqual(hex(own, stays.publicKey));
  });

  it("are not those whose registration failed behind the enclave's answer", () => {
    const world = new World(createEnclave);
    const made = world.enclave.call("createRotation", {});
    new Joiner(world, createEnclave).takeOver();
    expect(() => beginRotation(world, made)).not.toThrow();
  });

  it("have to be all of them: a rotation from before a registration is refused", () => {
    const world = new World(createEnclave);
    const made = world.enclave.call("createRotation", {});
    registeredJoiner(world, createEnclave);
    expect(() => beginRotation(world, made)).toThrowError(refused("RotationRejected"));
  });

  it("hold the new seed, and nobody does who knows only the old ones", () => {
    const world = new World(createEnclave);
    const { rotation } = world.enclave.call("createRotation", {});
    const { shares, senderPublicKey } = decodeSeedRotation(rotation);
    const { seeds, registration } = decodeKeychain(world.sealed.get("keychain") as Uint8Array);
    const open = (key: Uint8Array) =>
      openSeedShare(world.primitives, SecretBytes.from(key), senderPublicKey, shares[0]?.encryptedSeed as Uint8Array);
    expect(open(registration?.privateKey as Uint8Array)).toHaveLength(32);
    for (const seed of seeds) expect(open(seed)).toBeUndefined();
  });

  it("take it once", () => {
    const world = new World(createEnclave);
    const made = world.enclave.call("createRotation", {});
    beginRotation(world, made);
    endRotation(world);
    expect(() => beginRotation(world, made)).toThrowError(refused("RotationRejected"));
  });

  it("are asked of a node that is one: it would shut itself out", () => {
    const world = new World(createEnclave);
    world.instantiate(1, 5);
    revoke(world, ownKey(world));
    expect(() => world.enclave.call("createRotation", {})).toThrowError(refused("NotReady"));
  });

  it("do not have the founder among them where it is not in the birth", () => {
    const world = new World(createEnclave);
    bornWithoutFounder(world);
    world.instantiate(1, 5);
    expect(() => world.enclave.call("createRotation", {})).toThrowError(refused("NotReady"));
    expect(() => world.enclave.call("createRegistration", { chainId: CHAIN_ID })).toThrowError(
      refused("KeychainConflict"),
    );
  });
});

describe("the founder", () => {
  it("is a node of its network from the first block on, for its own enclave and for those that join", () => {
    const world = new World(createEnclave);
    const own = ownKey(world);
    const knows = ({ nodes }: { readonly nodes: unknown }) =>
      expect(nodes).toEqual([{ publicKey: own, registered: 0n, revoked: undefined }]);
    knows(decodeKeychain(world.sealed.get("keychain") as Uint8Array));
    const joiner = new Joiner(world, createEnclave);
    joiner.join();
    knows(decodeKeychain(joiner.sealed.get("keychain") as Uint8Array));
  });

  it("has its share in the first rotation, which another node draws", () => {
    const world = new World(createEnclave);
    const { enclave } = new Joiner(world, createEnclave);
    join(enclave, described(world), admit(world, enclave));
    follow(enclave, [executed(world, "authenticateNode")]);
    const keys = beginRotation(world, enclave.call("createRotation", {}));
    endRotation(world);
    expect(world.enclave.call("status", {})).toMatchObject(keys);
  });

  it("registers no second time", () => {
    const world = new World(createEnclave);
    const publicKey = ownKey(world);
    expect(world.enclave.call("createRegistration", { chainId: CHAIN_ID })).toEqual({ publicKey });
  });
});

/** The node executes the blocks of the world, each with one registration message that goes through. */
function follow(enclave: Enclave, blocks: readonly Executed[]): void {
  for (const { name, request } of blocks) {
    const { height } = decodeHeader(request.header);
    enclave.call("beginBlock", request);
    enclave.call(name, POSITION);
    enclave.call("settleRegistrations", { positions: [POSITION] });
    enclave.call("endBlock", { height });
  }
}

interface Executed {
  readonly name: "authenticateNode" | "rotateSeed";
  readonly request: EcallRequest<"beginBlock">;
}

const executed = (world: World, name: Executed["name"]): Executed => ({
  name,
  request: world.chain.last?.request as Executed["request"],
});

/** What genesis says of the network. */
function described(world: World): NetworkDescription {
  const keys = keysOf(world) as EcallResponse<"rotateSeed">;
  const certificate = certificateOf(world, networkQuote(world));
  return { certificate, birth: bornOf(world.enclave, world.chain), ...keys, time: 1_700_000_000n };
}

/** Takes over what the registration gave, and is bound to the network. */
function join(enclave: Enclave, network: NetworkDescription, given: EcallResponse<"authenticateNode">): void {
  const { encryptedSeeds, seedExchangePublicKey: exchangeKey } = given;
  enclave.call("importSeeds", { network, encryptedSeeds, exchangeKey });
  const { chainId, validatorSet } = network.birth;
  enclave.call("bindNetwork", { chainId, genesisHash: GENESIS_HASH, initialHeight: 1n, validatorSet, stateProofs: 0 });
}

describe("a node that was not meant", () => {
  it("agrees with the others about the message, and stops at the end of the block", () => {
    // The node where the network was born, of the time when nobody was registered from birth.
    const world = new World(createEnclave);
    bornWithoutFounder(world);
    const { enclave } = new Joiner(world, createEnclave);
    join(enclave, described(world), admit(world, enclave));
    follow(enclave, [executed(world, "authenticateNode")]);
    const made = enclave.call("createRotation", {});
    const keys = beginRotation(world, made);
    expect(() => endRotation(world)).toThrowError(refused("NoSeedShare"));
    follow(enclave, [executed(world, "rotateSeed")]);
    expect(enclave.call("status", {})).toMatchObject(keys);
  });
});

describe("a node that joins later", () => {
  it("gets all seeds, uses each from its height on, and comes to the same keys", () => {
    const world = new World(createEnclave);
    const first = keysOf(world);
    const genesis = described(world);
    const keys = rotate(world);
    const rotation = executed(world, "rotateSeed");
    const { enclave } = new Joiner(world, createEnclave);
    const given = admit(world, enclave);
    expect(given.encryptedSeeds).toHaveLength(3 * 48);
    join(enclave, genesis, given);
    expect(enclave.call("status", {})).toMatchObject(first);
    follow(enclave, [rotation]);
    expect(enclave.call("status", {})).toMatchObject(keys);
  });
});

describe("the end of a block", () => {
  it("takes positions of registrations only, and each once", () => {
    const world = new World(createEnclave);
    beginWith(world, rotateMsg(world, world.enclave.call("createRotation", {})));
    expect(() => world.enclave.call("settleRegistrations", { positions: [POSITION] })).toThrowError(
      refused("PositionRejected"),
    );
    world.enclave.call("rotateSeed", POSITION);
    expect(() => world.enclave.call("settleRegistrations", { positions: [POSITION, POSITION] })).toThrowError(
      refused("PositionRejected"),
    );
  });
});
