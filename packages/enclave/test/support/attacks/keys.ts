/**
 * Keychains, and frames that are not the protocol's.
 * @module
 */
import { EnclaveExitCode, ecalls, encode, PROTOCOL_VERSION } from "@enclavenet/enclave-api";
import { cut } from "../../../../../tests/support/checks.ts";
import { decodeKeychain, keychainSchema } from "../../../src/keychain/keychain-record.ts";
import { bindRequest, birthOf } from "../chain.ts";
import { enclaveOf } from "../enclave-of.ts";
import { World } from "../world.ts";
import { type Attack, attack } from "./attack.ts";

export const keys: readonly Attack[] = [
  attack("new seeds over old ones", "KeychainConflict", cut("keychain-exists"), (world) => {
    const elsewhere = enclaveOf(world.createProgram("development", new Map()));
    const birth = birthOf(world.chain);
    return {
      lie: () => world.enclave.call("createKeychain", birth),
      honest: () => elsewhere.call("createKeychain", birth),
    };
  }),
  attack("a keychain taken to another genesis", "KeychainConflict", cut("bound-network"), (world) => {
    const request = bindRequest(birthOf(world.chain).validatorSet, false);
    const genesisHash = new Uint8Array(32).fill(9);
    return {
      lie: () => world.enclave.call("bindNetwork", { ...request, genesisHash }),
      honest: () => world.enclave.call("bindNetwork", request),
    };
  }),
  {
    name: "a production keychain in the development bundle",
    status: "KeychainConflict",
    exit: EnclaveExitCode.sealingFailed,
    check: cut("keychain-class"),
    prepare: (create) => {
      const world = new World(create);
      const { storage } = world;
      const record = decodeKeychain(storage.load("keychain") as Uint8Array);
      const restartAs = (networkClass: string) => () => {
        storage.save("keychain", encode(keychainSchema, { ...record, networkClass }));
        return world.start().call("status", {});
      };
      return { lie: restartAs("production"), honest: restartAs("development") };
    },
  },
  attack("a body with bytes behind it", "BadRequest", cut("codec-end"), (world) => {
    const program = world.createProgram("development");
    const status = (...body: number[]) =>
      program.handle(ecalls.status.id, Uint8Array.from(body), () => new Uint8Array(0));
    return { lie: () => status(0), honest: () => status() };
  }),
  attack("another protocol version", "BadRequest", cut("protocol-version"), (world) => ({
    lie: () => world.enclave.call("hello", { protocolVersion: PROTOCOL_VERSION + 1 }),
    honest: () => world.enclave.call("hello", { protocolVersion: PROTOCOL_VERSION }),
  })),
];
