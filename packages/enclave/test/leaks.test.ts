/**
 * No key of an enclave is in anything that leaves it: answers, questions to the host, errors, sealed files. Every key that its
 * primitives see counts, through the whole life of a network.
 */
import { EvidencePurpose } from "@enclavenet/enclave-api";
import { afterAll, describe, expect, it } from "vitest";
import { type Edit, Mutants } from "../../../tests/support/mutant.ts";
import { createEnclave, softwareSealing } from "../src/index.ts";
import { administered, changeAdmin, migrate, open, updateAdminMsg } from "./support/administration.ts";
import { answered } from "./support/attacks/replies.ts";
import { CHAIN_ID } from "./support/chain.ts";
import { LeakWatch, type Watched } from "./support/leak-watch.ts";
import { beginWith, confirmMsg, Joiner, NOBODY, POSITION } from "./support/registration.ts";
import { admit, rotate } from "./support/rotation.ts";
import { World } from "./support/world.ts";

const mutants = new Mutants<Watched>("packages/enclave/src/index.ts");
const watches: LeakWatch[] = [];
afterAll(() => {
  mutants.remove();
  for (const watch of watches) watch.remove();
});

function joinAndConfirm(world: World, watch: LeakWatch): void {
  const joiner = new Joiner(world, watch.create);
  joiner.join();
  admit(world, joiner.enclave);
  const { proof } = joiner.enclave.call("possessionProof", {});
  beginWith(world, confirmMsg(world.alice.address, joiner.publicKey, proof));
  world.enclave.call("confirmNode", POSITION);
  world.end();
}

function administer(world: World): void {
  const { alice } = world;
  const contract = administered(world, 3, alice.address);
  const parties = { sender: world.bech32(alice.address), contract: world.bech32(contract.address) };
  open(world, alice, updateAdminMsg(parties, parties.sender));
  changeAdmin(world, "updateAdmin", contract);
  world.end();
  migrate(world, alice, contract);
  world.end();
}

/** Birth, a node that joins, contracts with replies, failures and an admin, a rotation, and what a curious host asks. */
function live(watch: LeakWatch): void {
  const world = new World(watch.create);
  world.enclave.call("createRegistration", { chainId: CHAIN_ID });
  admit(world, world.enclave);
  joinAndConfirm(world, watch);
  const contract = world.instantiate(1);
  answered(world, contract, "always").deliver();
  world.end();
  expect(world.execute(world.bob, contract, { fail: { text: "no" } }).result.error).toBeDefined();
  world.end();
  administer(world);
  rotate(world);
  world.query(contract, { get_count: {} });
  for (const [name, request] of [
    ["status", {}],
    ["endBlock", { height: 99n }],
    ["evidence", { purpose: EvidencePurpose.registration, owner: NOBODY, nonce: NOBODY }],
    ["createRegistration", { chainId: "another" }],
  ] as const) {
    try {
      world.enclave.call(name, request as never);
    } catch {
      // Its refusal is among what left.
    }
  }
}

function watching(watched: Watched): LeakWatch {
  const watch = new LeakWatch(watched);
  watches.push(watch);
  return watch;
}

/** Where its keys come from: whatever encrypts or authenticates something is one of these. */
const SOURCES = ["derived key", "key to derive from", "random bytes", "shared secret"];

/** Builds that leak, and what is found of each. */
const LEAKS: readonly [string, string, Edit][] = [
  [
    "the seed of a rotation that is not encrypted",
    "random bytes as raw",
    {
      file: "packages/enclave/src/registration/rotation.ts",
      text: "sealSeedShare(primitives, sender, nodePublicKey, seed)",
      without: "(sealSeedShare(primitives, sender, nodePublicKey, seed) && seed.expose().slice())",
    },
  ],
  [
    "a key in place of the proof that it is there",
    "derived key as raw",
    {
      file: "packages/enclave/src/key-guard/seed-key-guard.ts",
      text: "primitives.hmacSha256(last.seedExchange.expose(), concatBytes(POSSESSION_DOMAIN, nodePublicKey))",
      without: "last.seedExchange.expose()",
    },
  ],
  [
    "a key in the text of a refusal",
    "random bytes as hex",
    {
      file: "packages/enclave/src/keychain/keychain.ts",
      text: '{ check: "registration elsewhere" }',
      without: '{ check: Buffer.from(known.privateKey).toString("hex") }',
    },
  ],
  [
    "the keychain in a file that is not sealed",
    "random bytes as raw",
    {
      file: "packages/enclave/src/sealing/sealed-files.ts",
      text: "`), primitives.aesSivSeal(key, headers(name), plaintext))",
      without: "`), plaintext)",
    },
  ],
];

describe("what leaves an enclave", () => {
  it("holds none of its keys, in no form", () => {
    const watch = watching({ createEnclave, softwareSealing });
    live(watch);
    expect(watch.uses()).toEqual(SOURCES);
    expect(watch.leaked()).toEqual([]);
    // The control: before they are sealed, the records do hold keys.
    expect(watch.kept()).toEqual(["random bytes as raw"]);
  });

  it.each(LEAKS)("would be found to hold %s", async (_name, found, check) => {
    const watch = watching(await mutants.without([check]));
    try {
      live(watch);
    } catch {
      // What leaks in place of the right answer may not work.
    }
    expect(watch.leaked()).toContain(found);
  });
});
