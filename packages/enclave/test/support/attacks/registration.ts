/**
 * Registration: nodes that are not what they say, and hosts that want an enclave to take over keys that they know.
 * @module
 */
import { parseQuote, registrationReportData, type SgxReport } from "@enclavenet/attestation";
import { developmentAuthority, writeSgxQuote } from "@enclavenet/attestation/development";
import { deriveNetworkKeys, SecretBytes, sealSeeds } from "@enclavenet/crypto";
import type { NetworkBirth, NetworkDescription } from "@enclavenet/enclave-api";
import type { Check } from "../../../../../tests/support/checks.ts";
import { cut } from "../../../../../tests/support/checks.ts";
import { decodeKeychain } from "../../../src/keychain/keychain-record.ts";
import { type AnyMessage, bindRequest, birthOf, bornOf, CHAIN_ID, TestChain } from "../chain.ts";
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
} from "../registration.ts";
import { World } from "../world.ts";
import type { Attack, Steps } from "./attack.ts";

export const notOfRegistration: Check = cut("registration-statement");

const notAboutTheseKeys: Check = cut("network-keys-statement", "return { machineId };");

/** The network as it would be with one validator less. */
function otherBirth({ primitives, chain, enclave }: World): NetworkBirth {
  return bornOf(enclave, new TestChain(primitives, chain.validators.validators.length - 1));
}

/** A certificate in which everything but the root is in order: the machine is certified for another network. */
function foreignCertificate(world: World, create: Create): Uint8Array {
  const { primitives } = world;
  const { publicKey } = new Joiner(world, create);
  const authority = developmentAuthority(primitives, "other-1");
  const reportData = registrationReportData(primitives, { chainId: CHAIN_ID, publicKey, owner: NOBODY });
  const { reportData: _, ...report } = parseQuote(networkQuote(world)).body.report as SgxReport;
  const quote = writeSgxQuote(
    { ...report, cpuSvn: new Uint8Array(16), reportData },
    authority.quotingPlatform("machine"),
  );
  return certificateOf(world, quote, { collateral: authority.collateral() });
}

export type Create = Parameters<Attack["prepare"]>[0];

/** Two messages of registration in blocks of their own, the second of which is in order. */
export function inMessages(
  world: World,
  call: "authenticateNode" | "confirmNode",
  messages: readonly AnyMessage[],
): Steps {
  const [lie, honest] = messages.map((message) => () => {
    beginWith(world, message);
    return world.enclave.call(call, POSITION);
  });
  return { lie, honest } as Steps;
}

/** The host of the network's node hands this certificate in. */
export function admission(
  name: string,
  status: Attack["status"],
  check: Attack["check"],
  certify: (world: World, create: Create) => Uint8Array,
): Attack {
  return {
    name,
    status,
    check,
    prepare(create) {
      const world = new World(create);
      const honest = certificateOf(world, new Joiner(world, create).quote());
      const messages = [certify(world, create), honest].map((one) => authenticateMsg(world.alice.address, one));
      return inMessages(world, "authenticateNode", messages);
    },
  };
}

/** The host of a node that joins changes one thing of what it hands in. */
export function takeover(
  name: string,
  status: Attack["status"],
  check: Attack["check"],
  change: (
    joiner: Joiner,
    create: Create,
    world: World,
  ) => Partial<NetworkDescription & { encryptedSeeds: Uint8Array }>,
): Attack {
  return {
    name,
    status,
    check,
    prepare(create) {
      const world = new World(create);
      const joiner = new Joiner(world, create);
      const request = joiner.importRequest();
      const { encryptedSeeds = request.encryptedSeeds, ...changes } = change(joiner, create, world);
      const network = { ...request.network, ...changes };
      const lie = { network, encryptedSeeds, exchangeKey: network.seedExchangePublicKey };
      return {
        lie: () => joiner.enclave.call("importSeeds", lie),
        honest: () => joiner.enclave.call("importSeeds", request),
      };
    },
  };
}

export const registration: readonly Attack[] = [
  admission(
    "a node with another program",
    "MrEnclaveMismatch",
    cut("own-program", "const own = {};"),
    (world, create) =>
      certificateOf(world, new Joiner(world, create, { measurement: new Uint8Array(32).fill(7) }).quote()),
  ),
  admission("evidence about the network's keys in place of a registration", "InvalidCert", notOfRegistration, (world) =>
    certificateOf(world, networkQuote(world)),
  ),
  admission("a registration under another validator's name", "InvalidCert", notOfRegistration, (world, create) =>
    certificateOf(world, new Joiner(world, create).quote(), { owner: new Uint8Array(32).fill(3) }),
  ),
  admission("a quote under the root of another network", "InvalidCert", cut("quote/chain_root"), (world, create) =>
    foreignCertificate(world, create),
  ),
  {
    name: "a confirmation without the seeds",
    status: "PossessionNotProven",
    check: cut("possession"),
    prepare(create) {
      const world = new World(create);
      const joiner = new Joiner(world, create);
      joiner.join();
      const { publicKey, proof } = joiner.enclave.call("possessionProof", {});
      const messages = [NOBODY, proof].map((given) => confirmMsg(world.alice.address, publicKey, given));
      return inMessages(world, "confirmNode", messages);
    },
  },
  takeover("seeds that the host made", "InvalidCert", notAboutTheseKeys, (joiner, create) => {
    const own = new World(create);
    const { encryptedSeeds } = authenticate(own, certificateOf(own, joiner.quote()));
    const { ioPublicKey, seedExchangePublicKey } = own.enclave.call("status", {});
    return {
      ioPublicKey: ioPublicKey as Uint8Array,
      seedExchangePublicKey: seedExchangePublicKey as Uint8Array,
      encryptedSeeds,
    };
  }),
  takeover(
    "seeds of other keys than the network's, encrypted by a holder of its keys",
    "DecryptionError",
    cut("seeds-keys"),
    (joiner, _create, world) => {
      const { primitives } = world;
      const { seeds } = decodeKeychain(world.storage.load("keychain") as Uint8Array);
      const { last } = deriveNetworkKeys(
        primitives,
        seeds.map((seed) => SecretBytes.from(seed)),
      );
      const others = [1, 2].map((fill) => SecretBytes.take(new Uint8Array(32).fill(fill)));
      const encrypted = sealSeeds(primitives, last.seedExchange, joiner.publicKey, others);
      return { encryptedSeeds: encrypted as Uint8Array };
    },
  ),
  takeover("a network born with other validators", "InvalidCert", notAboutTheseKeys, (_joiner, _create, world) => ({
    birth: otherBirth(world),
  })),
  takeover("a network without its founder", "InvalidCert", notAboutTheseKeys, (_joiner, _create, world) => ({
    birth: { ...bornOf(world.enclave, world.chain), founder: undefined },
  })),
  takeover(
    "a node of the host in the founder's place",
    "InvalidCert",
    cut("founder-statement", "return parts;"),
    ({ publicKey }, _create, world) => ({
      birth: { ...bornOf(world.enclave, world.chain), founder: { publicKey, owner: NOBODY } },
    }),
  ),
  {
    name: "joined keys bound to a fork with other validators",
    status: "KeychainConflict",
    check: cut("born-network"),
    prepare(create) {
      const world = new World(create);
      const joiner = new Joiner(world, create);
      joiner.takeOver();
      const bind =
        ({ validatorSet }: Pick<NetworkBirth, "validatorSet">) =>
        () =>
          joiner.enclave.call("bindNetwork", bindRequest(validatorSet, false));
      return { lie: bind(otherBirth(world)), honest: bind(birthOf(world.chain)) };
    },
  },
];
