/** Registration of nodes (spec 01 §3): evidence, seeds encrypted to the node, taking them over, confirmation. */
import { parseQuote, verifyQuote } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { toHex, utf8ToBytes } from "@enclavenet/common";
import { openSeeds, SecretBytes } from "@enclavenet/crypto";
import { EvidencePurpose, KeychainState } from "@enclavenet/enclave-api";
import { inProcessEnclave } from "@enclavenet/enclave-host";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { revokeMsg } from "./support/attacks/authority.ts";
import { birthOf, CHAIN_ID, GENESIS_HASH, signTx } from "./support/chain.ts";
import { memoryStorage } from "./support/memory-storage.ts";
import {
  authenticate,
  authenticateMsg,
  beginWith,
  certificateOf,
  confirmMsg,
  Joiner,
  NOBODY,
  networkQuote,
  POSITION,
} from "./support/registration.ts";
import { MEASUREMENT, World } from "./support/world.ts";

const refused = (status: string) => expect.objectContaining({ name: "EnclaveError", status });
const SEED_BYTES = 48;

describe("a node that registers", () => {
  it("gives the same key again, and none for another network", () => {
    const world = new World(createEnclave);
    const { enclave, publicKey } = new Joiner(world, createEnclave);
    expect(enclave.call("createRegistration", { chainId: CHAIN_ID })).toEqual({ publicKey });
    expect(() => enclave.call("createRegistration", { chainId: "other-1" })).toThrowError(refused("KeychainConflict"));
    const status = enclave.call("status", {});
    expect(status).toMatchObject({ keychain: KeychainState.registering, registrationPublicKey: publicKey });
    expect(status.ioPublicKey).toBeUndefined();
  });

  it("runs and answers nothing before it has seeds", () => {
    const world = new World(createEnclave);
    const { enclave } = new Joiner(world, createEnclave);
    const { chainId, validatorSet } = birthOf(world.chain);
    const bind = { chainId, genesisHash: GENESIS_HASH, initialHeight: 1n, validatorSet, stateProofs: 0 };
    for (const step of [
      () => enclave.call("bindNetwork", bind),
      () => enclave.call("beginBlock", world.chain.build([]).request),
      () => enclave.call("endBlock", { height: 1n }),
      () => enclave.call("possessionProof", {}),
      () => enclave.call("evidence", { purpose: EvidencePurpose.networkKeys, owner: NOBODY, nonce: NOBODY }),
    ]) {
      expect(step).toThrowError(refused("NotReady"));
    }
  });

  it("is no place for a network of its own", () => {
    const world = new World(createEnclave);
    const { enclave } = new Joiner(world, createEnclave);
    expect(() => enclave.call("createKeychain", birthOf(world.chain))).toThrowError(refused("KeychainConflict"));
    expect(() => world.enclave.call("createRegistration", { chainId: "other-1" })).toThrowError(
      refused("KeychainConflict"),
    );
  });

  it("gets the seeds encrypted to it alone, 48 bytes each, the same in every execution", () => {
    const world = new World(createEnclave);
    const joiner = new Joiner(world, createEnclave);
    const certificate = certificateOf(world, joiner.quote());
    const first = authenticate(world, certificate);
    expect(first).toMatchObject({ publicKey: joiner.publicKey, owner: NOBODY });
    expect([first.encryptedSeeds.length, first.machineId.length]).toEqual([2 * SEED_BYTES, 20]);
    world.start();
    world.enclave.call("beginBlock", world.chain.last?.request as never);
    expect(world.enclave.call("authenticateNode", POSITION)).toEqual(first);
    const { seedExchangePublicKey } = world.enclave.call("status", {});
    const stranger = SecretBytes.take(world.primitives.randomBytes(32));
    expect(openSeeds(world.primitives, stranger, seedExchangePublicKey as Uint8Array, first.encryptedSeeds)).toBe(
      undefined,
    );
  });

  it("names the validator that it belongs to", () => {
    const world = new World(createEnclave);
    const owner = world.primitives.sha256(utf8ToBytes("validator"));
    const quote = new Joiner(world, createEnclave).quote(owner);
    expect(authenticate(world, certificateOf(world, quote, { owner })).owner).toEqual(owner);
  });

  it("executes the chain from its first block to the same outputs, once it has joined", () => {
    const world = new World(createEnclave);
    const blocks: unknown[] = [];
    const contract = world.instantiate(1, 5);
    blocks.push(world.chain.last?.request);
    const joiner = new Joiner(world, createEnclave);
    joiner.join();
    expect(joiner.enclave.call("status", {})).toMatchObject({
      keychain: KeychainState.bound,
      ioPublicKey: world.ioPublicKey,
    });
    joiner.enclave.call("beginBlock", blocks[0] as never);
    const made = joiner.enclave.call(
      "instantiate",
      {
        origin: world.origin(),
        instanceId: 1n,
        codeHash: world.codeHash,
        gasLimit: 1_000_000_000n,
      },
      world.host.handlers(contract.address),
    );
    expect(made.contractKey).toEqual(contract.key.og);
    expect(made.result.writes.map(({ key, value }) => [toHex(key), toHex(value)])).toEqual(
      [...world.host.recordsOf(contract.address).entries()].map(([key, value]) => [key, toHex(value)]),
    );
  });

  it("confirms with a proof that only holders of the seeds can make", () => {
    const world = new World(createEnclave);
    const joiner = new Joiner(world, createEnclave);
    joiner.join();
    const { publicKey, proof } = joiner.enclave.call("possessionProof", {});
    beginWith(world, confirmMsg(world.alice.address, publicKey, proof));
    expect(world.enclave.call("confirmNode", POSITION)).toEqual({ publicKey: joiner.publicKey });
  });
});

describe("a network that a node may join", () => {
  it("is judged by its evidence before anything is asked of it, and leaves no trace", () => {
    const world = new World(createEnclave);
    const joiner = new Joiner(world, createEnclave);
    const { network } = joiner.importRequest();
    expect(joiner.enclave.call("judgeNetwork", network)).toEqual({});
    expect(joiner.enclave.call("status", {}).keychain).toBe(KeychainState.registering);
    const judge = (changes: Partial<typeof network>) => () =>
      joiner.enclave.call("judgeNetwork", { ...network, ...changes });
    expect(judge({ ioPublicKey: joiner.publicKey })).toThrowError(refused("InvalidCert"));
    expect(judge({ birth: { ...network.birth, chainId: "other-1" } })).toThrowError(refused("InvalidCert"));
    expect(judge({ birth: { ...network.birth, policy: "{}" } })).toThrowError(refused("InvalidCert"));
    const stranger = new Joiner(world, createEnclave, { measurement: MEASUREMENT.map((byte) => byte ^ 1) });
    expect(() => stranger.enclave.call("judgeNetwork", network)).toThrowError(refused("MrEnclaveMismatch"));
  });
});

describe("a registration message", () => {
  it("that is another message, or not there, is refused", () => {
    const world = new World(createEnclave);
    beginWith(world, confirmMsg(world.alice.address, NOBODY, NOBODY));
    expect(() => world.enclave.call("authenticateNode", POSITION)).toThrowError(refused("RegistrationInput"));
    expect(() => world.enclave.call("confirmNode", POSITION)).toThrowError(refused("PositionRejected"));
    expect(() => world.enclave.call("confirmNode", { txIndex: 1, msgIndex: 0 })).toThrowError(
      refused("PositionRejected"),
    );
  });

  it.each([
    ["empty", new Uint8Array(0)],
    ["zeros", new Uint8Array(64)],
    ["a length beyond the end", Uint8Array.of(2, 255, 255, 255, 127, 1)],
    ["text", utf8ToBytes("certificate")],
  ])("with a certificate that is none (%s) is refused", (_, certificate) => {
    const world = new World(createEnclave);
    beginWith(world, authenticateMsg(world.alice.address, certificate));
    expect(() => world.enclave.call("authenticateNode", POSITION)).toThrowError(refused("InvalidCert"));
  });

  it("is refused in an enclave that trusts no root", () => {
    const world = new World(createEnclave);
    const certificate = certificateOf(world, new Joiner(world, createEnclave).quote());
    const storage = memoryStorage(world.sealed);
    const { primitives } = world;
    world.enclave = inProcessEnclave(
      createEnclave({ primitives, storage, networkClass: "development", measurement: MEASUREMENT }),
    );
    world.begin([signTx(world.alice, [authenticateMsg(world.alice.address, certificate)])]);
    expect(() => world.enclave.call("authenticateNode", POSITION)).toThrowError(refused("InvalidCert"));
    expect(() => networkQuote(world)).toThrowError(refused("NoEvidence"));
  });
});

describe("evidence", () => {
  const world = new World(createEnclave);
  const authority = developmentAuthority(world.primitives, CHAIN_ID);
  const options = { time: 1_700_000_000, trustedRoots: [authority.rootKey] };
  const purposes = Object.entries(EvidencePurpose);
  world.instantiate(1, 5);
  const node = new Joiner(world, createEnclave);
  const ofNewcomers: readonly number[] = [EvidencePurpose.registration, EvidencePurpose.upgrade];
  const quoteFor = (purpose: number) => {
    const { enclave } = ofNewcomers.includes(purpose) ? node : world;
    return enclave.call("evidence", { purpose, owner: NOBODY, nonce: NOBODY }).quote;
  };

  it.each(purposes)("about %s is a quote under the network's root, of the enclave's measurement", (_, purpose) => {
    const verdict = verifyQuote(quoteFor(purpose), authority.collateral(), options);
    expect(verdict).toMatchObject({ valid: true, tee: "sgx", root: "other", measurement: toHex(MEASUREMENT) });
  });

  it("differs by purpose behind the key that it is about", () => {
    const data = purposes.map(([, purpose]) => parseQuote(quoteFor(purpose)).body.report.reportData);
    expect(new Set(data.map((bytes) => toHex(bytes.subarray(32)))).size).toBe(purposes.length);
  });

  it("of freshness covers the nonce and the block", () => {
    const freshness = (nonce: Uint8Array) =>
      parseQuote(world.enclave.call("evidence", { purpose: EvidencePurpose.freshness, owner: NOBODY, nonce }).quote)
        .body.report.reportData;
    const before = freshness(NOBODY);
    expect(freshness(NOBODY)).toEqual(before);
    expect(freshness(MEASUREMENT.map(() => 1))).not.toEqual(before);
    world.instantiate(2, 5);
    expect(freshness(NOBODY)).not.toEqual(before);
  });

  it("for an unknown purpose is refused", () => {
    const ask = () => world.enclave.call("evidence", { purpose: 9, owner: NOBODY, nonce: NOBODY });
    expect(ask).toThrowError(refused("BadRequest"));
  });
});

describe("the authority of a network", () => {
  const revoking = (world: World) => () => {
    beginWith(world, revokeMsg(world.bob, NOBODY), world.bob);
    return world.enclave.call("revokeNode", POSITION);
  };

  it("that is nobody revokes nothing", () => {
    const world = new World(createEnclave, { policy: '{"authority":""}' });
    expect(revoking(world)).toThrowError(refused("NotAuthority"));
  });

  it("is the chain's to name where the birth does not", () => {
    const world = new World(createEnclave, { policy: "" });
    expect(revoking(world)()).toEqual({ publicKey: NOBODY });
  });

  it.each(["nobody", "cosmos1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnrujsuw"])("is not %s", (authority) => {
    expect(() => new World(createEnclave, { policy: JSON.stringify({ authority }) })).toThrowError(
      refused("BadRequest"),
    );
  });
});
